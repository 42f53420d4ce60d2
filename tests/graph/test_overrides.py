"""Inputs set from outside: found by id, title or class, typed by the node, refused by name."""

from __future__ import annotations

from typing import Any

import pytest
from scorefield.graph.contract import Definition, Input
from scorefield.graph.errors import InvalidWorkflow
from scorefield.graph.loading import Source, read_source
from scorefield.graph.overrides import Override, find_node, parse_override, resolve, with_settings
from scorefield.graph.run import Job, prepare
from scorefield.graph.workflow import Link, write_api

Definitions = dict[str, Definition]
API = {
    "1": {"class_type": "Number", "inputs": {"value": 3}, "_meta": {"title": "v1.5 start"}},
    "2": {"class_type": "ScorefieldSettings", "inputs": {}, "_meta": {"title": "Knobs"}},
    "3": {"class_type": "Add", "inputs": {"a": ["1", 0]}, "_meta": {"title": "Twin"}},
    "4": {"class_type": "Add", "inputs": {"a": ["3", 0]}, "_meta": {"title": "Twin"}},
    "5": {"class_type": "Show", "inputs": {"value": ["4", 0]}},
    "6": {"class_type": "Show", "inputs": {"value": ["2", 0]}},
}


@pytest.fixture
def known(definitions: Definitions) -> Definitions:
    return {**definitions, "ScorefieldSettings": definitions["Settings"]}


def job(known: Definitions, *texts: str) -> Job:
    return prepare(read_source(API, known), known, [parse_override(text) for text in texts])


def constant(known: Definitions, text: str, node_id: str, name: str) -> Any:
    return job(known, text).plan.steps[node_id].constants[name]


@pytest.mark.parametrize("target", ["1", "v1.5 start", "Number"])
def test_a_node_is_found_by_id_title_or_class(known: Definitions, target: str) -> None:
    assert constant(known, f"{target}.value=7", "1", "value") == 7


@pytest.mark.parametrize("target", ["2", "Knobs", "Settings", "ScorefieldSettings"])
def test_the_prefix_of_a_class_may_be_left_out(known: Definitions, target: str) -> None:
    assert constant(known, f"{target}.steps=7", "2", "steps") == 7


def test_a_title_goes_before_a_class_and_an_id_before_both(known: Definitions) -> None:
    api = {**API, "1": {**API["1"], "_meta": {"title": "Knobs"}}, "Knobs": API["2"]}
    source = read_source({**api, "2": {**API["2"], "_meta": {"title": "Number"}}}, known)
    assert find_node(source.graph, "Number", known) == "2"
    assert find_node(source.graph, "Knobs", known) == "Knobs"


@pytest.mark.parametrize(
    ("text", "name", "value"),
    [
        ("2.steps=1e1", "steps", 10),
        ("2.scale=1e-3", "scale", 0.001),
        ("2.scale=3", "scale", 3.0),
        ("2.on=no", "on", False),
        ("2.on=True", "on", True),
        ("2.text=a=b, c:d", "text", "a=b, c:d"),
        ("2.text=", "text", ""),
        ("2.text=12", "text", "12"),
        ("2.mode=cosine", "mode", "cosine"),
    ],
)
def test_a_value_is_typed_by_its_input(known: Definitions, text: str, name: str, value: object) -> None:
    found = constant(known, text, "2", name)
    assert found == value
    assert type(found) is type(value)


def test_an_override_replaces_a_link(known: Definitions) -> None:
    linked = {**API, "2": {"class_type": "Settings", "inputs": {"either": ["1", 0]}}}
    source = read_source(linked, known)
    assert source.graph["2"].inputs["either"] == Link("1", 0)
    step = prepare(source, known, [parse_override("2.either=0.5")]).plan.steps["2"]
    assert (step.constants["either"], dict(step.links)) == (0.5, {})


