"""Nodes, links, muted and bypassed nodes and reroutes of a page, as the page itself converts them."""

from __future__ import annotations

from typing import Any

import pytest
from scorefield.graph.page.format import is_page, page_to_api
from scorefield.graph.page.links import can_link

from .conftest import Convert, Inputs, Refusal
from .pages import DEFINITIONS, Json, add, node, number, page


def reroute(id: int, link: int | None, links: list[int], kind: str = "*") -> Json:
    outputs = [("NUMBER", links)]
    return node(id, "Reroute", [("", kind, link)], outputs=outputs, properties={"showOutputText": False})


def test_pages_are_told_from_api_graphs() -> None:
    assert is_page({"nodes": [], "links": []})
    assert not is_page({"3": {"class_type": "A"}})
    assert not is_page([])


def test_nodes_links_and_titles(convert: Convert) -> None:
    saved = page([number(1, 5, [9]), add(2, 9, title="The sum")], [(9, 1, 0, 2, 0)])
    assert convert(saved) == {
        "1": {"class_type": "Number", "inputs": {"value": 5, "seed": 0}, "_meta": {"title": "A Number"}},
        "2": {"class_type": "Add", "inputs": {"more": 0, "a": ["1", 0]}, "_meta": {"title": "The sum"}},
    }


def test_links_may_be_objects(inputs: Inputs) -> None:
    link = {"id": 9, "origin_id": 1, "origin_slot": 0, "target_id": 2, "target_slot": 0, "type": "NUMBER"}
    saved = {**page([number(1, 5, [9]), add(2, 9)]), "links": [link], "version": 1}
    assert inputs(saved)["2"] == {"a": ["1", 0], "more": 0}


def test_a_muted_node_feeds_nothing(inputs: Inputs) -> None:
    saved = page([number(1, links=[9, 8], mode=2), add(2, 9, 8)], [(9, 1, 0, 2, 0), (8, 1, 0, 2, 1)])
    assert inputs(saved) == {"2": {"more": 0}}


def test_a_widget_fed_by_a_muted_node_keeps_its_own_value(inputs: Inputs) -> None:
    fed = node(2, "Settings", [("steps", "INT", 9, "steps")], [7, 1.5, "linear", "", True])
    saved = page([node(1, "Forced", outputs=[("INT", [9])], mode=2), fed], [(9, 1, 0, 2, 0, "INT")])
    assert inputs(saved)["2"]["steps"] == 7


def test_a_bypassed_node_passes_on_the_input_in_the_same_place(inputs: Inputs) -> None:
    swap = node(3, "Swap", [("a", "NUMBER", 7), ("b", "NUMBER", 8)], mode=4)
    swap["outputs"] = [
        {"name": "x", "type": "NUMBER", "links": [9]},
        {"name": "y", "type": "NUMBER", "links": [10]},
    ]
    links = [(7, 1, 0, 3, 0), (8, 2, 0, 3, 1), (9, 3, 0, 4, 0), (10, 3, 1, 4, 1)]
    saved = page([number(1, links=[7]), number(2, links=[8]), swap, add(4, 9, 10)], links)
    assert inputs(saved)["4"] == {"a": ["1", 0], "b": ["2", 0], "more": 0}


def test_a_bypassed_node_passes_on_its_first_input_of_the_type(inputs: Inputs) -> None:
    mixed = node(
        3, "Mixed", [("picture", "IMAGE", 6), ("number", "NUMBER", 7)], outputs=[("NUMBER", [9])], mode=4
    )
    picture = node(2, "Picture", values=["a.png", "image"], outputs=[("IMAGE", [6])])
    links = [(6, 2, 0, 3, 0, "IMAGE"), (7, 1, 0, 3, 1), (9, 3, 0, 4, 0)]
    saved = page([number(1, links=[7]), picture, mixed, add(4, 9)], links)
    assert inputs(saved)["4"]["a"] == ["1", 0]


