"""Nodes of packs that exist on the page only; the official page has none, the rules are the packs'."""

from __future__ import annotations

from dataclasses import replace

import pytest
from scorefield.graph.page.format import page_to_api

from .conftest import Refusal
from .pages import DEFINITIONS, Json, add, node, number, page, subgraph, with_subgraphs


def setter(id: int, name: str, link: int, kind: str = "SetNode") -> Json:
    return node(id, kind, [("NUMBER", "NUMBER", link)], [name], [("*", None)])


def getter(id: int, name: str, links: list[int], kind: str = "GetNode") -> Json:
    return node(id, kind, [], [name], [("NUMBER", links)])


def inputs(saved: Json) -> dict[str, Json]:
    return {id: each["inputs"] for id, each in page_to_api(saved, DEFINITIONS).items()}


@pytest.mark.parametrize("kinds", [("SetNode", "GetNode"), ("easy setNode", "easy getNode")])
def test_what_is_set_is_got_by_its_name(kinds: tuple[str, str]) -> None:
    set_kind, get_kind = kinds
    nodes = [
        number(1, links=[5]),
        setter(2, "seed", 5, set_kind),
        getter(3, "seed", [6], get_kind),
        add(4, 6),
    ]
    converted = inputs(page(nodes, [(5, 1, 0, 2, 0), (6, 3, 0, 4, 0)]))
    assert converted == {"1": {"value": 1, "seed": 0}, "4": {"a": ["1", 0], "more": 0}}


def test_a_getter_in_a_subgraph_gets_what_is_set_around_it() -> None:
    name = "11111111-0000-4000-8000-000000000000"
    inner = subgraph(name, [getter(13, "seed", [6]), add(14, 6)], [(6, 13, 0, 14, 0)])
    nodes = [number(1, links=[5]), setter(2, "seed", 5), node(7, name, outputs=[])]
    assert inputs(with_subgraphs(page(nodes, [(5, 1, 0, 2, 0)]), inner))["7:14"]["a"] == ["1", 0]


def test_what_is_set_may_come_from_a_getter() -> None:
    nodes = [
        number(1, links=[5]),
        setter(2, "a", 5),
        getter(3, "a", [6]),
        setter(4, "b", 6),
        getter(5, "b", [7]),
        add(6, 7),
    ]
    links = [(5, 1, 0, 2, 0), (6, 3, 0, 4, 0), (7, 5, 0, 6, 0)]
    assert inputs(page(nodes, links))["6"]["a"] == ["1", 0]


def test_what_nobody_sets_or_several_set_is_refused(refusal: Refusal) -> None:
    lonely = page([getter(3, "seed", [6]), add(4, 6)], [(6, 3, 0, 4, 0)])
    assert "node 3 (GetNode) gets 'seed', which no node sets" in str(refusal(lonely))
    twice = [
        number(1, links=[5]),
        setter(2, "seed", 5),
        setter(8, "seed", 5),
        getter(3, "seed", [6]),
        add(4, 6),
    ]
    assert "several nodes are set as 'seed': 2, 8" in str(
        refusal(page(twice, [(5, 1, 0, 2, 0), (6, 3, 0, 4, 0)]))
    )


def test_a_circle_of_names_is_refused(refusal: Refusal) -> None:
    nodes = [
        getter(1, "a", [5]),
        setter(2, "b", 5),
        getter(3, "b", [6]),
        setter(4, "a", 6),
        getter(5, "a", [7]),
        add(6, 7),
    ]
    links = [(5, 1, 0, 2, 0), (6, 3, 0, 4, 0), (7, 5, 0, 6, 0)]
    assert refusal(page(nodes, links)).problems[0].type == "cycle"


def test_switchboards_and_labels_are_dropped() -> None:
    others = [node(8, "Fast Groups Muter (rgthree)"), node(9, "Label (rgthree)", outputs=[])]
    assert list(inputs(page([*others, number(1)]))) == ["1"]


def test_an_installed_node_of_that_name_runs() -> None:
    known = {**DEFINITIONS, "SetNode": replace(DEFINITIONS["Add"], id="SetNode")}
    assert list(page_to_api(page([node(2, "SetNode")]), known)) == ["2"]
