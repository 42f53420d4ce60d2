"""Blockers: nothing behind them runs, and those that have something to say are heard."""

from __future__ import annotations

from typing import Any

import pytest
from scorefield.graph.blocking import ExecutionBlocker
from scorefield.graph.cache import MemoryCache
from scorefield.graph.events import Event, NodeBlocked

from .conftest import Api, RunV1, node, shown, text, value


class Gate:
    """Blocks one of its two outputs."""

    CATEGORY, FUNCTION, RETURN_TYPES = "test", "run", ("VALUE", "VALUE")
    blocker: Any = ExecutionBlocker

    @classmethod
    def INPUT_TYPES(cls) -> Api:
        return {"required": {"value": ("VALUE",), "message": ("STRING", {"default": ""})}}

    def run(self, value: int, message: str) -> tuple[Any, Any]:
        return value, self.blocker(message or None)


@pytest.fixture
def nodes(nodes: dict[str, type]) -> dict[str, type]:
    return {**nodes, "Gate": Gate}


def gated(message: str = "") -> Api:
    return {
        "v": value(3),
        "g": node("Gate", value="v", message=text(message)),
        "left": node("Show", value="g"),
        "sum": {"class_type": "Sum", "inputs": {"a": ["g", 0], "b": ["g", 1]}},
        "right": node("Show", value="sum"),
    }


@pytest.mark.parametrize("kept", [False, True])
def test_what_a_blocker_reaches_does_not_run(run_v1: RunV1, kept: bool) -> None:
    events: list[Event] = []
    result = run_v1(gated(), cache=MemoryCache() if kept else None, listener=events.append)
    assert (result.status, shown(result, "left"), shown(result, "right")) == ("done", ["3"], [])
    assert result.blocked == ["sum", "right"]
    assert set(result.executed) == {"v", "g", "left"}
    assert [event.node_id for event in events if isinstance(event, NodeBlocked)] == ["sum", "right"]


def test_a_message_is_told_once_by_the_first_node_it_reaches(run_v1: RunV1) -> None:
    cache = MemoryCache()
    for _ in range(2):  # the second time everything else is cached
        result = run_v1(gated("no picture today"), cache=cache)
        assert [(f.node_id, "no picture today" in str(f)) for f in result.failures] == [("sum", True)]
        assert (result.status, result.skipped) == ("failed", [])


def test_any_class_of_that_name_blocks(run_v1: RunV1, nodes: dict[str, type]) -> None:
    foreign = type(
        "ExecutionBlocker", (), {"__init__": lambda self, message: setattr(self, "message", message)}
    )
    nodes["Gate"] = type("Gate", (Gate,), {"blocker": foreign})
    assert run_v1(gated()).blocked == ["sum", "right"]
    assert "stop" in str(run_v1(gated("stop")).failures[0])


def test_one_blocker_as_the_whole_result_blocks_every_output(run_v1: RunV1, nodes: dict[str, type]) -> None:
    nodes["Gate"] = type("Gate", (Gate,), {"run": lambda self, value, message: ExecutionBlocker(None)})
    assert run_v1(gated()).blocked == ["left", "sum", "right"]


class Evens:
    """Blocks the odd ones of a list."""

    CATEGORY, FUNCTION, RETURN_TYPES, OUTPUT_IS_LIST = "test", "run", ("VALUE",), (True,)

    @classmethod
    def INPUT_TYPES(cls) -> Api:
        return {"required": {"count": ("INT", {})}}

    def run(self, count: int) -> tuple[list[Any]]:
        return ([number if number % 2 == 0 else ExecutionBlocker(None) for number in range(count)],)


def test_inside_a_list_it_blocks_only_its_own_item(run_v1: RunV1, nodes: dict[str, type]) -> None:
    nodes["Evens"] = Evens
    api = {"e": node("Evens", count=5), "s": node("Sum", a="e"), "out": node("Show", value="s")}
    result = run_v1(api)
    assert (shown(result), result.blocked) == (["0", "2", "4"], [])


def test_a_node_that_takes_lists_is_blocked_by_any_item(run_v1: RunV1, nodes: dict[str, type]) -> None:
    sums: Any = nodes["Sum"]
    nodes |= {"Evens": Evens, "Sum": type("Sum", (sums,), {"INPUT_IS_LIST": True})}
    api = {"e": node("Evens", count=5), "s": node("Sum", a="e"), "out": node("Show", value="s")}
    assert run_v1(api).blocked == ["s", "out"]


def test_a_whole_list_output_may_be_a_blocker(run_v1: RunV1, nodes: dict[str, type]) -> None:
    nodes["Evens"] = type("Evens", (Evens,), {"run": lambda self, count: (ExecutionBlocker(None),)})
    api = {"e": node("Evens", count=5), "out": node("Show", value="e")}
    assert run_v1(api).blocked == ["out"]


def test_a_message_inside_an_expansion_is_told_again_next_time(run_v1: RunV1, nodes: dict[str, type]) -> None:
    class Around:
        CATEGORY, FUNCTION, RETURN_TYPES = "test", "run", ("VALUE",)

        @classmethod
        def INPUT_TYPES(cls) -> Api:
            return {"required": {"link": ("VALUE", {"rawLink": True})}, "hidden": {"id": "UNIQUE_ID"}}

        def run(self, link: list[Any], id: str) -> Api:
            return {"result": ([f"{id}.s", 0],), "expand": {f"{id}.s": node("Sum", a=link, b=link)}}

    nodes["Around"] = Around
    api = {"v": value(3), "g": node("Gate", value="v", message=text("not today"))}
    api |= {"e": {"class_type": "Around", "inputs": {"link": ["g", 1]}}, "out": node("Show", value="e")}
    cache = MemoryCache()
    for _ in range(2):
        assert [failure.node_id for failure in run_v1(api, cache=cache).failures] == ["e"]


def test_the_same_message_for_several_items_is_told_once(run_v1: RunV1, nodes: dict[str, type]) -> None:
    run = {"run": lambda self, count: ([ExecutionBlocker("enough")] * count,)}
    nodes["Evens"] = type("Evens", (Evens,), run)
    api = {"e": node("Evens", count=3), "out": node("Show", value="e")}
    assert [failure.node_id for failure in run_v1(api).failures] == ["out"]
