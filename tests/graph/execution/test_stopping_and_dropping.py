"""A run that is stopped, and values that are let go."""

from __future__ import annotations

import gc
import threading
import weakref
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

from scorefield.graph.cache import MemoryCache
from scorefield.graph.context import Context, Interrupted
from scorefield.graph.contract import Definition
from scorefield.graph.declare import Int, Out, Socket, node
from scorefield.graph.events import Event, NodeProgress, RunDone
from scorefield.graph.execution.executor import execute
from scorefield.graph.host import Host
from scorefield.graph.result import RunResult
from scorefield.graph.validation import plan
from scorefield.graph.workflow import read_api

RunApi = Callable[..., RunResult]
Api = dict[str, Any]


def number(value: int) -> Api:
    return {"class_type": "Number", "inputs": {"value": value}}


def show(source: str) -> Api:
    return {"class_type": "Show", "inputs": {"value": [source, 0]}}


def test_a_node_reports_progress_and_stops_within_one_step(
    run_api: RunApi, definitions: dict[str, Definition], tmp_path: Path
) -> None:
    done = []

    @node("Walk", title="Walk", category="test")
    def walk(
        steps: Annotated[int, Int("")] = 10, *, context: Context
    ) -> Annotated[int, Out("n", "NUMBER", "")]:
        """Takes steps."""
        for step in range(steps):
            context.progress(step, steps)
            done.append(step)
        return steps

    definitions["Walk"] = walk
    stop = threading.Event()
    events: list[Event] = []

    def listener(event: Event) -> None:
        events.append(event)
        if isinstance(event, NodeProgress) and event.value == 3:
            stop.set()

    api = {"w": {"class_type": "Walk"}, "s": show("w"), "n": number(1), "t": show("n")}
    result = execute(
        plan(read_api(api), definitions), Host(tmp_path, stop=stop), listener=listener, cache=MemoryCache()
    )
    assert (result.status, result.executed, result.failures) == ("interrupted", [], [])
    assert done == [0, 1, 2, 3]
    assert NodeProgress("w", 3, 10) in events
    assert isinstance(events[-1], RunDone)


def test_a_run_stops_between_nodes(definitions: dict[str, Definition], tmp_path: Path) -> None:
    stop = threading.Event()
    stop.set()
    result = execute(plan(read_api({"n": number(1), "s": show("n")}), definitions), Host(tmp_path, stop=stop))
    assert (result.status, result.executed) == ("interrupted", [])


class Value:
    """Something a weak reference can watch."""


def test_a_value_is_dropped_when_its_last_reader_is_done(
    run_api: RunApi, definitions: dict[str, Definition]
) -> None:
    born: list[weakref.ref[Value]] = []
    alive: list[int] = []

    @node("Next", title="Next", category="test")
    def following(
        value: Annotated[object, Socket("VALUE", "")] = None, index: Annotated[int, Int("")] = 0
    ) -> Annotated[Value, Out("v", "VALUE", "")]:
        """Makes a value and counts how many live."""
        del value
        gc.collect()
        alive.append(sum(reference() is not None for reference in born))
        made = Value()
        born.append(weakref.ref(made))
        return made

    definitions["Next"] = following
    api: Api = {"0": {"class_type": "Next"}}
    for index in range(1, 6):
        api[str(index)] = {"class_type": "Next", "inputs": {"value": [str(index - 1), 0], "index": index}}
    api["out"] = show("5")
    result = run_api(api)
    assert result.status == "done"
    assert alive == [0, 1, 1, 1, 1, 1], "only the parent is alive while a node runs"


def test_a_run_that_was_stopped_is_that_though_a_node_had_failed(
    run_api: RunApi, definitions: dict[str, Definition]
) -> None:
    def stop(context: Context, **_: Any) -> None:
        raise Interrupted

    definitions["Number"] = replace(definitions["Number"], call=stop)
    api = {"bad": {"class_type": "Fail"}, "n": number(1)}
    result = run_api(api, ["bad", "n"])
    assert (result.status, len(result.failures)) == ("interrupted", 1)


def test_a_context_says_whether_the_run_was_asked_to_stop(tmp_path: Path) -> None:
    host = Host(tmp_path)
    context = host.context("1")
    before = context.is_stopping
    host.stop.set()
    assert (before, context.is_stopping) == (False, True)
