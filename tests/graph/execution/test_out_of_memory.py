"""A GPU without memory: room is made and the node tried once more, and then it says what was held."""

from __future__ import annotations

import asyncio
import weakref
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
import torch
from scorefield.graph.cache import MemoryCache, NodeResult
from scorefield.graph.contract import Definition
from scorefield.graph.execution.out_of_memory import is_out_of_memory, with_what_was_held
from scorefield.graph.result import RunResult

RunApi = Callable[..., RunResult]
API = {
    "n": {"class_type": "Number", "inputs": {"value": 3}},
    "a": {"class_type": "Add", "inputs": {"a": ["n", 0]}},
    "s": {"class_type": "Show", "inputs": {"value": ["a", 0]}},
}


class OutOfMemoryError(RuntimeError):
    """Bears the name that torch gives it."""


class Held:
    """Something a weak reference can watch."""


class Node:
    """The call of a node that finds no memory the first few times."""

    def __init__(self, failures: int, is_async: bool = False) -> None:
        self.failures, self.is_async, self.calls = failures, is_async, 0
        self.made: list[weakref.ref[Held]] = []
        self.alive: list[bool] = []

    def __call__(self, context: Any, **_inputs: Any) -> Any:
        context.show(text=["a try"])
        return self.later() if self.is_async else self.now()

    def now(self) -> tuple[int]:
        self.alive = [made() is not None for made in self.made]
        self.calls += 1
        value = Held()
        self.made.append(weakref.ref(value))
        if self.calls <= self.failures:
            raise OutOfMemoryError("CUDA out of memory. Tried to allocate 20.00 GiB\nmore of that")
        return (7,)

    async def later(self) -> tuple[int]:
        await asyncio.sleep(0)
        return self.now()


def filled() -> MemoryCache:
    cache = MemoryCache()
    cache.put(b"a", NodeResult(([torch.zeros(3)],), {}))
    return cache


def test_a_node_that_finds_memory_is_called_once_and_the_cache_stays(
    run_api: RunApi, definitions: dict[str, Definition]
) -> None:
    cache, call = filled(), Node(0)
    definitions["Add"] = replace(definitions["Add"], call=call)
    assert run_api(API, cache=cache).status == "done"
    assert (call.calls, b"a" in cache) == (1, True)


@pytest.mark.parametrize("is_async", [False, True])
def test_the_second_try_finds_the_cache_empty_and_the_first_ones_values_gone(
    run_api: RunApi, definitions: dict[str, Definition], is_async: bool
) -> None:
    cache, call = filled(), Node(1, is_async)
    definitions["Add"] = replace(definitions["Add"], call=call, is_async=is_async)
    result = run_api(API, ["a", "s"], cache=cache)
    assert (result.status, result.ui["s"]["text"], result.executed) == ("done", ["7"], ["n", "a", "s"])
    assert result.ui["a"]["text"] == ["a try"], "what the first try showed is gone"
    assert (call.calls, b"a" in cache, call.alive) == (2, False, [False])


@pytest.mark.parametrize("is_async", [False, True])
def test_when_it_fails_again_it_says_what_was_held(
    run_api: RunApi, definitions: dict[str, Definition], is_async: bool
) -> None:
    call = Node(2, is_async)
    tensor = torch.zeros(1 << 20)
    definitions["Number"] = replace(definitions["Number"], call=lambda context, **_: (tensor,))
    definitions["Add"] = replace(definitions["Add"], call=call, is_async=is_async)
    result = run_api(API, cache=filled())
    assert (call.calls, result.skipped) == (2, ["s"])
    told = str(result.failures[0])
    assert "Tried to allocate 20.00 GiB (even with the cache freed); held were node n" in told
    assert "A Number" in told and "4.0 MiB on cpu" in told
    assert call.made[-1]() is None, "the failure does not keep what the node had made"


def test_of_what_was_held_the_largest_come_first_and_shared_ones_once() -> None:
    shared = torch.zeros(1 << 20)
    held = [
        ('node 1 "Spiral"', [torch.zeros(1 << 18)]),
        ('node 4 "Score Model"', {"model": shared}),
        ('node 5 "CFG Combine"', [shared]),
        ('node 6 "Number"', 3),
    ]
    assert str(with_what_was_held(OutOfMemoryError("no room"), held)) == (
        "no room (even with the cache freed); held were "
        'node 4 "Score Model": dict, 4.0 MiB on cpu, node 1 "Spiral": list, 1.0 MiB on cpu'
    )


def test_of_very_many_values_the_largest_are_named() -> None:
    held = [(f"node {index}", torch.zeros(1000 + index)) for index in range(9)]
    told = str(with_what_was_held(OutOfMemoryError("no room"), held))
    assert "held were node 8: " in told and told.endswith("and 4 more")
    assert "nothing that could be let go of" in str(with_what_was_held(OutOfMemoryError("no room"), []))


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (torch.OutOfMemoryError("CUDA out of memory"), True),
        (torch.cuda.OutOfMemoryError("anything"), True),
        (OutOfMemoryError("of some other library"), True),
        (RuntimeError("CUDA error: out of memory"), True),
        (RuntimeError("HIP out of memory."), True),
        (RuntimeError("CUDA error: device-side assert triggered"), False),
        (RuntimeError("we are out of memory cards"), False),
        (ValueError("CUDA out of memory"), False),
        (MemoryError(), False),
    ],
)
def test_which_errors_mean_it(error: Exception, expected: bool) -> None:
    assert is_out_of_memory(error) is expected
