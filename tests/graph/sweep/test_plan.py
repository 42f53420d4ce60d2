"""A checked sweep: which of the varied inputs each output depends on, and what it is called by."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from scorefield.graph.contract import Definition
from scorefield.graph.errors import InvalidWorkflow
from scorefield.graph.loading import read_source
from scorefield.graph.sweep.plan import SweepPlan, plan_sweep
from scorefield.graph.sweep.variants import parse_variation, variants

Definitions = dict[str, Definition]
API: dict[str, Any] = {
    "a": {"class_type": "Number", "inputs": {"value": 1}},
    "b": {"class_type": "Number", "inputs": {"value": 1}},
    "sum": {"class_type": "Add", "inputs": {"a": ["a", 0], "b": ["b", 0]}},
    "shows sum": {"class_type": "Show", "inputs": {"value": ["sum", 0]}},
    "shows a": {"class_type": "Show", "inputs": {"value": ["a", 0]}},
    "c": {"class_type": "Number", "inputs": {"value": 1}},
    "shows c": {"class_type": "Show", "inputs": {"value": ["c", 0]}},
}


def planned(definitions: Definitions, *varied: str) -> SweepPlan:
    return plan_sweep(
        read_source(API, definitions), definitions, [], variants([parse_variation(text) for text in varied])
    )


def labels(sweep: SweepPlan, target: str) -> list[str]:
    return [run.names[target].label for run in sweep.runs]


def test_an_output_is_called_by_what_reaches_it(definitions: Definitions) -> None:
    sweep = planned(definitions, "a.value=1,2", "b.seed=3,4")
    assert labels(sweep, "shows sum") == [
        "value=1,seed=3",
        "value=1,seed=4",
        "value=2,seed=3",
        "value=2,seed=4",
    ]
    assert labels(sweep, "shows a") == ["value=1", "value=1", "value=2", "value=2"]
    assert labels(sweep, "shows c") == ["", "", "", ""]
    assert sweep.runs[1].names["shows a"].axes == (0,)
    assert sweep.runs[1].names["shows a"].values == ("1",)


def test_an_output_that_is_another_each_time_is_called_by_all_that_varies(definitions: Definitions) -> None:
    definitions["Number"] = replace(definitions["Number"], fingerprint=lambda node_id, given: None)
    sweep = planned(definitions, "a.value=1,2", "b.seed=3,4")
    assert labels(sweep, "shows c") == labels(sweep, "shows sum")


def test_an_input_that_takes_the_place_of_a_link_counts(definitions: Definitions) -> None:
    sweep = planned(definitions, "shows c.value=1,2")
    assert labels(sweep, "shows c") == ["value=1", "value=2"]
    assert labels(sweep, "shows a") == ["", ""]


def test_every_run_is_checked_and_what_is_wrong_in_all_is_said_once(definitions: Definitions) -> None:
    with pytest.raises(InvalidWorkflow) as refused:
        planned(definitions, "a.value=1,1000,2000", "b.more=1,2")
    assert [problem.type for problem in refused.value.problems].count("unknown_override") == 1
    assert [problem.type for problem in refused.value.problems].count("value_bigger_than_max") == 2


def test_an_input_is_varied_once(definitions: Definitions) -> None:
    with pytest.raises(InvalidWorkflow, match="vary the same input"):
        planned(definitions, "a.value=1,2", "a.value=1,2")
