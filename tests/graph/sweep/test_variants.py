"""What is varied, in which order, and how the runs are called."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scorefield.graph.errors import InvalidWorkflow
from scorefield.graph.sweep.variants import last_uses, parse_variation, variants


@pytest.mark.parametrize(
    ("spec", "values"),
    [
        ("1,2,3", ("1", "2", "3")),
        ("a, b,c", ("a", "b", "c")),
        ('"a cat, asleep",dog', ("a cat, asleep", "dog")),
        ("7", ("7",)),
        ("1:4", ("1", "2", "3", "4")),
        ("0:1:0.25", ("0", "0.25", "0.5", "0.75", "1")),
        ("0:0.3:0.1", ("0", "0.1", "0.2", "0.3")),
        ("1:2:0.4", ("1", "1.4", "1.8")),
        ("3:1:-1", ("3", "2", "1")),
        ("1e-3:3e-3:1e-3", ("0.001", "0.002", "0.003")),
        ("16:9 wide", ("16:9 wide",)),
    ],
)
def test_a_spec_is_a_list_or_a_range_that_includes_its_stop(spec: str, values: tuple[str, ...]) -> None:
    assert parse_variation(f"Node.input={spec}") == ("Node.input", values)


@pytest.mark.parametrize(
    "text",
    [
        "Node.input",
        "Node.input=",
        "n.i=1:2:0",
        "n.i=1:2:-1",
        "n.i=2:1",
        "n.i=0:1:1e-9",
        "n.i=0:1e999999999:1",
    ],
)
def test_a_spec_without_values_or_end_is_refused(text: str) -> None:
    with pytest.raises(InvalidWorkflow):
        parse_variation(text)


def test_the_product_changes_its_last_input_fastest() -> None:
    runs = variants([parse_variation("A.x=1,2"), parse_variation("B.y=3,4")])
    assert [run.label for run in runs] == ["x=1,y=3", "x=1,y=4", "x=2,y=3", "x=2,y=4"]
    assert [override[:2] for override in runs[1].overrides] == [("A.x", "1"), ("B.y", "4")]


def test_inputs_of_one_name_are_told_apart() -> None:
    runs = variants([parse_variation("A.x=1"), parse_variation("B.x=2")])
    assert [run.label for run in runs] == ["A.x=1,B.x=2"]


def test_too_many_runs_are_refused() -> None:
    with pytest.raises(InvalidWorkflow, match="at most"):
        variants([parse_variation(f"A.{name}=1:1000") for name in "xy"])


@given(st.lists(st.text(min_size=1), min_size=1, max_size=5))
def test_labels_are_distinct_plain_file_names(values: list[str]) -> None:
    spec = ",".join(
        '"' + value.replace('"', '""').replace("\n", " ").replace("\r", " ") + '"' for value in values
    )
    labels = [run.label for run in variants([parse_variation(f"../A.x={spec}")])]
    assert len(set(labels)) == len(labels)
    for label in labels:
        assert 0 < len(label) < 100
        assert not set(label) & set('/\\:*?"<>|\0')
        assert not label.startswith((".", "-", " "))


def test_what_several_runs_need_is_known_with_its_last_use() -> None:
    assert last_uses([[b"a", b"b"], [b"a", b"c", b"c"], [b"b"]]) == {b"a": 1, b"b": 2}


def test_labels_differ_in_more_than_case() -> None:
    assert [run.label for run in variants([parse_variation("A.x=cat,Cat")])] == ["x=cat", "x=Cat_2"]