@pytest.mark.parametrize(
    ("text", "type_name", "says"),
    [
        ("9.value=1", "unknown_override", "no node has the id, title or class '9'"),
        ("Nunber.value=1", "unknown_override", "did you mean Number?"),
        ("Knob.steps=1", "unknown_override", "did you mean Knobs?"),
        ("value=1", "unknown_override", "names no input"),
        ("1.valeu=1", "unknown_override", "did you mean value?"),
        ("Twin.more=1", "ambiguous_override", "3, 4"),
        ("Add.more=1", "ambiguous_override", "3, 4"),
        ("1.value=many", "invalid_input_type", 'node 1 "v1.5 start" (Number), input value'),
        ("1.value=12.7", "invalid_input_type", "not a whole number"),
        ("1.value=101", "value_bigger_than_max", "valid is -5 to 100"),
        ("2.scale=nan", "invalid_input_type", "finite"),
        ("2.mode=cosin", "value_not_in_list", "did you mean cosine?"),
        ("3.a=5", "invalid_input_type", "comes by a link"),
    ],
)
def test_what_an_override_cannot_mean_is_named(
    known: Definitions, text: str, type_name: str, says: str
) -> None:
    with pytest.raises(InvalidWorkflow) as refused:
        job(known, text)
    assert [problem.type for problem in refused.value.problems] == [type_name]
    assert says in str(refused.value)


def test_problems_of_overrides_and_of_the_workflow_come_together(known: Definitions) -> None:
    api = {**API, "1": {"class_type": "Number", "inputs": {"value": 1000}}}
    with pytest.raises(InvalidWorkflow) as refused:
        prepare(read_source(api, known), known, [parse_override("9.a=1"), parse_override("8.a=1")])
    types = [problem.type for problem in refused.value.problems]
    assert types == ["unknown_override", "unknown_override", "value_bigger_than_max"]


def test_python_values_are_checked_like_words(known: Definitions) -> None:
    source = read_source(API, known)
    assert prepare(source, known, [Override("2.steps", 12)]).plan.steps["2"].constants["steps"] == 12
    with pytest.raises(InvalidWorkflow, match="not a whole number"):
        prepare(source, known, [Override("2.steps", 12.5)])


def test_text_without_an_equals_sign_is_refused() -> None:
    with pytest.raises(InvalidWorkflow, match=r"write node\.input=value"):
        parse_override("2.steps")


def page() -> dict[str, Any]:
    return {
        "nodes": [
            {"id": 1, "type": "Number", "widgets_values": [3, 7, "fixed"]},
            {"id": 2, "type": "Show", "inputs": [{"name": "value", "type": "*", "link": 1}]},
        ],
        "links": [[1, 1, 0, 2, 0, "*"]],
    }


def test_the_saved_page_shows_the_values_that_ran(known: Definitions) -> None:
    source = read_source(page(), known)
    changed = prepare(source, known, [parse_override("1.seed=8")])
    assert changed.page is not None
    assert changed.page["nodes"][0]["widgets_values"] == [3, 8, "fixed"]
    assert changed.page["nodes"][1:] == page()["nodes"][1:]
    assert changed.prompt["1"]["inputs"] == {"value": 3, "seed": 8}
    assert source.page == page(), "the source is as it was"
    assert prepare(source, known).page == page()


def test_a_page_that_cannot_show_them_is_left_out(known: Definitions) -> None:
    shorter = page()
    shorter["nodes"][0]["widgets_values"] = [3]
    source = read_source(shorter, known)
    assert prepare(source, known, [parse_override("1.seed=8")]).page is None
    assert isinstance(source, Source)


def test_a_page_whose_widget_is_fed_by_a_link_is_left_out(known: Definitions) -> None:
    linked = {
        "nodes": [
            {"id": 1, "type": "Number"},
            {
                "id": 2,
                "type": "Settings",
                "inputs": [{"name": "steps", "type": "INT", "widget": {"name": "steps"}, "link": 1}],
                "widgets_values": [4],
            },
            {"id": 3, "type": "Show", "inputs": [{"name": "value", "type": "*", "link": 2}]},
        ],
        "links": [[1, 1, 0, 2, 0, "INT"], [2, 2, 0, 3, 0, "*"]],
    }
    job = prepare(read_source(linked, known), known, [parse_override("2.steps=9")])
    assert job.plan.steps["2"].constants["steps"] == 9
    assert job.page is None


