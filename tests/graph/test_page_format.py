"""The page format becomes the API format as the page itself would write it, or is refused by name."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from scorefield.graph.contract import Definition
from scorefield.graph.errors import InvalidWorkflow
from scorefield.graph.page_format import is_page, page_to_api

Page = dict[str, Any]
Definitions = dict[str, Definition]


def page(nodes: list[Page], links: list[Any] | None = None, **extra: Any) -> Page:
    return {"nodes": nodes, "links": links or [], "groups": [{"title": "ignored"}], "version": 0.4, **extra}


def number(node_id: int, *values: Any, **more: Any) -> Page:
    outputs = [{"name": "number", "type": "NUMBER", "links": []}]
    return {"id": node_id, "type": "Number", "outputs": outputs, "widgets_values": list(values), **more}


def add(node_id: int, a: int | None, b: int | None = None, *values: Any, **more: Any) -> Page:
    inputs = [{"name": "a", "type": "NUMBER", "link": a}, {"name": "b", "type": "NUMBER", "link": b}]
    outputs = [{"name": "number", "type": "NUMBER", "links": []}]
    return {
        "id": node_id,
        "type": "Add",
        "inputs": inputs,
        "outputs": outputs,
        "widgets_values": list(values),
        **more,
    }


def inputs_of(saved: Page, definitions: Definitions, node_id: str) -> dict[str, Any]:
    return dict(page_to_api(saved, definitions)[node_id]["inputs"])


def refusal(saved: Page, definitions: Definitions) -> InvalidWorkflow:
    with pytest.raises(InvalidWorkflow) as refused:
        page_to_api(saved, definitions)
    return refused.value


def test_pages_are_told_from_api_graphs() -> None:
    assert is_page({"nodes": [], "links": []})
    assert not is_page({"3": {"class_type": "A"}})
    assert not is_page([])


def test_nodes_links_and_titles(definitions: Definitions) -> None:
    saved = page([number(1, 5, 0, "fixed"), add(2, 9, None, 3, title="The sum")], [[9, 1, 0, 2, 0, "NUMBER"]])
    assert page_to_api(saved, definitions) == {
        "1": {"class_type": "Number", "inputs": {"value": 5, "seed": 0}, "_meta": {"title": "A Number"}},
        "2": {"class_type": "Add", "inputs": {"more": 3, "a": ["1", 0]}, "_meta": {"title": "The sum"}},
    }


def test_links_may_be_objects(definitions: Definitions) -> None:
    link = {"id": 9, "origin_id": 1, "origin_slot": 0, "target_id": 2, "target_slot": 0, "type": "NUMBER"}
    assert inputs_of(page([number(1), add(2, 9)], [link]), definitions, "2") == {"a": ["1", 0]}


@pytest.mark.parametrize("control", ["fixed", "randomize", "increment", "decrement"])
def test_the_control_after_a_seed_is_not_the_next_widget(definitions: Definitions, control: str) -> None:
    seed = definitions["Number"].inputs[1]
    definitions["Number"] = replace(definitions["Number"], inputs=(seed, definitions["Number"].inputs[0]))
    assert inputs_of(page([number(1, 77, control, 4)]), definitions, "1") == {"seed": 77, "value": 4}
    assert inputs_of(page([number(1, 77, 4)]), definitions, "1") == {"seed": 77, "value": 4}


def test_a_control_value_is_a_plain_text_elsewhere(definitions: Definitions) -> None:
    saved = page([{"id": 1, "type": "Settings", "widgets_values": [5, 1.5, "linear", "fixed", False]}])
    assert inputs_of(saved, definitions, "1")["text"] == "fixed"


def test_widgets_by_name_and_widgets_newer_than_the_file(definitions: Definitions) -> None:
    by_name = {"id": 1, "type": "Settings", "widgets_values": {"text": "a", "steps": 3, "preview": {}}}
    assert inputs_of(page([by_name]), definitions, "1") == {"steps": 3, "text": "a"}
    shorter = {"id": 1, "type": "Settings", "widgets_values": [5]}
    assert inputs_of(page([shorter]), definitions, "1") == {"steps": 5}
    none = {"id": 1, "type": "Settings"}
    assert inputs_of(page([none]), definitions, "1") == {}


def test_values_left_over_are_refused(definitions: Definitions) -> None:
    refused = refusal(page([add(4, None, None, 1, 2, 3)]), definitions)
    assert "node 4 (Add)" in str(refused)
    assert "3 widget values for a node with 1 widgets" in str(refused)


def test_a_widget_turned_into_an_input_keeps_its_place_and_the_link_wins(definitions: Definitions) -> None:
    converted = {
        "id": 2,
        "type": "Settings",
        "inputs": [
            {"name": "steps", "type": "INT", "widget": {"name": "steps"}, "link": 9},
            {"name": "scale", "type": "FLOAT", "widget": {"name": "scale"}, "link": None},
        ],
        "widgets_values": [5, 1.5, "linear", "a", True],
    }
    saved = page([number(1), converted], [[9, 1, 0, 2, 0, "INT"]])
    expected = {"steps": ["1", 0], "scale": 1.5, "mode": "linear", "text": "a", "on": True}
    assert inputs_of(saved, definitions, "2") == expected


def test_notes_are_dropped_and_lists_are_guarded(definitions: Definitions) -> None:
    notes = [{"id": 8, "type": "Note", "widgets_values": ["hello"]}, {"id": 9, "type": "MarkdownNote"}]
    saved = page([*notes, {"id": 1, "type": "Settings", "widgets_values": {"text": ["a", 0]}}])
    converted = page_to_api(saved, definitions)
    assert list(converted) == ["1"]
    assert converted["1"]["inputs"]["text"] == {"__value__": ["a", 0]}


def test_a_muted_node_goes_with_its_links(definitions: Definitions) -> None:
    saved = page([number(1, mode=2), add(2, 9, 9)], [[9, 1, 0, 2, 0, "NUMBER"]])
    assert page_to_api(saved, definitions) == {
        "2": {"class_type": "Add", "inputs": {}, "_meta": {"title": "Add"}}
    }


def test_a_bypassed_node_passes_on_its_first_input_of_the_type(definitions: Definitions) -> None:
    bypassed = {
        "id": 2,
        "type": "NotInstalled",
        "mode": 4,
        "inputs": [{"name": "x", "type": "IMAGE", "link": 8}, {"name": "y", "type": "NUMBER", "link": 9}],
        "outputs": [{"name": "n", "type": "NUMBER"}],
    }
    links = [[9, 1, 0, 2, 1, "NUMBER"], [8, 5, 0, 2, 0, "IMAGE"], [10, 2, 0, 3, 0, "NUMBER"]]
    assert inputs_of(page([number(1), bypassed, add(3, 10)], links), definitions, "3") == {"a": ["1", 0]}


def test_a_bypassed_node_prefers_the_input_in_the_same_place(definitions: Definitions) -> None:
    bypassed = add(3, 7, 8, mode=4)
    bypassed["outputs"] = [{"name": "p", "type": "NUMBER"}, {"name": "q", "type": "NUMBER"}]
    links = [
        [7, 1, 0, 3, 0, "NUMBER"],
        [8, 2, 0, 3, 1, "NUMBER"],
        [9, 3, 0, 4, 0, "NUMBER"],
        [10, 3, 1, 4, 1, "NUMBER"],
    ]
    saved = page([number(1), number(2), bypassed, add(4, 9, 10)], links)
    assert inputs_of(saved, definitions, "4") == {"a": ["1", 0], "b": ["2", 0]}


def test_a_bypassed_node_with_nothing_to_pass_on_gives_nothing(definitions: Definitions) -> None:
    saved = page([number(1, mode=4), add(2, 9)], [[9, 1, 0, 2, 0, "NUMBER"]])
    assert inputs_of(saved, definitions, "2") == {}


def test_reroutes_are_followed(definitions: Definitions) -> None:
    def reroute(node_id: int, link: int | None) -> Page:
        inputs = [{"name": "", "type": "*", "link": link}]
        return {"id": node_id, "type": "Reroute", "inputs": inputs, "outputs": [{"type": "*"}]}

    links = [[9, 1, 0, 5, 0, "*"], [10, 5, 0, 6, 0, "*"], [11, 6, 0, 2, 0, "*"], [12, 7, 0, 2, 1, "*"]]
    saved = page([number(1), reroute(5, 9), reroute(6, 10), reroute(7, None), add(2, 11, 12)], links)
    assert inputs_of(saved, definitions, "2") == {"a": ["1", 0]}


def test_a_reroute_in_a_circle_is_refused(definitions: Definitions) -> None:
    reroute = {"id": 5, "type": "Reroute", "inputs": [{"name": "", "type": "*", "link": 9}]}
    saved = page([reroute, add(2, 10)], [[9, 5, 0, 5, 0, "*"], [10, 5, 0, 2, 0, "*"]])
    refused = refusal(saved, definitions)
    assert refused.problems[0].type == "cycle"
    assert "node 2 (Add)" in str(refused)


def test_a_primitive_gives_its_value(definitions: Definitions) -> None:
    primitive = {"id": 5, "type": "PrimitiveNode", "widgets_values": [12, "randomize"], "outputs": [{}]}
    target = {
        "id": 2,
        "type": "Settings",
        "inputs": [{"name": "steps", "type": "INT", "widget": {"name": "steps"}, "link": 9}],
        "widgets_values": [5, 1.5, "linear", "a", True],
    }
    saved = page([primitive, target], [[9, 5, 0, 2, 0, "INT"]])
    assert inputs_of(saved, definitions, "2")["steps"] == 12
    primitive["widgets_values"] = []
    assert "PrimitiveNode" in str(refusal(saved, definitions))


@pytest.mark.parametrize(
    ("node", "type_name", "says"),
    [
        ({"id": 3, "type": "Nunber", "title": "Mine"}, "missing_node_type", 'node 3 "Mine" (Nunber)'),
        ({"id": 3, "type": "abc-def"}, "unsupported_subgraph", "subgraph"),
        ({"id": 3, "type": "workflow>mine"}, "unsupported_group_node", "group node"),
        ({"id": 3}, "invalid_prompt", "no id and type"),
        ({"id": 3.5, "type": "Add"}, "invalid_prompt", "no id and type"),
        ("text", "invalid_prompt", "no id and type"),
        (add(3, 77), "bad_linked_input", "link 77 into a leads nowhere"),
        ({"id": 3, "type": "Add", "widgets_values": 5}, "invalid_prompt", "neither a list nor an object"),
    ],
)
def test_what_cannot_be_converted_is_refused_by_name(
    definitions: Definitions, node: Any, type_name: str, says: str
) -> None:
    saved = page([number(1), node], [], definitions={"subgraphs": [{"id": "abc-def"}]})
    refused = refusal(saved, definitions)
    assert [problem.type for problem in refused.problems] == [type_name]
    assert says in str(refused)


def test_two_nodes_with_one_id_and_pages_with_nothing_are_refused(definitions: Definitions) -> None:
    assert "two nodes have this id" in str(refusal(page([number(1), number(1)]), definitions))
    assert refusal(page([]), definitions).problems[0].type == "prompt_no_outputs"


def test_odd_links_do_no_harm_where_nothing_needs_them(definitions: Definitions) -> None:
    odd: list[Any] = [None, [], [1], "x", {"id": 1}, [True, None, "a", 1, 1], {"id": [], "origin_id": {}}]
    assert page_to_api(page([number(1)], odd), definitions).keys() == {"1"}
