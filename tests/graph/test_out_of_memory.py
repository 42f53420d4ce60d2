"""A GPU without memory: freed and tried once more, and then said with what was held."""

from __future__ import annotations

import weakref
from typing import Any

import pytest
import torch
from scorefield.graph.cache import MemoryCache, NodeResult
from scorefield.graph.out_of_memory import OutOfMemory, is_out_of_memory, retry_after_freeing


class OutOfMemoryError(RuntimeError):
    """Bears the name that torch gives it."""


class Held:
    """Something a weak reference can watch."""


class Node:
    """Finds no memory the first few times."""

    def __init__(self, failures: int, error: Exception | None = None) -> None:
        self.failures, self.calls = failures, 0
        self.error = error or OutOfMemoryError(
            "CUDA out of memory. Tried to allocate 20.00 GiB\nmore of that"
        )
        self.made: list[weakref.ref[Held]] = []
        self.alive: list[bool] = []

    def __call__(self) -> str:
        self.alive = [made() is not None for made in self.made]
        self.calls += 1
        value = Held()
        self.made.append(weakref.ref(value))
        if self.calls <= self.failures:
            raise type(self.error)(*self.error.args)
        return "done"


def nothing() -> list[tuple[str, Any]]:
    raise AssertionError("nobody needs to know")


def filled() -> MemoryCache:
    cache = MemoryCache()
    cache.put(b"a", NodeResult(([torch.zeros(3)],), {}))
    return cache


def test_a_node_that_finds_memory_is_called_once_and_the_cache_stays() -> None:
    cache, node = filled(), Node(0)
    assert retry_after_freeing(node, cache, nothing) == "done"
    assert (node.calls, len(cache)) == (1, 1)


def test_the_second_call_finds_the_cache_empty_and_the_first_calls_values_gone() -> None:
    cache, node = filled(), Node(1)
    assert retry_after_freeing(node, cache, nothing) == "done"
    assert (node.calls, len(cache)) == (2, 0)
    assert node.alive == [False]


def test_when_it_fails_again_the_error_says_what_was_held_the_largest_first() -> None:
    shared = torch.zeros(1 << 20)
    held = [
        ('node 1 "Spiral"', [torch.zeros(1 << 18)]),
        ('node 4 "Score Model"', {"model": shared}),
        ('node 5 "CFG Combine"', [shared]),
        ('node 6 "Number"', 3),
    ]
    node = Node(2)
    with pytest.raises(OutOfMemory) as failed:
        retry_after_freeing(node, filled(), lambda: held)
    assert str(failed.value) == (
        "CUDA out of memory. Tried to allocate 20.00 GiB (even with the cache freed); held were "
        'node 4 "Score Model": dict, 4.0 MiB on cpu, node 1 "Spiral": list, 1.0 MiB on cpu'
    )
    assert isinstance(failed.value.__cause__, OutOfMemoryError)
    assert node.calls == 2
    assert node.made[-1]() is None, "the failure does not keep what the node had made"


def test_of_very_many_values_the_largest_are_named() -> None:
    held = [(f"node {index}", torch.zeros(1000 + index)) for index in range(9)]
    with pytest.raises(OutOfMemory, match=r"node 8: .* node 4: [^,]*, 0.0 MiB on cpu and 4 more$"):
        retry_after_freeing(Node(2), None, lambda: held)
    with pytest.raises(OutOfMemory, match="held were nothing that could be let go of"):
        retry_after_freeing(Node(2), None, list)


def test_another_error_is_raised_at_once_or_after_the_retry() -> None:
    node = Node(1, ValueError("not that"))
    with pytest.raises(ValueError, match="not that"):
        retry_after_freeing(node, filled(), nothing)
    assert node.calls == 1

    calls = []

    def first_this_then_that() -> None:
        calls.append(1)
        raise OutOfMemoryError("CUDA out of memory") if len(calls) == 1 else ValueError("that")

    with pytest.raises(ValueError, match="that"):
        retry_after_freeing(first_this_then_that, None, nothing)


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