def test_an_id_inside_a_subgraph_is_an_id_like_any_other(known: Definitions) -> None:
    api = {**API, "5:3": API["2"], "5:3:1": {"class_type": "Show", "inputs": {"value": ["5:3", 0]}}}
    source = read_source(api, known)
    step = prepare(source, known, [parse_override("5:3.steps=7")]).plan.steps["5:3"]
    assert step.constants["steps"] == 7


GROWN = Input("sizes.first", "INT", default=1, options={"min": 0, "max": 9})
OPEN = Definition(
    id="Open",
    title="Open. Wide",
    category="test",
    description="",
    inputs=(
        Input("number", "COMBO", default=1, choices=(1, 2.5, 8)),  # type: ignore[arg-type]
        Input("truth", "COMBO", default="no", choices=("no", True, "yes", "4", 4)),  # type: ignore[arg-type]
        Input("thing", "*", default=None),
        Input("on", "BOOLEAN", default=True),
    ),
    outputs=(),
    call=lambda context, **inputs: (),
    output_node=True,
    more_inputs=lambda name: GROWN if name == "sizes.first" else None,
)


def setting(text: str) -> Any:
    graph = read_source({"1": {"class_type": "Open", "inputs": {}}}, {}).graph
    [value] = resolve(graph, [parse_override(text)], {"Open": OPEN}).values()
    return value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1.number=1", 1),
        ("1.number=1.0", 1),
        ("1.number=2.5", 2.5),
        ("1.number=8e0", 8),
        ("1.truth=true", True),
        ("1.truth=True", True),
        ("1.truth=yes", "yes"),
        ("1.truth=4", "4"),
        ("1.truth=4.0", 4),
        ('1.thing={"a": [1, null]}', {"a": [1, None]}),
        ("1.thing=[1, 2]", [1, 2]),
        ('1.thing="5"', "5"),
        ("1.thing=plain words", "plain words"),
        ("1.thing=", ""),
        ("1.thing=" + "[" * 200_000, "[" * 200_000),
        ("1.on=0", False),
        ("1.on=OFF", False),
        ("1.sizes.first=4", 4),
        ("Open.sizes.first=4", 4),
        ("Open. Wide.sizes.first=4", 4),
    ],
    ids=lambda given: str(given)[:30],
)
def test_choices_that_are_no_texts_open_inputs_and_inputs_that_grow(text: str, value: object) -> None:
    found = setting(text)
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("1.number=3", "not one of its choices"),
        ("1.number=true", "not one of its choices"),
        ("1.truth=1", "not one of its choices"),
        ("1.truth=False", "not one of its choices"),
        ("1.on=maybe", "not true or false"),
        ("1.on=", "not true or false"),
        ("1.thing=NaN", "finite"),
        ('1.thing={"a": [Infinity]}', "finite"),
        ("1.sizes.first=10", "valid is 0 to 9"),
        ("1.sizes.second=1", "names an input the node does not have"),
        (".number=1", "names no input"),
        ("1.=1", "names an input the node does not have"),
        ("1.a.b.c.d.e.f.g.h.i.j=1", "no node has the id, title or class"),
    ],
)
def test_what_they_do_not_take_is_refused(text: str, says: str) -> None:
    with pytest.raises(InvalidWorkflow, match=says):
        setting(text)


def test_an_open_value_that_looks_like_a_link_stays_a_value(known: Definitions) -> None:
    graph = read_source({"1": {"class_type": "Open", "inputs": {}}}, {}).graph
    changed = with_settings(graph, resolve(graph, [parse_override('1.thing=["1", 0]')], {"Open": OPEN}))
    assert read_source(write_api(changed), known).graph["1"].inputs["thing"] == ["1", 0]
