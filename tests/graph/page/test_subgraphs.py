"""Subgraphs unfold: ids are paths, links go in and out, and every node that stands for one has its values."""

from __future__ import annotations

from typing import Any

import pytest
from scorefield.graph.page.format import page_to_api

from .conftest import Inputs, Refusal
from .pages import DEFINITIONS, INSIDE, OUTSIDE, Json, add, node, number, page, subgraph, with_subgraphs

SUM, STEPS, OUTER = (f"{digit * 8}-0000-4000-8000-000000000000" for digit in "123")


def doubled() -> Json:
    """Adds its input to itself, in two nodes."""
    nodes = [add(11, 1, 2, [3]), add(12, 3, None, [4])]
    links = [(1, INSIDE, 0, 11, 0), (2, INSIDE, 0, 11, 1), (3, 11, 0, 12, 0), (4, 12, 0, OUTSIDE, 0)]
    return subgraph(SUM, nodes, links, [("x", "NUMBER", [1, 2])], [("y", "NUMBER", [4])])


def shown(value: int = 7) -> Json:
    """Shows the steps of a node inside, and its text."""
    sockets = [("steps", "INT", 1, "steps"), ("text", "STRING", 2, "text")]
    settings = node(21, "Settings", sockets, [value, 1.5, "linear", "inside", True], [("FLOAT", [3])])
    links = [(1, INSIDE, 0, 21, 0, "INT"), (2, INSIDE, 1, 21, 1, "STRING"), (3, 21, 0, OUTSIDE, 0, "FLOAT")]
    inputs = [("steps", "INT", [1]), ("words", "STRING", [2])]
    return subgraph(STEPS, [settings], links, inputs, [("y", "FLOAT", [3])])


def host(id: int, type: str, inputs: list[Any], values: list[Any] | None = None, **more: Any) -> Json:
    return node(id, type, inputs, values, more.pop("outputs", None), **more)


def showing(id: int, values: list[Any] | None, link: int | None = None, **more: Any) -> Json:
    sockets = [("steps", "INT", link, "steps"), ("words", "STRING", None, "words")]
    return host(id, STEPS, sockets, values, outputs=[("FLOAT", [])], **more)


def test_links_go_in_and_out(inputs: Inputs) -> None:
    outer = page(
        [number(1, links=[5]), host(2, SUM, [("x", "NUMBER", 5)], outputs=[("NUMBER", [6])]), add(3, 6)],
        [(5, 1, 0, 2, 0), (6, 2, 0, 3, 0)],
    )
    converted = inputs(with_subgraphs(outer, doubled()))
    assert converted == {
        "1": {"value": 1, "seed": 0},
        "2:11": {"a": ["1", 0], "b": ["1", 0], "more": 0},
        "2:12": {"a": ["2:11", 0], "more": 0},
        "3": {"a": ["2:12", 0], "more": 0},
    }


def test_one_subgraph_may_stand_in_several_places(inputs: Inputs) -> None:
    first = host(2, SUM, [("x", "NUMBER", 5)], outputs=[("NUMBER", [6])])
    second = host(3, SUM, [("x", "NUMBER", 6)])
    saved = page([number(1, links=[5]), first, second], [(5, 1, 0, 2, 0), (6, 2, 0, 3, 0)])
    converted = inputs(with_subgraphs(saved, doubled()))
    assert converted["3:11"] == {"a": ["2:12", 0], "b": ["2:12", 0], "more": 0}
    assert set(converted) == {"1", "2:11", "2:12", "3:11", "3:12"}


def test_an_input_that_is_not_linked_gives_nothing(inputs: Inputs) -> None:
    saved = page([host(2, SUM, [("x", "NUMBER", None)])])
    assert inputs(with_subgraphs(saved, doubled()))["2:11"] == {"more": 0}


def test_each_place_has_its_own_values_of_the_widgets_it_shows(inputs: Inputs) -> None:
    converted = inputs(with_subgraphs(page([showing(2, [30, "two"]), showing(3, [40, "three"])]), shown()))
    assert (converted["2:21"]["steps"], converted["2:21"]["text"]) == (30, "two")
    assert (converted["3:21"]["steps"], converted["3:21"]["text"]) == (40, "three")
    assert converted["3:21"]["scale"] == 1.5


def test_without_values_the_widget_inside_says_what_it_shows(inputs: Inputs) -> None:
    converted = inputs(with_subgraphs(page([showing(2, None)]), shown(9)))
    assert (converted["2:21"]["steps"], converted["2:21"]["text"]) == (9, "inside")


def test_a_link_stands_above_the_value_that_is_shown(inputs: Inputs) -> None:
    saved = page([number(1, links=[5]), showing(2, [30, "two"], 5)], [(5, 1, 0, 2, 0, "INT")])
    assert inputs(with_subgraphs(saved, shown()))["2:21"]["steps"] == ["1", 0]


def nested(values: list[Any] | None = None) -> Json:
    """Holds one that shows steps, and shows them again."""
    inner = showing(31, [20, "nested"], 1)
    links = [(1, INSIDE, 0, 31, 0, "INT"), (2, 31, 0, OUTSIDE, 0, "FLOAT")]
    inner["outputs"][0]["links"] = [2]
    return subgraph(OUTER, [inner], links, [("count", "INT", [1])], [("y", "FLOAT", [2])])


