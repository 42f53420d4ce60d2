"""Lazy inputs: what is not asked for does not run."""

from __future__ import annotations

from typing import Any

import pytest
from scorefield.graph.blocking import ExecutionBlocker
from scorefield.graph.cache import MemoryCache
from scorefield.graph.events import Event, NodeDone, NodeStarted

from .conftest import Api, RunV1, node, shown, value


def mixed(mask: int) -> Api:
    return {
        "a": value(1),
        "b": value(2),
        "sum": node("Sum", a="b", b="b"),
        "mask": value(mask),
        "mix": node("Mix", a="a", b="sum", mask="mask"),
        "out": node("Show", value="mix"),
    }


@pytest.mark.parametrize(
    ("mask", "ran", "text"),
    [(0, {"a"}, "1"), (10, {"b", "sum"}, "4"), (5, {"a", "b", "sum"}, "5")],
)
@pytest.mark.parametrize("kept", [False, True])
def test_only_what_is_asked_for_runs(run_v1: RunV1, mask: int, ran: set[str], text: str, kept: bool) -> None:
    result = run_v1(mixed(mask), cache=MemoryCache() if kept else None)
    assert set(result.executed) == ran | {"mask", "mix", "out"}
    assert len(result.executed) == len(set(result.executed)), "each once"
    assert shown(result) == [text]


def test_what_an_earlier_run_left_out_runs_when_it_is_wanted(run_v1: RunV1, cache: MemoryCache) -> None:
    run_v1(mixed(0), cache=cache)
    result = run_v1(mixed(10), cache=cache)
    assert set(result.executed) == {"b", "sum", "mask", "mix", "out"}
    again = run_v1(mixed(10), cache=cache)
    assert again.executed == []
    assert set(again.cached) >= {"b", "sum", "mask", "mix", "out"}


def test_a_value_that_others_read_first_waits_for_the_lazy_reader(run_v1: RunV1) -> None:
    api = mixed(0)
    api["early"] = node("Show", value="a")
    result = run_v1(api, ["early", "out"])
    assert result.executed.count("a") == 1
    assert shown(result) == ["1"]


def test_a_failure_behind_a_lazy_input_that_is_not_asked_for_does_not_matter(run_v1: RunV1) -> None:
    api = mixed(0)
    api["sum"] = node("Fail", value="b")
    assert (run_v1(api).status, shown(run_v1(api))) == ("done", ["1"])
    api["mask"] = value(10)
    failed = run_v1(api)
    assert [failure.node_id for failure in failed.failures] == ["sum"]
    assert failed.skipped == ["mix", "out"]


def test_a_lazy_input_behind_a_node_that_has_failed_already_is_lost(run_v1: RunV1) -> None:
    api = mixed(10)
    api["sum"] = node("Fail", value="b")
    api["other"] = node("Show", value="sum")
    result = run_v1(api, ["other", "out"])
    assert [failure.node_id for failure in result.failures] == ["sum"], "it does not run again"
    assert set(result.skipped) == {"other", "mix", "out"}


def test_over_lists_it_is_asked_once_per_item(run_v1: RunV1, nodes: dict[str, type]) -> None:
    class Masks:
        CATEGORY, FUNCTION, RETURN_TYPES, OUTPUT_IS_LIST = "test", "run", ("VALUE",), (True,)

        @classmethod
        def INPUT_TYPES(cls) -> Api:
            return {"required": {"first": ("INT", {}), "second": ("INT", {})}}

        def run(self, first: int, second: int) -> tuple[list[int]]:
            return ([first, second],)

    nodes["Masks"] = Masks
    api = mixed(0)
    api["mask"] = node("Masks", first=0, second=0)
    assert set(run_v1(api).executed) == {"a", "mask", "mix", "out"}
    api["mask"] = node("Masks", first=0, second=10)
    result = run_v1(api)
    assert {"a", "b", "sum"} <= set(result.executed)
    assert shown(result) == ["1", "4"]


def test_the_node_may_ask_asynchronously(run_v1: RunV1, nodes: dict[str, type]) -> None:
    mix: Any = nodes["Mix"]

    class AsyncMix(mix):
        async def check_lazy_status(self, a: Any, b: Any, mask: int) -> list[str]:
            return list(super().check_lazy_status(a, b, mask))

    nodes["Mix"] = AsyncMix
    assert set(run_v1(mixed(10)).executed) == {"b", "sum", "mask", "mix", "out"}


def test_asking_for_an_input_that_was_not_given_fails_by_name(run_v1: RunV1, nodes: dict[str, type]) -> None:
    mix: Any = nodes["Mix"]

    class Asking(mix):
        def check_lazy_status(self, **inputs: Any) -> list[str]:
            return ["c"]

    nodes["Mix"] = Asking
    failure = run_v1(mixed(0)).failures[0]
    assert failure.node_id == "mix"
    assert "its input c" in str(failure)


def test_it_is_not_asked_about_items_that_a_blocker_stops(run_v1: RunV1, nodes: dict[str, type]) -> None:
    class Gate:
        CATEGORY, FUNCTION, RETURN_TYPES = "test", "run", ("VALUE",)

        @classmethod
        def INPUT_TYPES(cls) -> Api:
            return {"required": {"value": ("VALUE",)}}

        def run(self, value: int) -> tuple[Any]:
            return (ExecutionBlocker(None),)

    nodes["Gate"] = Gate
    api = mixed(0) | {"gate": node("Gate", value="mask")}
    api["mix"] = node("Mix", a="a", b="sum", mask="gate")
    result = run_v1(api)
    assert (result.failures, result.blocked, result.executed) == ([], ["mix", "out"], ["mask", "gate"])


def test_a_value_that_others_have_read_is_still_there_for_what_a_lazy_input_needs(run_v1: RunV1) -> None:
    api = mixed(10)
    api["early"] = node("Show", value="b")
    assert run_v1(api, ["early", "out"]).executed.count("b") == 1


def asking(nodes: dict[str, type], *names: str) -> None:
    """Let Mix ask for those inputs, whatever is there already."""
    mix: Any = nodes["Mix"]
    nodes["Mix"] = type("Mix", (mix,), {"check_lazy_status": lambda self, **_: list(names)})


def test_it_may_ask_for_what_is_there_already(run_v1: RunV1, nodes: dict[str, type]) -> None:
    asking(nodes, "a", "b")
    assert shown(run_v1(mixed(5))) == ["5"]


@pytest.mark.parametrize("mask", ["mask", {"__value__": 0}], ids=["linked", "constant"])
def test_and_for_what_is_not_lazy(run_v1: RunV1, nodes: dict[str, type], mask: Any) -> None:
    asking(nodes, "mask", "a")
    api = mixed(0)
    api["mix"] = node("Mix", a="a", b="sum", mask=mask)
    assert shown(run_v1(api)) == ["1"]


def test_a_node_that_has_begun_ends_though_an_equal_one_was_quicker(
    run_v1: RunV1, cache: MemoryCache
) -> None:
    events: list[Event] = []
    api = mixed(5)
    api |= {"twin": node("Mix", a="a", b="sum", mask="mask"), "out2": node("Show", value="twin")}
    run_v1(api, cache=cache, listener=events.append)
    started = [event.node_id for event in events if isinstance(event, NodeStarted)]
    done = [event.node_id for event in events if isinstance(event, NodeDone)]
    assert sorted(started) == sorted(done)
