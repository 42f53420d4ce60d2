"""What a graph can be wrong in: each is found, named with its place, and all are found at once."""

from __future__ import annotations

from typing import Any

import pytest
from scorefield.graph.contract import Definition, Input
from scorefield.graph.errors import InvalidWorkflow, Problem
from scorefield.graph.plan import Plan
from scorefield.graph.validation import is_compatible, plan
from scorefield.graph.workflow import read_api

Definitions = dict[str, Definition]


def graph_of(source: dict[str, Any], slot: int = 0) -> dict[str, Any]:
    return {"s": source, "out": {"class_type": "Show", "inputs": {"value": ["s", slot]}}}


def check(api: dict[str, Any], definitions: Definitions, targets: list[str] | None = None) -> Plan:
    return plan(read_api(api), definitions, targets)


def problems(
    api: dict[str, Any], definitions: Definitions, targets: list[str] | None = None
) -> list[Problem]:
    with pytest.raises(InvalidWorkflow) as refused:
        check(api, definitions, targets)
    return list(refused.value.problems)


def constants(definitions: Definitions, **inputs: Any) -> dict[str, Any]:
    found = check(graph_of({"class_type": "Settings", "inputs": inputs}), definitions)
    return dict(found.steps["s"].constants)


def test_defaults_fill_what_is_not_given(definitions: Definitions) -> None:
    expected = {"steps": 10, "scale": 1.0, "mode": "linear", "text": "", "on": True}
    assert constants(definitions) == expected
    assert constants(definitions, unknown=5) == expected


@pytest.mark.parametrize(
    ("name", "given", "taken"),
    [
        ("steps", "12", 12),
        ("steps", 12.0, 12),
        ("scale", "2.5", 2.5),
        ("scale", 3, 3.0),
        ("text", 5, "5"),
        ("on", 0, False),
        ("on", "false", False),
        ("mode", "cosine", "cosine"),
        ("either", 2.5, 2.5),
    ],
)
def test_values_become_what_the_input_declares(
    definitions: Definitions, name: str, given: object, taken: object
) -> None:
    value = constants(definitions, **{name: given})[name]
    assert value == taken
    assert type(value) is type(taken)


@pytest.mark.parametrize(
    ("name", "given", "type_name", "says"),
    [
        ("steps", 0, "value_smaller_than_min", "minimum, 1"),
        ("steps", -1, "value_smaller_than_min", "valid is 1 to 50"),
        ("steps", 10**6, "value_bigger_than_max", "maximum, 50"),
        pytest.param("steps", 10**5000, "value_bigger_than_max", "a very large number", id="huge"),
        ("steps", True, "invalid_input_type", "whole number"),
        ("steps", "many", "invalid_input_type", "whole number"),
        ("steps", None, "invalid_input_type", "null"),
        ("steps", float("nan"), "invalid_input_type", "nan"),
        ("steps", float("inf"), "invalid_input_type", "inf"),
        ("scale", float("nan"), "invalid_input_type", "finite"),
        ("scale", float("-inf"), "invalid_input_type", "finite"),
        ("scale", "nan", "invalid_input_type", "finite"),
        pytest.param("scale", 10**400, "invalid_input_type", "finite", id="beyond floats"),
        ("scale", True, "invalid_input_type", "finite"),
        ("scale", 1e300, "value_bigger_than_max", "maximum, 10.0"),
        ("mode", "cosin", "value_not_in_list", "did you mean cosine?"),
        ("mode", {"a": 1}, "value_not_in_list", "linear, cosine"),
        ("text", ["a"], "invalid_input_type", "a text"),
        ("on", "maybe", "invalid_input_type", "true or false"),
        ("either", [[float("nan")]], "invalid_input_type", "finite"),
    ],
)
def test_a_wrong_value_is_named_with_its_place(
    definitions: Definitions, name: str, given: object, type_name: str, says: str
) -> None:
    [problem] = problems(graph_of({"class_type": "Settings", "inputs": {name: given}}), definitions)
    assert (problem.type, problem.node_id, problem.title) == (type_name, "s", "Settings")
    assert problem.input_name == name
    assert f'node s "Settings", input {name}: ' in str(problem)
    assert says in str(problem)


def test_a_socket_takes_no_constant(definitions: Definitions) -> None:
    [problem] = problems(graph_of({"class_type": "Add", "inputs": {"a": 5}}), definitions)
    assert (problem.type, problem.input_name) == ("invalid_input_type", "a")


def test_a_missing_class_is_named_with_what_is_close(definitions: Definitions) -> None:
    [problem] = problems(graph_of({"class_type": "Setings", "_meta": {"title": "Mine"}}), definitions)
    assert problem.type == "missing_node_type"
    assert 'node s "Mine" (Setings)' in str(problem)
    assert "did you mean Settings?" in str(problem)


def test_a_missing_input_is_named(definitions: Definitions) -> None:
    [problem] = problems(graph_of({"class_type": "Add", "inputs": {}}), definitions)
    assert (problem.type, problem.node_id, problem.input_name) == ("required_input_missing", "s", "a")
    assert "NUMBER" in problem.details