def test_a_bypassed_node_prefers_the_very_type(inputs: Inputs) -> None:
    either = node(3, "Gone", [("x", "IMAGE,NUMBER", 6), ("y", "NUMBER", 7)], mode=4)
    either["outputs"] = [{"name": n, "type": "NUMBER", "links": [9] if n == "c" else []} for n in "abc"]
    links = [(6, 1, 0, 3, 0), (7, 2, 0, 3, 1), (9, 3, 2, 4, 0)]
    saved = page([number(1, links=[6]), number(2, links=[7]), either, add(4, 9)], links)
    assert inputs(saved)["4"]["a"] == ["2", 0]


def test_a_bypassed_node_knows_what_is_wanted_behind_a_reroute(inputs: Inputs) -> None:
    inputs_of = [("picture", "IMAGE", 6), ("number", "NUMBER", 7)]
    mixed = node(3, "Mixed", inputs_of, outputs=[("NUMBER", [8])], mode=4)
    picture = node(2, "Picture", values=["a.png", "image"], outputs=[("IMAGE", [6])])
    links = [(6, 2, 0, 3, 0, "IMAGE"), (7, 1, 0, 3, 1), (8, 3, 0, 5, 0), (9, 5, 0, 4, 0)]
    saved = page([number(1, links=[7]), picture, mixed, reroute(5, 8, [9]), add(4, 9)], links)
    assert inputs(saved)["4"]["a"] == ["1", 0]


def test_links_of_old_pages_may_lack_their_type(inputs: Inputs) -> None:
    saved = page([number(1, links=[9]), add(2, 9)], [(9, 1, 0, 2, 0)])
    saved["links"] = [link[:5] for link in saved["links"]]
    assert inputs(saved)["2"]["a"] == ["1", 0]


def test_a_bypassed_node_may_be_one_that_is_not_known(inputs: Inputs) -> None:
    unknown = node(
        3, "NotInstalled", [("x", "IMAGE", None), ("y", "NUMBER", 7)], outputs=[("NUMBER", [9])], mode=4
    )
    saved = page([number(1, links=[7]), unknown, add(4, 9)], [(7, 1, 0, 3, 1), (9, 3, 0, 4, 0)])
    assert inputs(saved)["4"]["a"] == ["1", 0]


def test_a_bypassed_node_with_nothing_to_pass_on_gives_nothing(inputs: Inputs) -> None:
    saved = page([number(1, links=[9], mode=4), add(2, 9)], [(9, 1, 0, 2, 0)])
    assert inputs(saved) == {"2": {"more": 0}}


def test_reroutes_are_followed(inputs: Inputs) -> None:
    links = [(9, 1, 0, 5, 0, "*"), (10, 5, 0, 6, 0, "*"), (11, 6, 0, 2, 0, "*"), (12, 7, 0, 2, 1, "*")]
    nodes = [
        number(1, links=[9]),
        reroute(5, 9, [10]),
        reroute(6, 10, [11]),
        reroute(7, None, [12]),
        add(2, 11, 12),
    ]
    assert inputs(page(nodes, links))["2"] == {"a": ["1", 0], "more": 0}


def test_reroutes_on_links_change_nothing(inputs: Inputs) -> None:
    points = [
        {"id": 1, "pos": [0, 0], "linkIds": [9]},
        {"id": 2, "parentId": 1, "pos": [9, 9], "linkIds": [9]},
    ]
    extra = {"reroutes": points, "linkExtensions": [{"id": 9, "parentId": 2}]}
    saved = page([number(1, links=[9]), add(2, 9)], [(9, 1, 0, 2, 0)], extra=extra)
    assert inputs(saved)["2"]["a"] == ["1", 0]
    link = {"id": 9, "origin_id": 1, "origin_slot": 0, "target_id": 2, "target_slot": 0, "type": "NUMBER"}
    newer = {**saved, "version": 1, "links": [{**link, "parentId": 2}], "reroutes": points, "extra": {}}
    assert inputs(newer)["2"]["a"] == ["1", 0]


def test_a_socket_is_told_by_its_name_wherever_the_file_has_it(inputs: Inputs) -> None:
    turned = node(3, "Swap", [("b", "NUMBER", 8), ("a", "NUMBER", 7)])
    saved = page([number(1, links=[7]), number(2, links=[8]), turned], [(7, 1, 0, 3, 1), (8, 2, 0, 3, 0)])
    assert inputs(saved)["3"] == {"a": ["1", 0], "b": ["2", 0]}


