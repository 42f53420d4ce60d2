"""Reading and writing the API format."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scorefield.graph.errors import InvalidWorkflow
from scorefield.graph.workflow import Link, Node, read_api, write_api

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
).filter(lambda value: not (isinstance(value, dict) and value.keys() == {"__value__"}))
INPUTS = st.dictionaries(st.text(), VALUES | st.builds(Link, st.text(), st.integers(0, 9)), max_size=4)


def test_links_constants_and_titles_are_told_apart() -> None:
    graph = read_api(
        {
            7: {
                "class_type": "A",
                "inputs": {"link": ["3", 1], "pair": {"__value__": ["3", 1]}, "three": [1, 2, 3], "n": 4},
                "_meta": {"title": "Mine"},
            }
        }
    )
    assert graph == {
        "7": Node("7", "A", {"link": Link("3", 1), "pair": ["3", 1], "three": [1, 2, 3], "n": 4}, "Mine")
    }


@given(st.dictionaries(st.text(), st.tuples(st.text(), INPUTS, st.text()), min_size=1, max_size=4))
def test_what_is_written_is_read_back(entries: dict[str, tuple[str, dict[str, object], str]]) -> None:
    graph = {key: Node(key, kind, inputs, title) for key, (kind, inputs, title) in entries.items()}
    assert read_api(write_api(graph)) == graph


@pytest.mark.parametrize(
    ("raw", "type_name", "named"),
    [
        ([], "invalid_prompt", "JSON object"),
        ("text", "invalid_prompt", "JSON object"),
        (None, "invalid_prompt", "JSON object"),
        ({}, "prompt_no_outputs", "no nodes"),
        ({"4": 5}, "invalid_prompt", "node 4"),
        ({"4": {"inputs": {}}}, "missing_node_type", "node 4"),
        ({"4": {"class_type": 3}}, "missing_node_type", "node 4"),
        ({"4": {"class_type": "A", "inputs": []}}, "invalid_prompt", "node 4 (A)"),
    ],
)
def test_what_is_not_the_format_is_refused_by_name(raw: object, type_name: str, named: str) -> None:
    with pytest.raises(InvalidWorkflow) as refused:
        read_api(raw)
    assert [problem.type for problem in refused.value.problems] == [type_name]
    assert named in str(refused.value)