def test_subgraphs_hold_subgraphs_and_show_their_widgets(inputs: Inputs) -> None:
    outer = host(2, OUTER, [("count", "INT", None, "count")], [44], outputs=[("FLOAT", [6])])
    user = node(3, "Show", [("value", "*", 6)], outputs=[])
    saved = with_subgraphs(page([outer, user], [(6, 2, 0, 3, 0, "FLOAT")]), nested(), shown())
    converted = inputs(saved)
    assert converted["2:31:21"]["steps"] == 44 and converted["2:31:21"]["text"] == "nested"
    assert converted["3"] == {"value": ["2:31:21", 0]}


def test_what_is_shown_twice_starts_with_the_value_nearest_to_it(inputs: Inputs) -> None:
    saved = page([host(2, OUTER, [("count", "INT", None, "count")], None, outputs=[("FLOAT", [])])])
    assert inputs(with_subgraphs(saved, nested(), shown()))["2:31:21"]["steps"] == 20


def test_a_muted_one_is_gone_and_a_bypassed_one_passes_on(inputs: Inputs) -> None:
    for mode, expected in ((2, {"more": 0}), (4, {"a": ["1", 0], "more": 0})):
        middle = host(2, SUM, [("x", "NUMBER", 5)], outputs=[("NUMBER", [6])], mode=mode)
        saved = page([number(1, links=[5]), middle, add(3, 6)], [(5, 1, 0, 2, 0), (6, 2, 0, 3, 0)])
        assert inputs(with_subgraphs(saved, doubled())) == {"1": {"value": 1, "seed": 0}, "3": expected}


def test_a_node_bypassed_inside_is_passed(inputs: Inputs) -> None:
    inner = doubled()
    inner["nodes"][0]["mode"] = 4
    saved = page([number(1, links=[5]), host(2, SUM, [("x", "NUMBER", 5)])], [(5, 1, 0, 2, 0)])
    assert inputs(with_subgraphs(saved, inner))["2:12"]["a"] == ["1", 0]


def test_ids_that_are_taken_are_given_anew(inputs: Inputs) -> None:
    inner = doubled()
    inner["nodes"][0]["id"] = 1
    for link in inner["links"]:
        for end in ("origin_id", "target_id"):
            link[end] = 1 if link[end] == 11 else link[end]
    saved = page([number(1, links=[5]), host(2, SUM, [("x", "NUMBER", 5)])], [(5, 1, 0, 2, 0)])
    converted = inputs(with_subgraphs(saved, inner))
    assert set(converted) == {"1", "2:3", "2:12"}
    assert converted["2:12"]["a"] == ["2:3", 0]


def test_links_at_the_edge_that_are_listed_wrongly_are_found(inputs: Inputs) -> None:
    inner = doubled()
    inner["outputs"][0]["linkIds"] = [99]
    outer = host(2, SUM, [("x", "NUMBER", None)], outputs=[("NUMBER", [6])])
    saved = page([outer, add(3, 6)], [(6, 2, 0, 3, 0)])
    assert inputs(with_subgraphs(saved, inner))["3"]["a"] == ["2:12", 0]


def test_a_subgraph_inside_itself_is_refused(refusal: Refusal) -> None:
    loop = subgraph(SUM, [host(5, SUM, [])], [])
    refused = refusal(with_subgraphs(page([host(2, SUM, [])]), loop))
    assert "inside itself" in str(refused) and "node 5" in str(refused)


def test_subgraphs_that_grow_without_bounds_are_refused(refusal: Refusal) -> None:
    names = [f"{number:08}-0000-4000-8000-000000000000" for number in range(40)]
    layers = [
        subgraph(name, [host(1000 + 2 * n, inner, []), host(1001 + 2 * n, inner, [])], [])
        for n, (name, inner) in enumerate(zip(names, [*names[1:], "Number"], strict=True))
    ]
    refused = refusal(with_subgraphs(page([host(1, names[0], [])]), *layers))
    assert "unfold to" in str(refused)


def test_problems_inside_name_the_way_in(refusal: Refusal) -> None:
    inner = subgraph(SUM, [node(11, "Gone")], [])
    assert "node 2:11 (Gone)" in str(refusal(with_subgraphs(page([host(2, SUM, [])]), inner)))


@pytest.mark.parametrize(
    "definitions", [None, 5, {"subgraphs": 5}, {"subgraphs": [None, 5, {"id": 5}, {"id": "x", "nodes": 5}]}]
)
def test_odd_definitions_do_no_harm(definitions: Any) -> None:
    assert list(page_to_api({**page([number(1)]), "definitions": definitions}, DEFINITIONS)) == ["1"]


def pair(*subgraphs: Json) -> Json:
    """Two of one kind inside another, of which the first shows its steps again."""
    saved = page([host(2, OUTER, [("count", "INT", None, "count")], [44], outputs=[])])
    return with_subgraphs(saved, *subgraphs)


def pair_outer() -> Json:
    nodes = [showing(31, [20, "left"], 1), showing(32, [21, "right"])]
    return subgraph(OUTER, nodes, [(1, INSIDE, 0, 31, 0, "INT")], [("count", "INT", [1])])


def test_two_of_one_kind_in_another(inputs: Inputs) -> None:
    converted = inputs(pair(shown(), pair_outer()))
    assert [converted[f"2:{id}:21"]["steps"] for id in (31, 32)] == [44, 21]
    assert [converted[f"2:{id}:21"]["text"] for id in (31, 32)] == ["left", "right"]


def test_the_order_of_the_subgraphs_in_the_file_makes_no_difference() -> None:
    # The page (1.49) sorts them too, but not where one holds two of a kind, and then loses values.
    orders = [pair(shown(), pair_outer()), pair(pair_outer(), shown())]
    first, second = (page_to_api(saved, DEFINITIONS) for saved in orders)
    assert first == second
