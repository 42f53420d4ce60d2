"""How much memory values hold, wherever their tensors are."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
import torch
from scorefield.graph.cache import storages as module
from scorefield.graph.cache.storages import models, size_of, storages
from torch import Tensor, nn


class Slotted:
    """Has no __dict__."""

    __slots__ = ("never_set", "tensor")

    def __init__(self, tensor: Tensor) -> None:
        self.tensor = tensor


class Heir(Slotted):
    """Has both."""


@dataclass
class Record:
    """A field and a method."""

    tensor: Tensor

    def method(self) -> None: ...


def closure(tensor: Tensor) -> Callable[[], Tensor]:
    return lambda: tensor


WAYS: dict[str, Callable[[Tensor], Any]] = {
    "itself": lambda t: t,
    "in containers": lambda t: [{"a": (t, {1: [t]})}],
    "in a dataclass": Record,
    "in slots": Slotted,
    "in inherited slots": Heir,
    "in a closure": closure,
    "in a partial": lambda t: functools.partial(print, end=t),
    "in a bound method": lambda t: Record(t).method,
    "as a parameter": nn.Parameter,
    "as a gradient's owner": lambda t: nn.Parameter(t),
    "in a module": lambda t: nn.ParameterList([t]),
    "as a view": lambda t: t[3:5].view(2, 1),
    "twice": lambda t: [t, t.view(-1), t.detach()],
    "shared with numpy": lambda t: [t, t.numpy(), t.numpy()[::2]],
}


@pytest.mark.parametrize("way", sorted(WAYS))
def test_a_tensor_counts_once_wherever_it_is(way: str) -> None:
    tensor = torch.zeros(100)
    assert size_of(storages(WAYS[way](tensor))) == 400


def test_what_holds_no_tensor_holds_nothing() -> None:
    for value in (
        None,
        3,
        "text",
        [1.5] * 1000,
        {"a": object()},
        torch.zeros(0),
        torch.empty(9, device="meta"),
    ):
        assert storages(value) == frozenset()


def test_arrays_count_as_what_they_look_into() -> None:
    whole = np.zeros(50)
    assert size_of(storages([whole[::5], whole])) == 400


def test_the_parameters_of_a_network_count_and_so_do_its_buffers() -> None:
    network = nn.Sequential(nn.Linear(10, 10), nn.BatchNorm1d(10))
    expected = sum(t.untyped_storage().nbytes() for t in network.state_dict().values())
    assert size_of(storages({"model": network})) == expected


def test_values_that_contain_themselves_and_endless_ones_end(monkeypatch: pytest.MonkeyPatch) -> None:
    loop: list[Any] = [torch.zeros(2)]
    loop.append(loop)
    assert size_of(storages(loop)) == 8
    monkeypatch.setattr(module, "MOST_OBJECTS", 100)
    assert size_of(storages([torch.zeros(1) for _ in range(1000)])) <= 400


def test_objects_of_strangers_are_not_asked_for_anything() -> None:
    class Touchy:
        def __getattr__(self, name: str) -> Any:
            raise AssertionError(f"asked for {name}")

        def __eq__(self, other: object) -> bool:
            raise AssertionError("compared")

        __hash__ = None  # type: ignore[assignment]

    assert storages([Touchy()]) == frozenset()
    assert models([Touchy()]) == []


def test_models_are_the_outermost_modules() -> None:
    inner = nn.Linear(1, 1)
    outer = nn.Sequential(inner)
    assert models({"a": closure(outer)}) == [outer]  # type: ignore[arg-type]
    assert models([torch.zeros(3)]) == []
