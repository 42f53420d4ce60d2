"""A type of our own with a form, caches on disk that know it, and when two values are the same to the bit."""

from __future__ import annotations

import struct
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import torch
from scorefield.graph.cache import DiskCache, NodeResult
from scorefield.graph.cache.forms import Form, Forms, of_fields
from torch import Tensor


@dataclass(eq=False)
class Pair:
    """Two values of any kind."""

    left: Any
    right: Any


@dataclass(eq=False)
class Positive:
    """Refuses what it is not made for."""

    number: int

    def __post_init__(self) -> None:
        if self.number <= 0:
            raise ValueError("it is not above 0")


class Box:
    """An object of no dataclass."""

    def __init__(self, content: Any) -> None:
        self.content = content


FORMS = Forms([
    of_fields("Pair", Pair, left=object, right=object),
    of_fields("Positive", Positive, number=int),
    Form("Box", Box, lambda box: box.content, Box),
])  # fmt: skip


def result(*values: Any, **ui: list[Any]) -> NodeResult:
    """What a node with one output gave."""
    return NodeResult((list(values),), ui)


def same(one: Any, other: Any) -> bool:
    """Whether two values are of the same types and the same to the bit, tensors with their layout."""
    if type(one) is not type(other):
        return False
    if isinstance(one, Tensor):
        return _same_tensor(one, other)
    if isinstance(one, float):
        return struct.pack("<d", one) == struct.pack("<d", other)
    if isinstance(one, list | tuple):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, dict):
        return same(list(one.items()), list(other.items()))
    if isinstance(one, Pair | Positive | Box):
        return same(vars(one), vars(other))
    return bool(one == other)


def _same_tensor(one: Tensor, other: Tensor) -> bool:
    about_one, about_other = (
        (each.dtype, each.shape, each.device, each.stride() if each.numel() else ()) for each in (one, other)
    )
    if about_one != about_other:
        return False
    return _bits(one) == _bits(other)


def _bits(tensor: Tensor) -> bytes:
    plain = torch.empty(tensor.shape, dtype=tensor.dtype).copy_(tensor)
    return plain.flatten().view(torch.uint8).numpy().tobytes() if plain.numel() else b""


@pytest.fixture
def warnings() -> list[str]:
    """What caches on disk warned of."""
    return []


@pytest.fixture
def open_cache(tmp_path: Path, warnings: list[str]) -> Callable[..., DiskCache]:
    """A cache on disk as a new process would open it."""

    def make(
        folder: Path = tmp_path / "kept", most_bytes: int = 1 << 20, code: str = "1", place: str = "cpu"
    ) -> DiskCache:
        return DiskCache(folder, most_bytes, lambda: FORMS, lambda: code, lambda: place, warnings.append)

    return make
