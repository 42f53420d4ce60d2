"""Results within a budget of bytes: who goes first, and models that step aside.

A GPU is played: models that say where they lie, and a scale that believes them.
"""

from __future__ import annotations

from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from scorefield.graph.cache import MemoryCache
from scorefield.graph.cache.storages import Storage, reachable

from .conftest import Box, result


class Model:
    """Lies somewhere, and can be moved."""

    def __init__(self, size: int, device: str = "cuda:0", room: list[int] | None = None) -> None:
        self.size, self.device, self.moves = size, device, [device]
        self.room = room

    def parameters(self) -> list[Any]:
        return []

    def to(self, device: str) -> Model:
        if device != "cpu" and self.room is not None:
            raise RuntimeError("CUDA out of memory")
        self.device = device
        self.moves.append(device)
        return self


class Fixed(Model):
    """Lies somewhere, and stays there."""

    parameters = None  # type: ignore[assignment]


def weigh(value: Any) -> frozenset[Storage]:
    found = (part for part in reachable(value) if isinstance(part, Model))
    return frozenset(Storage(each.device, id(each), each.size) for each in found)


def cache_of(most: int) -> MemoryCache:
    return MemoryCache(max_bytes=most, weigh=weigh, overhead=0)


def test_tensors_are_weighed_and_the_one_used_longest_ago_goes() -> None:
    cache = MemoryCache(max_bytes=1000, overhead=0)
    for name in (b"a", b"b"):
        cache.put(name, result(torch.zeros(100)))
    assert cache.bytes_on("cpu") == 800
    assert cache.get(b"a") is not None
    cache.put(b"c", result(torch.zeros(100)))
    assert (b"a" in cache, b"b" in cache, b"c" in cache) == (True, False, True)
    assert cache.bytes_on("cpu") == 800


def test_very_many_small_things_are_bounded_too() -> None:
    cache = MemoryCache(max_bytes=100_000)
    for index in range(1000):
        cache.put(str(index).encode(), result(index))
    assert 50 < len(cache) < 100
    assert b"999" in cache


def test_what_is_shared_counts_once_until_the_last_holder_goes() -> None:
    cache, shared = MemoryCache(max_bytes=1000, overhead=0), torch.zeros(200)
    cache.put(b"a", result(shared))
    cache.put(b"b", result([shared, shared[:5]]))
    assert cache.bytes_on("cpu") == 800
    cache.drop(b"a")
    assert cache.bytes_on("cpu") == 800
    cache.drop(b"b")
    assert cache.bytes_on("cpu") == 0


def test_a_result_larger_than_the_budget_is_not_kept() -> None:
    cache = MemoryCache(max_bytes=1000, overhead=0)
    cache.put(b"a", result(torch.zeros(300)))
    assert (len(cache), cache.bytes_on("cpu")) == (0, 0)


def test_an_idle_model_steps_aside_and_comes_back() -> None:
    cache, old, new = cache_of(100), Model(80), Model(60)
    cache.put(b"old", result(Box(old)))
    cache.rest()
    cache.put(b"new", result(new))
    assert (old.device, new.device) == ("cpu", "cuda:0")
    assert (cache.bytes_on("cuda:0"), cache.bytes_on("cpu")) == (60, 80)
    cache.rest()
    assert cache.get(b"old") is not None
    assert (old.device, new.device) == ("cuda:0", "cpu")
    assert (cache.bytes_on("cuda:0"), cache.bytes_on("cpu")) == (80, 60)


def test_a_model_in_use_is_never_moved() -> None:
    cache, busy, new = cache_of(100), Model(80), Model(60)
    cache.put(b"busy", result(busy))
    cache.rest()
    assert cache.get(b"busy") is not None
    cache.put(b"new", result(new))
    assert busy.moves == ["cuda:0"]
    assert b"busy" not in cache and b"new" in cache


def test_a_model_that_another_result_works_with_is_not_moved_either() -> None:
    cache, shared = cache_of(100), Model(80)
    cache.put(b"loaded", result(shared))
    cache.put(b"guided", result(Box(shared)))
    cache.rest()
    assert cache.get(b"guided") is not None
    cache.put(b"new", result(Model(60)))
    assert shared.moves == ["cuda:0"]


def test_a_model_in_use_stays_even_where_the_result_it_came_from_is_forgotten() -> None:
    cache, shared = cache_of(100), Model(80)
    cache.put(b"idle", result(shared))
    cache.rest()
    cache.put(b"busy", result(Box(shared)))
    cache.drop(b"busy")
    cache.put(b"new", result(Model(60)))
    assert shared.moves == ["cuda:0"]


