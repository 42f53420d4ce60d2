"""Lists of values: a node sees them item by item, or whole where it asks for that."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from scorefield.graph.contract import Definition
from scorefield.graph.execution.executor import execute
from scorefield.graph.host import Host
from scorefield.graph.result import RunResult
from scorefield.graph.validation import plan
from scorefield.graph.workflow import read_api

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


def test_each_call_knows_its_place(run_api: RunApi, definitions: dict[str, Definition]) -> None:
    call = lambda context, **_: (context.call_index,)  # noqa: E731
    definitions["Add"] = replace(definitions["Add"], call=call)
    api = {"many": {"class_type": "Numbers", "inputs": {"count": 3}}, "each": add("many")}
    assert run_api(api, ["each"]).outputs["each"] == ([0, 1, 2],)


def test_a_run_stops_between_two_calls(definitions: dict[str, Definition], tmp_path: Path) -> None:
    stop, calls = threading.Event(), []

    def call(context: Any, **inputs: Any) -> tuple[int]:
        calls.append(inputs["a"])
        if len(calls) == 2:
            stop.set()
        return (0,)

    definitions["Add"] = replace(definitions["Add"], call=call)
    api = {"many": {"class_type": "Numbers", "inputs": {"count": 5}}, "each": add("many")}
    result = execute(plan(read_api(api), definitions, ["each"]), Host(tmp_path, stop=stop))
    assert (result.status, calls) == ("interrupted", [0, 1])


def test_outputs_may_come_as_a_list(run_api: RunApi, definitions: dict[str, Definition]) -> None:
    definitions["Add"] = replace(definitions["Add"], call=lambda context, **_: [7])
    assert run_api({"n": number(1), "a": add("n")}, ["a"]).outputs["a"] == ([7],)


def test_calls_that_give_fewer_values_leave_those_outputs_out(
    run_api: RunApi, definitions: dict[str, Definition]
) -> None:
    calls = [(1, 2), (3,)]
    definitions["Settings"] = replace(definitions["Settings"], call=lambda context, **_: calls.pop(0))
    api = {
        "many": {"class_type": "Numbers", "inputs": {"count": 2}},
        "each": {"class_type": "Settings", "inputs": {"either": ["many", 0]}},
    }
    assert run_api(api, ["each"]).outputs["each"] == ([1, 3],)


def test_values_beyond_the_declared_outputs_are_single_ones(
    run_api: RunApi, definitions: dict[str, Definition]
) -> None:
    definitions["Numbers"] = replace(definitions["Numbers"], call=lambda context, **_: ([1, 2], [3, 4]))
    assert run_api({"n": {"class_type": "Numbers"}}, ["n"]).outputs["n"] == ([1, 2], [[3, 4]])