@pytest.mark.parametrize(
    ("link", "type_name", "says"),
    [
        (["nowhere", 0], "bad_linked_input", "'nowhere', which does not exist"),
        (["s", 2], "bad_linked_input", "output 2 of node s (Settings), which has 2"),
        (["s", -1], "bad_linked_input", "output -1"),
        (["s", 0.5], "bad_linked_input", "output -1"),
        (["s", 0], "return_type_mismatch", "takes NUMBER, but output 0 of node s (Settings) is SETTINGS"),
    ],
)
def test_a_wrong_link_is_named(definitions: Definitions, link: object, type_name: str, says: str) -> None:
    api = {
        "s": {"class_type": "Settings"},
        "a": {"class_type": "Add", "inputs": {"a": link}},
        "out": {"class_type": "Show", "inputs": {"value": ["a", 0]}},
    }
    [problem] = problems(api, definitions)
    assert (problem.type, problem.node_id, problem.input_name) == (type_name, "a", "a")
    assert says in problem.message


def test_unions_take_each_of_their_types(definitions: Definitions) -> None:
    for source, slot in (("Number", 0), ("Settings", 1)):
        api = {
            "n": {"class_type": source},
            **graph_of({"class_type": "Settings", "inputs": {"either": ["n", slot]}}),
        }
        assert "n" in check(api, definitions).steps
    api = {
        "n": {"class_type": "Settings"},
        **graph_of({"class_type": "Settings", "inputs": {"either": ["n", 0]}}),
    }
    assert problems(api, definitions)[0].type == "return_type_mismatch"


def test_a_cycle_is_told_as_the_way_around(definitions: Definitions) -> None:
    api = {
        "1": {"class_type": "Add", "inputs": {"a": ["2", 0]}, "_meta": {"title": "first"}},
        "2": {"class_type": "Add", "inputs": {"a": ["3", 0]}},
        "3": {"class_type": "Add", "inputs": {"a": ["1", 0], "more": -4}},
        "out": {"class_type": "Show", "inputs": {"value": ["1", 0]}},
    }
    found = {problem.type: problem for problem in problems(api, definitions)}
    assert 'node 1 "first"' in str(found["cycle"])
    assert "1 → 2 → 3 → 1" in found["cycle"].message
    assert found["value_smaller_than_min"].node_id == "3", "the rest is checked all the same"


def test_a_node_may_not_feed_itself(definitions: Definitions) -> None:
    assert (
        problems(graph_of({"class_type": "Add", "inputs": {"a": ["s", 0]}}), definitions)[0].type == "cycle"
    )


def test_a_graph_without_output_nodes_is_refused(definitions: Definitions) -> None:
    assert problems({"1": {"class_type": "Number"}}, definitions)[0].type == "prompt_no_outputs"


def test_only_what_the_targets_need_is_checked_and_planned(definitions: Definitions) -> None:
    api = {
        **graph_of({"class_type": "Number"}),
        "stray": {"class_type": "Add", "inputs": {}},
        "late": {"class_type": "Add", "inputs": {"a": ["s", 0]}},
    }
    assert list(check(api, definitions).steps) == ["s", "out"]
    assert list(check(api, definitions, ["late"]).steps) == ["s", "late"]
    assert problems(api, definitions, ["gone"])[0].type == "prompt_no_outputs"


def test_all_problems_are_found_at_once(definitions: Definitions) -> None:
    api = {
        "a": {"class_type": "Nothing"},
        "b": {"class_type": "Add", "inputs": {"b": ["gone", 0], "more": -1}},
        "out": {"class_type": "Show", "inputs": {"value": ["b", 0]}},
    }
    assert {problem.type for problem in problems(api, definitions)} == {
        "missing_node_type",
        "required_input_missing",
        "bad_linked_input",
        "value_smaller_than_min",
    }


@pytest.mark.parametrize(
    ("given", "taken", "fits"),
    [
        ("A", "A", True),
        ("A", "B", False),
        ("A", "*", True),
        ("*", "A", True),
        ("A", "B,A", True),
        ("A", "B, A", True),
        ("B,A", "A", True),
        ("B, A", "A, C", True),
        ("A,B", "C,D", False),
        ("a", "A", False),
    ],
)
def test_which_outputs_fit_which_inputs(given: str, taken: str, fits: bool) -> None:
    assert is_compatible(given, Input("x", taken)) is fits


def test_a_text_that_is_never_unequal_fits_everything() -> None:
    class Anything(str):
        __slots__ = ()
        __hash__ = str.__hash__

        def __ne__(self, other: object) -> bool:
            return False

    assert is_compatible(Anything("whatever"), Input("x", "A"))
    assert is_compatible("A", Input("x", Anything("whatever")))


def test_a_target_that_is_named_twice_is_one(definitions: Definitions) -> None:
    assert plan(read_api({"n": {"class_type": "Number"}}), definitions, ["n", "n"]).targets == ("n",)


def test_a_parent_is_named_once(definitions: Definitions) -> None:
    add = {"class_type": "Add", "inputs": {"a": ["n", 0], "b": ["n", 0]}}
    planned = plan(read_api({"n": {"class_type": "Number"}, "a": add}), definitions, ["a"])
    assert planned.steps["a"].parents == ("n",)


def test_that_nothing_saves_is_no_news_where_a_class_is_missing(definitions: Definitions) -> None:
    with pytest.raises(InvalidWorkflow) as refused:
        plan(read_api({"n": {"class_type": "Nowhere"}}), definitions)
    assert [problem.type for problem in refused.value.problems] == ["missing_node_type"]


def test_null_is_no_value_for_a_socket(definitions: Definitions) -> None:
    api = {"a": {"class_type": "Add", "inputs": {"a": None, "b": None}}}
    with pytest.raises(InvalidWorkflow) as refused:
        plan(read_api(api), definitions, ["a"])
    assert [(p.type, p.input_name) for p in refused.value.problems] == [("required_input_missing", "a")]