@pytest.mark.parametrize("asked", [b"inner", b"wrapper"])
def test_a_model_inside_another_comes_back_whichever_result_asks(asked: bytes) -> None:
    cache, inner = cache_of(100), Model(80)
    wrapper = Model(10)
    wrapper.inner = inner  # type: ignore[attr-defined]

    def move(device: str) -> Model:
        inner.to(device)
        return Model.to(wrapper, device)

    wrapper.to = move  # type: ignore[method-assign]
    cache.put(b"inner", result(inner))
    cache.put(b"wrapper", result(wrapper))
    cache.rest()
    cache.put(b"new", result(Model(90)))
    assert inner.device == "cpu"
    cache.rest()
    assert cache.get(asked) is not None
    assert (inner.device, wrapper.device) == ("cuda:0", "cuda:0")


def test_what_cannot_be_moved_is_given_up() -> None:
    cache = cache_of(100)
    cache.put(b"fixed", result(Fixed(80)))
    cache.put(b"mixed", result(Model(10), Fixed(10)))
    cache.rest()
    cache.put(b"new", result(Model(100)))
    assert [key in cache for key in (b"fixed", b"mixed", b"new")] == [False, False, True]
    assert cache.bytes_on("cuda:0") == 100


def test_main_memory_is_bounded_too() -> None:
    cache = cache_of(100)
    models = [Model(60) for _ in range(4)]
    for index, model in enumerate(models):
        cache.put(bytes([index]), result(model))
        cache.rest()
    assert [bytes([index]) in cache for index in range(4)] == [False, False, True, True]
    assert [models[2].device, models[3].device] == ["cpu", "cuda:0"]


def test_a_model_that_cannot_come_back_is_a_miss() -> None:
    cache, model = cache_of(100), Model(80, room=[])
    cache.put(b"a", result(model))
    cache.rest()
    cache.put(b"new", result(Model(60)))
    assert cache.get(b"a") is None
    assert b"a" not in cache and cache.bytes_on("cpu") == 0


def test_freeing_forgets_everything() -> None:
    cache = cache_of(100)
    cache.put(b"a", result(Model(80)))
    cache.put(b"b", result(1))
    cache.free()
    assert (len(cache), cache.bytes_on("cuda:0")) == (0, 0)


steps = st.lists(
    st.tuples(st.sampled_from(["put", "get", "drop", "rest"]), st.integers(0, 5), st.integers(0, 7)),
    max_size=60,
)


@settings(max_examples=200, deadline=None)
@given(steps)
def test_the_budget_holds_and_whoever_is_asked_for_is_at_home(steps: list[tuple[str, int, int]]) -> None:
    pool = [Model(10 + 15 * index) for index in range(8)]
    cache = cache_of(120)
    put: dict[bytes, Model] = {}
    busy: set[int] = set()
    for step, name, which in steps:
        key = bytes([name])
        before = {id(model): len(model.moves) for model in pool}
        if step == "put":
            # A node gives what it made just now, or was just handed: a model at home.
            if pool[which].device == "cpu":
                continue
            put[key] = pool[which]
            cache.put(key, result(pool[which]))
            busy.add(id(pool[which]))
        elif step == "get":
            found = cache.get(key)
            if found is not None:
                assert found.outputs[0][0] is put[key]
                assert put[key].device == "cuda:0"
                busy.add(id(put[key]))
        elif step == "drop":
            cache.drop(key)
        else:
            cache.rest()
            busy.clear()
        held = {id(put[k]): put[k] for k in put if k in cache}
        for device in ("cuda:0", "cpu"):
            size = sum(model.size for model in held.values() if model.device == device)
            assert size == cache.bytes_on(device) <= 120
        moved = {id(model) for model in pool if len(model.moves) != before[id(model)]}
        assert not (moved & busy) or step == "get"


@pytest.mark.parametrize("size", [10, 1000])
def test_without_a_budget_nothing_is_weighed(size: int) -> None:
    def refuse(value: Any) -> frozenset[Storage]:
        raise AssertionError("weighed")

    cache = MemoryCache(limit=size, weigh=refuse)
    for index in range(20):
        cache.put(bytes([index]), result(torch.zeros(10)))
        cache.get(bytes([index]))
    assert len(cache) == min(size, 20)
