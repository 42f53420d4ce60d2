"""Overrides are carried into the page where it keeps the value; a page that cannot show them is left out."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from scorefield.graph.overrides import Address
from scorefield.graph.page.format import page_to_api
from scorefield.graph.page.settings import page_with_settings

from .pages import DEFINITIONS, INSIDE, Json, add, node, number, page, subgraph, with_subgraphs

STEPS, OUTER = (f"{digit * 8}-0000-4000-8000-000000000000" for digit in "12")
VALUES = [7, 1.5, "linear", "inside", True]


def carried(saved: Json, *settings: tuple[str, str, Any]) -> Any:
    """The changed page, which converts to the old prompt with the new values; the old one stays as it was."""
    before = copy.deepcopy(saved)
    new = {Address(node_id, name): value for node_id, name, value in settings}
    changed = page_with_settings(saved, new, DEFINITIONS)
    assert saved == before
    if changed is not None:
        wanted = page_to_api(saved, DEFINITIONS)
        for (node_id, name), value in new.items():
            wanted[node_id]["inputs"][name] = value
        assert page_to_api(changed, DEFINITIONS) == wanted
    return changed


def settings(link: int | None = None) -> Json:
    return node(21, "Settings", [("steps", "INT", link, "steps")], VALUES, [("FLOAT", [])])


def shown(*hosts: Json) -> Json:
    links = [(1, INSIDE, 0, 21, 0, "INT")]
    return with_subgraphs(page(list(hosts)), subgraph(STEPS, [settings(1)], links, [("count", "INT", [1])]))


def host(id: int, values: list[Any] | None, link: int | None = None, **more: Any) -> Json:
    return node(id, STEPS, [("count", "INT", link, "count")], values, [], **more)


def test_nothing_to_carry_and_nowhere_to_carry_it() -> None:
    saved = page([number(1)])
    assert page_with_settings(saved, {}, DEFINITIONS) is saved
    assert page_with_settings(None, {Address("1", "value"): 2}, DEFINITIONS) is None


def test_a_value_goes_into_its_place_among_the_node_s() -> None:
    changed = carried(page([number(1), number(2)]), ("2", "seed", 9), ("2", "value", 3))
    assert [each["widgets_values"] for each in changed["nodes"]] == [[1, 0, "fixed"], [3, 9, "fixed"]]


def test_values_by_name_are_set_by_name() -> None:
    named = node(2, "Settings", values={"text": "a"}, outputs=[("FLOAT", [])])
    changed = carried(page([named]), ("2", "steps", 3), ("2", "text", "b"))
    assert changed["nodes"][0]["widgets_values"] == {"text": "b", "steps": 3}


def test_a_value_inside_a_subgraph_that_stands_once() -> None:
    changed = carried(shown(host(2, [30])), ("2:21", "scale", 2.5))
    [inner] = changed["definitions"]["subgraphs"][0]["nodes"]
    assert inner["widgets_values"][1] == 2.5


def test_a_value_inside_one_that_stands_twice_would_change_both() -> None:
    assert carried(shown(host(2, [30]), host(3, [31])), ("2:21", "scale", 2.5)) is None


def test_a_shown_value_goes_to_the_node_that_shows_it() -> None:
    changed = carried(shown(host(2, [30]), host(3, [31])), ("3:21", "steps", 40))
    assert [each["widgets_values"] for each in changed["nodes"]] == [[30], [40]]
    assert carried(shown(host(2, None)), ("2:21", "steps", 40))["nodes"][0]["widgets_values"] == [40]


def test_a_value_shown_through_two_subgraphs() -> None:
    outer = subgraph(OUTER, [host(31, [20], 1)], [(1, INSIDE, 0, 31, 0, "INT")], [("n", "INT", [1])])
    top = node(2, OUTER, [("n", "INT", None, "n")], [44], [])
    saved = shown(top)
    saved["definitions"]["subgraphs"].append(outer)
    assert carried(saved, ("2:31:21", "steps", 45))["nodes"][0]["widgets_values"] == [45]


def test_a_listed_value_goes_to_its_place_in_the_list() -> None:
    proxies = {"proxyWidgets": [["21", "text"], ["21", "steps"]]}
    sockets = [("text", "STRING", None, "text"), ("steps", "INT", None, "steps")]
    inner = subgraph(STEPS, [node(21, "Settings", sockets, VALUES, [("FLOAT", [])])], [])
    saved = with_subgraphs(page([node(2, STEPS, [], ["a", 30], [], properties=proxies)]), inner)
    assert carried(saved, ("2:21", "steps", 40))["nodes"][0]["widgets_values"] == ["a", 40]


def fed(links: list[int]) -> Json:
    primitive = node(5, "PrimitiveNode", values=[12, "fixed"], outputs=[("INT", links)])
    settings = [
        node(id, "Settings", [("steps", "INT", id, "steps")], VALUES, [("FLOAT", [])]) for id in links
    ]
    return page([primitive, *settings], [(id, 5, 0, id, 0, "INT") for id in links])


def test_a_value_goes_into_the_primitive_that_feeds_it_alone() -> None:
    assert carried(fed([2]), ("2", "steps", 40))["nodes"][0]["widgets_values"] == [40, "fixed"]
    assert carried(fed([2, 3]), ("2", "steps", 40)) is None
    assert carried(fed([2, 3]), ("2", "steps", 40), ("3", "steps", 40)) is not None


@pytest.mark.parametrize(
    ("address", "value"),
    [
        (("2", "a"), 5),  # linked to another node
        (("2", "gone"), 5),
        (("9", "value"), 5),
        (("3", "text"), "{a|b}"),  # the page would change it again
        (("3", "text"), "a // b"),
        (("4", "on"), True),  # its file is older than the widget
    ],
)
def test_a_page_that_cannot_show_the_value_is_left_out(address: tuple[str, str], value: Any) -> None:
    texts = node(3, "Settings", values=VALUES, outputs=[("FLOAT", [])])
    older = node(4, "Settings", values=[7], outputs=[("FLOAT", [])])
    saved = page([number(1, links=[9]), add(2, 9), texts, older], [(9, 1, 0, 2, 0)])
    assert page_with_settings(saved, {Address(*address): value}, DEFINITIONS) is None


def test_a_page_that_does_not_convert_is_left_out() -> None:
    saved = page([number(1), node(2, "Gone")])
    assert page_with_settings(saved, {Address("1", "value"): 2}, DEFINITIONS) is None
