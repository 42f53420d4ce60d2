"""Lists of values: a node sees them item by item, or whole where it asks for that."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from scorefield.graph.result import RunResult

RunApi = Callable[..., RunResult]
Api = dict[str, Any]


def number(value: int) -> Api:
    return {"class_type": "Number", "inputs": {"value": value}}


def add(a: str, **inputs: Any) -> Api:
    return {"class_type": "Add", "inputs": {"a": [a, 0], **inputs}}


def show(source: str) -> Api:
    return {"class_type": "Show", "inputs": {"value": [source, 0]}}


def test_a_list_is_seen_item_by_item_and_shorter_ones_repeat_their_last(run_api: RunApi) -> None:
    api = {
        "many": {"class_type": "Numbers", "inputs": {"count": 4}},
        "few": {"class_type": "Numbers", "inputs": {"count": 2}},
        "one": number(100),
        "sum": add("many", b=["few", 0]),
        "plus": add("sum", b=["one", 0]),
        "out": show("plus"),
    }
    result = run_api(api)
    assert result.ui["out"] == {"text": ["100", "102", "103", "104"]}
    assert result.executed.count("sum") == 1


def test_a_node_may_ask_for_whole_lists(run_api: RunApi) -> None:
    api = {
        "many": {"class_type": "Numbers", "inputs": {"count": 4}},
        "sum": {"class_type": "Sum", "inputs": {"values": ["many", 0], "offset": 10}},
    }
    assert run_api(api, ["sum"]).outputs["sum"] == ([16],)


def test_an_empty_list_means_no_calls(run_api: RunApi) -> None:
    api = {
        "none": {"class_type": "Numbers", "inputs": {"count": 0}},
        "sum": add("none", b=["n", 0]),
        "n": number(1),
        "out": show("sum"),
    }
    result = run_api(api, ["sum", "out"])
    assert result.outputs == {"sum": ([],), "out": ()}
    assert result.ui == {}
    assert (result.blocked, "sum" in result.executed) == ([], True)
