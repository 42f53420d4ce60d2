"""Which nodes run, in which order, which are cached, and what becomes of those that fail."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from scorefield.graph.cache import MemoryCache
from scorefield.graph.contract import Definition
from scorefield.graph.events import (
    BranchFailed,
    Event,
    NodeCached,
    NodeDone,
    NodeStarted,
    RunDone,
    RunStarted,
)
from scorefield.graph.result import RunResult

RunApi = Callable[..., RunResult]
Api = dict[str, Any]


def number(value: int) -> Api:
    return {"class_type": "Number", "inputs": {"value": value}}


def add(a: str, **inputs: Any) -> Api:
    return {"class_type": "Add", "inputs": {"a": [a, 0], **inputs}}


def show(source: str) -> Api:
    return {"class_type": "Show", "inputs": {"value": [source, 0]}}


DIAMOND = {
    "show": show("join"),
    "join": add("left", b=["right", 0]),
    "left": add("start", more=1),
    "right": add("start", more=2),
    "start": number(10),
    "unneeded": number(4),
}


def test_each_needed_node_runs_once_parents_first(run_api: RunApi) -> None:
    result = run_api(DIAMOND)
    assert result.executed == ["start", "left", "right", "join", "show"]
    assert result.ui == {"show": {"text": ["23"]}}
    assert (result.status, result.cached, result.failures) == ("done", [], [])


def test_targets_run_and_give_their_values(run_api: RunApi) -> None:
    result = run_api(DIAMOND, ["left"])
    assert result.executed == ["start", "left"]
    assert result.outputs == {"left": ([11],)}


def test_a_second_run_is_cached_with_what_was_shown(run_api: RunApi) -> None:
    cache = MemoryCache()
    first = run_api(DIAMOND, cache=cache)
    second = run_api(DIAMOND, cache=cache)
    assert second.executed == []
    assert sorted(second.cached) == sorted(first.executed)
    assert second.ui == first.ui


def test_a_change_reruns_only_what_depends_on_it(run_api: RunApi) -> None:
    cache = MemoryCache()
    run_api(DIAMOND, cache=cache)
    changed = {**DIAMOND, "right": add("start", more=5)}
    result = run_api(changed, cache=cache)
    assert result.executed == ["right", "join", "show"]
    assert result.cached == ["start", "left"]
    assert result.ui == {"show": {"text": ["26"]}}


def test_the_cache_does_not_care_for_node_ids(run_api: RunApi) -> None:
    cache = MemoryCache()
    run_api({"a": number(1), "b": show("a")}, cache=cache)
    result = run_api({"x": number(1), "y": show("x")}, cache=cache)
    assert (result.executed, sorted(result.cached)) == ([], ["x", "y"])


def test_nothing_above_a_cached_node_runs_again(run_api: RunApi) -> None:
    cache = MemoryCache(limit=1)
    run_api(DIAMOND, cache=cache)
    result = run_api(DIAMOND, cache=cache)
    assert (result.executed, result.cached) == ([], ["show"])


def test_equal_nodes_in_one_graph_run_once(run_api: RunApi) -> None:
    api = {"a": number(2), "b": number(2), "c": add("a", b=["b", 0]), "out": show("c")}
    result = run_api(api, cache=MemoryCache())
    assert (result.executed, result.cached) == (["a", "c", "out"], ["b"])
    assert result.ui["out"] == {"text": ["4"]}


def test_a_failing_node_fails_its_own_branch_only(run_api: RunApi) -> None:
    api = {
        "n": number(3),
        "bad": {"class_type": "Fail", "inputs": {"a": ["n", 0]}, "_meta": {"title": "Trouble"}},
        "after": add("bad"),
        "lost": show("after"),
        "fine": show("n"),
    }
    result = run_api(api)
    assert result.status == "failed"
    assert result.executed == ["n", "fine"]
    assert result.skipped == ["after", "lost"]
    assert result.ui == {"fine": {"text": ["3"]}}
    [failure] = result.failures
    assert str(failure) == 'node bad "Trouble" (Fail): ValueError: it was bound to fail'
    assert isinstance(failure.cause, ValueError)


def test_a_failure_is_not_cached(run_api: RunApi) -> None:
    cache = MemoryCache()
    api = {"bad": {"class_type": "Fail"}, "out": show("bad")}
    assert [run_api(api, cache=cache).status for _ in range(2)] == ["failed", "failed"]


def test_a_node_that_breaks_its_contract_fails_by_name(
    run_api: RunApi, definitions: dict[str, Definition]
) -> None:
    definitions["Number"] = replace(definitions["Number"], call=lambda context, **_: 5)
    result = run_api({"n": number(1), "out": show("n")})
    assert "a tuple of its outputs, not a value of the type int" in str(result.failures[0])


def test_an_output_that_was_not_given_fails_whoever_reads_it(
    run_api: RunApi, definitions: dict[str, Definition]
) -> None:
    definitions["Number"] = replace(definitions["Number"], call=lambda context, **_: ())
    result = run_api({"n": number(1), "out": show("n")})
    assert result.executed == ["n"]
    assert (result.failures[0].node_id, "gave 0 values" in str(result.failures[0])) == ("out", True)


def test_events_tell_the_run_in_order(run_api: RunApi) -> None:
    cache = MemoryCache()
    events: list[Event] = []
    run_api({"n": number(1), "s": show("n")}, ["n"], cache=cache)
    api = {"n": number(1), "s": show("n"), "bad": {"class_type": "Fail"}, "t": show("bad")}
    result = run_api(api, cache=cache, listener=events.append)
    assert events == [
        RunStarted(("s", "bad", "t")),
        NodeCached("n", {}),
        NodeStarted("s", "Show"),
        NodeDone("s", {"text": ["1"]}),
        NodeStarted("bad", "Fail"),
        BranchFailed(result.failures[0], ("t",)),
        RunDone("failed", result.seconds),
    ]


def test_folders_appear_only_when_a_node_asks(run_api: RunApi, tmp_path: Path) -> None:
    run_api(DIAMOND)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("count", [10_000])
def test_a_deep_chain_runs_without_recursion(run_api: RunApi, count: int) -> None:
    api: Api = {"0": number(0)}
    for index in range(1, count):
        api[str(index)] = add(str(index - 1), more=1)
    api["out"] = show(str(count - 1))
    cache = MemoryCache()
    result = run_api(api, cache=cache)
    assert (len(result.executed), result.ui["out"]) == (count + 1, {"text": [str(count - 1)]})
    assert len(run_api(api, cache=cache).cached) == count + 1


@pytest.mark.parametrize("runs", [1, 2])
def test_outputs_stand_in_the_order_of_the_targets(run_api: RunApi, runs: int) -> None:
    cache = MemoryCache()
    for _ in range(runs):
        result = run_api(DIAMOND, ["show", "join", "start"], cache=cache)
    assert list(result.outputs) == ["show", "join", "start"]


def test_a_call_may_give_anything_that_can_be_awaited(
    run_api: RunApi, definitions: dict[str, Definition]
) -> None:
    class Later:
        def __await__(self) -> Iterator[None]:
            yield
            return (5,)

    definitions["Number"] = replace(definitions["Number"], call=lambda context, **_: Later())
    assert run_api({"n": number(1), "out": show("n")}).ui == {"out": {"text": ["5"]}}
