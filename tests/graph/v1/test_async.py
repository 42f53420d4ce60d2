"""Async nodes: they wait together, fail alone, and stop when they are asked to."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from scorefield.graph.awaiting import apart_from_loops
from scorefield.graph.context import Interrupted
from scorefield.graph.contract import Definition
from scorefield.graph.current import CURRENT
from scorefield.graph.events import Event, NodeStarted
from scorefield.graph.execution.executor import execute
from scorefield.graph.host import Host
from scorefield.graph.validation import plan
from scorefield.graph.workflow import read_api

from .conftest import Api, RunV1, node, shown, value

LOG: list[str] = []


class Wait:
    """Waits until every one of its kind in the graph has started: alone it would wait for ever."""

    CATEGORY, FUNCTION, RETURN_TYPES = "test", "run", ("VALUE",)
    started = 0
    together = 2

    @classmethod
    def INPUT_TYPES(cls) -> Api:
        return {"required": {"value": ("VALUE",)}}

    async def run(self, value: int) -> tuple[int]:
        kind = type(self)
        kind.started += 1
        while kind.started < kind.together:
            await asyncio.sleep(0)
        return (value + 1,)


class Late:
    """Fails, or gives its value, after a while."""

    CATEGORY, FUNCTION, RETURN_TYPES = "test", "run", ("VALUE",)

    @classmethod
    def INPUT_TYPES(cls) -> Api:
        return {"required": {"value": ("VALUE",)}, "optional": {"fails": ("BOOLEAN", {})}}

    async def run(self, value: int, fails: bool = False) -> tuple[int]:
        await asyncio.sleep(0.001)
        if fails:
            raise RuntimeError("too late")
        return (value,)


@pytest.fixture
def nodes(nodes: dict[str, type]) -> dict[str, type]:
    return {**nodes, "Wait": type("Wait", (Wait,), {"started": 0}), "Late": Late}


def test_async_nodes_wait_at_the_same_time(run_v1: RunV1) -> None:
    api = {"v": value(1), "a": node("Wait", value="v"), "b": node("Wait", value="v")}
    api |= {"s": node("Sum", a="a", b="b"), "out": node("Show", value="s")}
    assert shown(run_v1(api)) == ["4"]


def test_so_do_the_calls_of_one_node_over_a_list(run_v1: RunV1, nodes: dict[str, type]) -> None:
    class Pair:
        CATEGORY, FUNCTION, RETURN_TYPES, OUTPUT_IS_LIST = "test", "run", ("VALUE",), (True,)

        @classmethod
        def INPUT_TYPES(cls) -> Api:
            return {"required": {}}

        def run(self) -> tuple[list[int]]:
            return ([1, 2],)

    nodes["Pair"] = Pair
    api = {"p": node("Pair"), "w": node("Wait", value="p"), "out": node("Show", value="w")}
    assert shown(run_v1(api)) == ["2", "3"]


def test_they_start_before_others_that_could_run(run_v1: RunV1) -> None:
    events: list[Event] = []
    api = {"v": value(1), "s": node("Sum", a="v"), "out1": node("Show", value="s")}
    api |= {"l": node("Late", value="v"), "out2": node("Show", value="l")}
    run_v1(api, listener=events.append)
    started = [event.node_id for event in events if isinstance(event, NodeStarted)]
    assert started.index("l") < started.index("s")


def test_one_that_fails_fails_its_branch_alone(run_v1: RunV1) -> None:
    api = {"v": value(1), "bad": node("Late", value="v", fails=True), "out1": node("Show", value="bad")}
    api |= {"good": node("Late", value="v"), "out2": node("Show", value="good")}
    result = run_v1(api)
    assert [(f.node_id, "too late" in str(f)) for f in result.failures] == [("bad", True)]
    assert (result.skipped, shown(result, "out2")) == (["out1"], ["1"])


def test_one_that_cancels_itself_fails(run_v1: RunV1, nodes: dict[str, type]) -> None:
    async def run(self: object, value: int) -> tuple[int]:
        await asyncio.sleep(0)
        raise asyncio.CancelledError

    nodes["Late"] = type("Late", (Late,), {"run": run})
    api = {"v": value(1), "l": node("Late", value="v"), "out": node("Show", value="l")}
    assert "cancelled itself" in str(run_v1(api).failures[0])


def test_a_node_that_fails_does_not_stop_those_that_wait(run_v1: RunV1) -> None:
    api = {"v": value(1), "l": node("Late", value="v"), "out1": node("Show", value="l")}
    api |= {"bad": node("Fail", value="v"), "out2": node("Show", value="bad")}
    assert shown(run_v1(api), "out1") == ["1"]


def test_it_runs_where_an_event_loop_is_running_already(run_v1: RunV1) -> None:
    api = {"v": value(1), "l": node("Late", value="v"), "out": node("Show", value="l")}

    async def inside() -> list[str]:
        return shown(run_v1(api))

    assert asyncio.run(inside()) == ["1"]


def test_a_sync_node_may_run_a_loop_of_its_own(run_v1: RunV1, nodes: dict[str, type]) -> None:
    async def later(number: int) -> int:
        await asyncio.sleep(0)
        return number

    sums: Any = nodes["Sum"]
    nodes["Sum"] = type("Sum", (sums,), {"run": lambda self, **v: (asyncio.run(later(sum(v.values()))),)})
    api = {"v": value(2), "l": node("Late", value="v"), "s": node("Sum", a="v", b="l")}
    assert shown(run_v1(api | {"out": node("Show", value="s")})) == ["4"]


def test_an_interrupt_cancels_what_waits(
    definitions: Callable[[], dict[str, Definition]], nodes: dict[str, type], tmp_path: Path
) -> None:
    stop, cancelled = threading.Event(), []

    class Forever:
        CATEGORY, FUNCTION, RETURN_TYPES, OUTPUT_NODE = "test", "run", (), True

        @classmethod
        def INPUT_TYPES(cls) -> Api:
            return {"required": {}}

        async def run(self) -> Api:
            stop.set()
            try:
                await asyncio.sleep(3600)
            except asyncio.CancelledError:
                cancelled.append(True)
                raise
            return {}

    nodes["Forever"] = Forever
    planned = plan(read_api({"f": node("Forever")}), definitions())
    assert execute(planned, Host(tmp_path, stop=stop)).status == "interrupted"
    assert cancelled == [True]


def test_an_async_node_may_expand(run_v1: RunV1, nodes: dict[str, type]) -> None:
    class Expanding:
        CATEGORY, FUNCTION, RETURN_TYPES = "test", "run", ("VALUE",)

        @classmethod
        def INPUT_TYPES(cls) -> Api:
            return {"required": {"value": ("VALUE",)}}

        async def run(self, value: int) -> Api:
            await asyncio.sleep(0)
            graph = {f"n{i}": node("Late", value="v") for i in range(3)}
            graph["s"] = node("Sum", a="n0", b="n1", c="n2")
            return {"result": (["s", 0],), "expand": graph}

    nodes["Expanding"] = Expanding
    api = {"v": value(2), "e": node("Expanding", value="v"), "out": node("Show", value="e")}
    assert shown(run_v1(api)) == ["6"]


def test_an_async_node_that_is_asked_to_stop_has_not_failed(
    definitions: Callable[[], dict[str, Definition]], nodes: dict[str, type], tmp_path: Path
) -> None:
    class Stopping:
        CATEGORY, FUNCTION, RETURN_TYPES, OUTPUT_NODE = "test", "run", (), True

        @classmethod
        def INPUT_TYPES(cls) -> Api:
            return {"required": {}}

        async def run(self) -> Api:
            await asyncio.sleep(0)
            raise Interrupted

    nodes["Stopping"] = Stopping
    result = execute(plan(read_api({"f": node("Stopping")}), definitions()), Host(tmp_path))
    assert (result.status, result.failures) == ("interrupted", [])


def test_all_calls_over_a_list_are_waited_for(run_v1: RunV1, nodes: dict[str, type]) -> None:
    class Uneven:
        CATEGORY, FUNCTION, RETURN_TYPES, INPUT_TYPES = "test", "run", ("VALUE",), Late.INPUT_TYPES

        async def run(self, value: int) -> tuple[int]:
            for _ in range(20 * value):
                await asyncio.sleep(0)
            return (value,)

    class Pair(Late):
        OUTPUT_IS_LIST, run = (True,), lambda self, value: ([0, 1],)

    nodes |= {"Uneven": Uneven, "Pair": Pair}
    api = {"v": value(1), "p": node("Pair", value="v"), "u": node("Uneven", value="p")}
    assert shown(run_v1(api | {"out": node("Show", value="u")})) == ["0", "1"]


def test_a_wish_to_stop_ends_the_waiting(
    definitions: Callable[[], dict[str, Definition]], nodes: dict[str, type], tmp_path: Path
) -> None:
    stop, cancelled = threading.Event(), list[bool]()

    class Slow:
        CATEGORY, FUNCTION, RETURN_TYPES, OUTPUT_NODE = "test", "run", (), True

        @classmethod
        def INPUT_TYPES(cls) -> Api:
            return {"required": {}}

        async def run(self) -> Api:
            threading.Timer(0.05, stop.set).start()
            try:
                await asyncio.sleep(3)
            except asyncio.CancelledError:
                cancelled.append(True)
            return {}

    nodes["Slow"] = Slow
    planned = plan(read_api({"s": node("Slow")}), definitions())
    assert (execute(planned, Host(tmp_path, stop=stop)).status, cancelled) == ("interrupted", [True])


def test_what_can_be_awaited_need_not_be_a_coroutine(run_v1: RunV1, nodes: dict[str, type]) -> None:
    class Later:
        def __init__(self, value: int) -> None:
            self.value = value

        def __await__(self) -> Iterator[None]:
            yield
            return (self.value,)

    late: Any = nodes["Late"]
    nodes["Late"] = type("Late", (late,), {"run": lambda self, value: Later(value)})
    api = {"v": value(4), "l": node("Late", value="v"), "out": node("Show", value="l")}
    assert shown(run_v1(api)) == ["4"]


def test_each_async_call_knows_which_it_is(run_v1: RunV1, nodes: dict[str, type]) -> None:
    class Knowing(Late):
        async def run(self, value: int, fails: bool = False) -> tuple[str]:
            await asyncio.sleep(0)
            call = CURRENT.get()
            assert call is not None
            return (f"{call.context.node_id} {call.index}",)

    class Pair(Late):
        OUTPUT_IS_LIST, run = (True,), lambda self, value: ([0, 1],)

    nodes |= {"Knowing": Knowing, "Pair": Pair}
    api = {"v": value(1), "p": node("Pair", value="v"), "k": node("Knowing", value="p")}
    api |= {
        "k2": node("Knowing", value="v"),
        "out": node("Show", value="k"),
        "out2": node("Show", value="k2"),
    }
    result = run_v1(api)
    assert (shown(result), shown(result, "out2")) == (["k 0", "k 1"], ["k2 0"])


def test_what_is_raised_apart_from_a_loop_arrives() -> None:
    async def inside() -> None:
        apart_from_loops(lambda: 1 // 0)

    with pytest.raises(ZeroDivisionError):
        asyncio.run(inside())
