"""A node that finds no memory on the GPU: everything idle goes, and it is tried once more."""

from __future__ import annotations

import gc
import sys
import traceback
from collections.abc import Iterable
from typing import Any, Protocol

_MOST_LINES = 5
_MIB = 2**20


class Freeable(Protocol):
    """What holds memory that it can do without: a cache."""

    def free(self) -> None:
        """Let go of it."""


class OutOfMemory(RuntimeError):  # noqa: N818 - names what happened
    """A node found no memory, even with all that was idle gone."""


def is_out_of_memory(error: BaseException) -> bool:
    """Whether a GPU had no memory left; torch need not be imported to know."""
    if any(kind.__name__ == "OutOfMemoryError" for kind in type(error).__mro__):
        return True
    text = str(error).lower()
    return isinstance(error, RuntimeError) and "out of memory" in text and ("cuda" in text or "hip" in text)


def make_room(error: Exception, cache: Freeable | None) -> None:
    """Let go of what the failed call had made, of the cache, and of what torch keeps aside on the GPU."""
    traceback.clear_frames(error.__traceback__)
    if cache is not None:
        cache.free()
    gc.collect()
    torch = sys.modules.get("torch")
    if torch is not None and torch.cuda.is_initialized():
        torch.cuda.empty_cache()


def with_what_was_held(error: Exception, held: Iterable[tuple[str, Any]]) -> OutOfMemory:
    """The error of the second try, saying what was held all the same, the largest first.

    Args:
        error: what the node raised.
        held: values, each with its place: 'node 4 "Score Model"'.
    """
    lines = _largest(held)
    shown = ", ".join(lines[:_MOST_LINES]) or "nothing that could be let go of"
    more = f" and {len(lines) - _MOST_LINES} more" if len(lines) > _MOST_LINES else ""
    # A failure lives as long as the run; its frames must not keep the memory it failed for.
    traceback.clear_frames(error.__traceback__)
    first = str(error).strip().partition("\n")[0]
    failure = OutOfMemory(f"{first} (even with the cache freed); held were {shown}{more}")
    failure.__cause__ = error
    return failure


def _largest(held: Iterable[tuple[str, Any]]) -> list[str]:
    from ..cache.storages import size_of, storages

    weighed = [(storages(value), place, type(value).__name__) for place, value in held]
    weighed.sort(key=lambda entry: size_of(entry[0]), reverse=True)
    counted: set[Any] = set()
    lines = []
    for own, place, kind in weighed:
        size = size_of(own - counted)
        counted |= own
        if size:
            devices = ", ".join(sorted({storage.device for storage in own}))
            lines.append(f"{place}: {kind}, {size / _MIB:,.1f} MiB on {devices}")
    return lines
