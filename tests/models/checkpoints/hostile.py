"""Files that nobody should trust, and what it costs to refuse them."""

from __future__ import annotations

import json
import pickle
import struct
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

MOST_MEMORY = 128 * 2**20


class Bomb:
    """Whoever unpickles it makes a file."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[Any, ...]]:
        return open, (str(self.path), "w")


def pickled(proof: Path, protocol: int) -> bytes:
    return pickle.dumps(Bomb(proof), protocol)


def safetensors_of(header: Any, data: bytes = b"") -> bytes:
    """The bytes of a file with that header, given as JSON values, text or bytes."""
    text = (
        header
        if isinstance(header, bytes)
        else (header if isinstance(header, str) else json.dumps(header)).encode()
    )
    return struct.pack("<Q", len(text)) + text + data


def tensor(dtype: str = "F32", shape: Any = (2,), offsets: Any = (0, 8)) -> dict[str, Any]:
    return {"dtype": dtype, "shape": list(shape), "data_offsets": list(offsets)}


@contextmanager
def little_memory(most: int = MOST_MEMORY) -> Iterator[None]:
    """Fails where more is allocated inside, at any moment."""
    tracemalloc.start()
    try:
        yield
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < most, f"{peak:,} bytes were allocated"