def test_a_socket_that_the_node_no_longer_has_keeps_its_link(inputs: Inputs) -> None:
    older = node(2, "Add", [("a", "NUMBER", 7), ("gone", "NUMBER", 8)], [3])
    saved = page([number(1, links=[7, 8]), older], [(7, 1, 0, 2, 0), (8, 1, 0, 2, 1)])
    assert inputs(saved)["2"] == {"a": ["1", 0], "gone": ["1", 0], "more": 3}


def test_a_widget_that_is_gone_takes_its_socket_with_it(inputs: Inputs) -> None:
    older = node(2, "Add", [("a", "NUMBER", 7), ("gone", "INT", 8, "gone")], [3])
    saved = page([number(1, links=[7, 8]), older], [(7, 1, 0, 2, 0), (8, 1, 0, 2, 1)])
    assert inputs(saved)["2"] == {"a": ["1", 0], "more": 3}


def test_notes_and_groups_are_dropped(inputs: Inputs) -> None:
    notes = [
        node(8, "Note", values=["hello"], outputs=[]),
        node(9, "MarkdownNote", values=["hi"], outputs=[]),
    ]
    groups = [{"id": 1, "title": "ignored", "bounding": [0, 0, 100, 100]}]
    assert list(inputs(page([*notes, number(1)], groups=groups))) == ["1"]


@pytest.mark.parametrize(
    ("one", "other", "fits"),
    [
        ("A", "A", True),
        ("A", "B", False),
        ("A,B", "b,C", True),
        ("*", "A", True),
        ("", "A", True),
        ("A,*", "B", True),
    ],
)
def test_which_types_may_be_linked(one: str, other: str, fits: bool) -> None:
    assert can_link(one, other) is can_link(other, one) is fits


@pytest.mark.parametrize(
    ("broken", "type_name", "says"),
    [
        ({"id": 3, "type": "Nunber", "title": "Mine"}, "missing_node_type", 'node 3 "Mine" (Nunber)'),
        ({"id": 3, "type": "workflow>mine"}, "unsupported_group_node", "group node"),
        ({"id": 3}, "invalid_prompt", "no id and type"),
        ({"id": 3.5, "type": "Add"}, "invalid_prompt", "no id and type"),
        ("text", "invalid_prompt", "no id and type"),
        (add(3, 77), "bad_linked_input", "link 77 into a leads nowhere"),
        ({"id": 3, "type": "Add", "widgets_values": 5}, "invalid_prompt", "neither a list nor an object"),
    ],
)
def test_what_cannot_be_converted_is_refused_by_name(
    refusal: Refusal, broken: Any, type_name: str, says: str
) -> None:
    refused = refusal(page([number(1)]) | {"nodes": [number(1), broken]})
    assert [problem.type for problem in refused.problems] == [type_name]
    assert says in str(refused)


def test_close_names_are_offered(refusal: Refusal) -> None:
    assert "did you mean Number?" in str(refusal(page([node(1, "Nunber")])))


def test_a_reroute_in_a_circle_is_refused(refusal: Refusal) -> None:
    saved = page([reroute(5, 9, [9, 10]), add(2, 10)], [(9, 5, 0, 5, 0, "*"), (10, 5, 0, 2, 0, "*")])
    refused = refusal(saved)
    assert refused.problems[0].type == "cycle"
    assert "node 2 (Add)" in str(refused)


def test_two_nodes_with_one_id_and_pages_with_nothing_are_refused(refusal: Refusal) -> None:
    assert "two nodes have this id" in str(refusal(page([number(1), number(1)])))
    assert refusal(page([])).problems[0].type == "prompt_no_outputs"


def test_odd_links_do_no_harm_where_nothing_needs_them(refusal: Refusal) -> None:
    odd: list[Any] = [None, [], [1], "x", {"id": 1}, [True, None, "a", 1, 1], {"id": [], "origin_id": {}}]
    assert refusal({**page([]), "links": odd}).problems[0].type == "prompt_no_outputs"
    assert page_to_api({**page([number(1)]), "links": odd}, DEFINITIONS).keys() == {"1"}
