"""Widgets that older pages show on a subgraph's node by listing them."""

from __future__ import annotations

from typing import Any

from .conftest import Inputs, Refusal
from .pages import INSIDE, Json, node, page, subgraph, with_subgraphs

STEPS, OUTER = (f"{digit * 8}-0000-4000-8000-000000000000" for digit in "12")
ALL = ["steps", "scale", "mode", "text", "on"]


def settings(id: int = 21) -> Json:
    sockets = [(name, "INT" if name == "steps" else "STRING", None, name) for name in ("steps", "text")]
    return node(id, "Settings", sockets, [7, 1.5, "linear", "inside", True], [("FLOAT", [])])


def inner(*nodes: Json, links: list[Any] | None = None, inputs: list[Any] | None = None) -> Json:
    return subgraph(STEPS, list(nodes or [settings()]), links or [], inputs)


def host(id: int, proxies: Any, values: Any, type: str = STEPS, **more: Any) -> Json:
    return node(id, type, more.pop("inputs", []), values, [], properties={"proxyWidgets": proxies}, **more)


def test_listed_widgets_take_the_values_in_the_order_of_the_list(inputs: Inputs) -> None:
    saved = page([host(2, [["21", "text"], ["21", "steps"]], ["outside", 33])])
    converted = inputs(with_subgraphs(saved, inner()))["2:21"]
    assert (converted["text"], converted["steps"], converted["scale"]) == ("outside", 33, 1.5)


def test_a_hole_in_the_values_leaves_what_is_inside(inputs: Inputs) -> None:
    saved = page([host(2, [["21", "text"], ["21", "steps"]], [None, 33])])
    converted = inputs(with_subgraphs(saved, inner()))["2:21"]
    assert (converted["text"], converted["steps"]) == ("inside", 33)


def test_each_node_has_its_own_values(inputs: Inputs) -> None:
    saved = page([host(2, [["21", "steps"]], [33]), host(3, [["21", "steps"]], [34]), host(4, [], [])])
    converted = inputs(with_subgraphs(saved, inner()))
    assert [converted[f"{id}:21"]["steps"] for id in (2, 3, 4)] == [33, 34, 7]


def test_a_listed_widget_may_be_an_input_already(inputs: Inputs) -> None:
    linked = settings()
    linked["inputs"][0]["link"] = 1
    shown = inner(linked, links=[(1, INSIDE, 0, 21, 0, "INT")], inputs=[("count", "INT", [1])])
    slots = [("count", "INT", None, "count")]
    saved = page([host(2, [["21", "text"], ["-1", "count"]], ["outside", 33], inputs=slots)])
    converted = inputs(with_subgraphs(saved, shown))["2:21"]
    assert (converted["text"], converted["steps"]) == ("outside", 33)


def test_a_list_may_reach_through_a_subgraph(inputs: Inputs) -> None:
    nested = host(31, [["21", "steps"]], [20])
    outer = subgraph(OUTER, [nested], [])
    saved = page([host(2, [["31", "21: steps"]], [55], OUTER)])
    assert inputs(with_subgraphs(saved, outer, inner()))["2:31:21"]["steps"] == 55
    saved = page([host(2, [["31", "steps"]], [56], OUTER)])
    assert inputs(with_subgraphs(saved, outer, inner()))["2:31:21"]["steps"] == 56


def test_widgets_of_one_name_are_told_apart(inputs: Inputs) -> None:
    saved = page([host(2, [["21", "steps"], ["23", "steps"]], [30, 31])])
    converted = inputs(with_subgraphs(saved, inner(settings(), settings(23))))
    assert [converted[id]["steps"] for id in ("2:21", "2:23")] == [30, 31]


def test_a_value_that_the_page_set_aside_is_found_again(inputs: Inputs) -> None:
    linked = settings()
    linked["inputs"][0]["link"] = 1
    shown = inner(linked, links=[(1, INSIDE, 0, 21, 0, "INT")], inputs=[("count", "INT", [1])])
    aside = {"originalEntry": ["-1", "count"], "reason": "missingSourceNode", "attemptedAtVersion": 1}
    properties = {"proxyWidgetErrorQuarantine": [{**aside, "hostValue": 33}]}
    top = node(2, STEPS, [("count", "INT", None, "count")], [5], [], properties=properties)
    assert inputs(with_subgraphs(page([top]), shown))["2:21"]["steps"] == 33


def test_entries_that_name_nothing_are_passed_over(inputs: Inputs) -> None:
    proxies = [["99", "steps"], ["21", "gone"], ["21", "$$preview"], ["21", "steps"]]
    saved = page([host(2, proxies, [1, 2, 3, 33])])
    assert inputs(with_subgraphs(saved, inner()))["2:21"]["steps"] == 33


def test_a_list_that_is_none_is_passed_over(inputs: Inputs) -> None:
    for proxies in ("text", [["21"]], [[21, "steps"]], 5):
        saved = page([host(2, proxies, [33])])
        assert inputs(with_subgraphs(saved, inner()))["2:21"]["steps"] == 7


def primitive(links: list[int]) -> Json:
    value = node(22, "PrimitiveNode", values=[40, "fixed"], outputs=[("INT", links)])
    value["outputs"][0]["widget"] = {"name": "steps"}
    return value


def test_a_listed_primitive_becomes_an_input(inputs: Inputs) -> None:
    sockets = [
        (name, kind, None, name)
        for name, kind in zip(ALL, ("INT", "FLOAT", "COMBO", "STRING", "BOOLEAN"), strict=True)
    ]
    first, second = (
        node(id, "Settings", sockets, [7, 1.5, "linear", "", True], [("FLOAT", [])]) for id in (21, 23)
    )
    first["inputs"][0]["link"], second["inputs"][0]["link"] = 1, 2
    shown = inner(
        first, second, primitive([1, 2]), links=[(1, 22, 0, 21, 0, "INT"), (2, 22, 0, 23, 0, "INT")]
    )
    saved = page([host(2, [["22", "value"]], [33]), host(3, [["22", "value"]], [34])])
    converted = inputs(with_subgraphs(saved, shown))
    assert [converted[id]["steps"] for id in ("2:21", "2:23", "3:21")] == [33, 33, 34]


def test_a_place_that_the_page_mistakes_is_refused(refusal: Refusal) -> None:
    # The file counts the sockets that it holds, the page all of them: there the first is another.
    fed = [
        node(id, "Number", [("seed", "INT", link, "seed")], [1, 0, "fixed"])
        for id, link in ((21, 1), (23, 2))
    ]
    links = [(1, 22, 0, 21, 0, "INT"), (2, 22, 0, 23, 0, "INT")]
    saved = page([host(2, [["22", "value"]], [33])])
    refused = refusal(with_subgraphs(saved, inner(*fed, primitive([1, 2]), links=links)))
    assert "node 2:21 (Number)" in str(refused) and "mistakes another input for seed" in str(refused)
