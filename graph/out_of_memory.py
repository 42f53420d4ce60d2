"""A node that finds no memory on the GPU: everything idle goes, and it is tried once more."""

from __future__ import annotations

import gc
import sys
import traceback
from collections.abc import Callable, Iterable
from typing import Any, Protocol, TypeVar

T = TypeVar("T")
Held = Callable[[], Iterable[tuple[str, Any]]]
_MOST_LINES = 5
_MIB = 2**20


class Freeable(Protocol):
    """What holds memory that it can do without: a cache."""

    def free(self) -> None:
        """Let go of it."""


class OutOfMemory(RuntimeError):  # noqa: N818 - names what happened
    """A node found no memory, even with all that was idle gone."""


def retry_after_freeing(call: Callable[[], T], cache: Freeable | None, held: Held) -> T:
    """Call; where that finds no memory on the GPU, free the cache and call once more.

    Args:
        call: one call of a node.
        cache: what is let go of.
        held: the values that are held all the same, each with its place: 'node 4 "Score Model"'. Asked for
            only when the second call has failed too.

    Raises:
        OutOfMemory: the second call found no memory either; the text says what was held.
        Exception: whatever else the call raises.
    """
    try:
        return call()
    except Exception as error:
        if not is_out_of_memory(error):
            raise
    # Only here is the error gone, and with it the frames that hold what the call had made.
    free_memory(cache)
    try:
        return call()
    except Exception as error:
        if not is_out_of_memory(error):
            raise
        raise told(error, held()) from error


def is_out_of_memory(error: BaseException) -> bool:
    """Whether a GPU had no memory left; torch need not be imported to know."""
    if any(kind.__name__ == "OutOfMemoryError" for kind in type(error).__mro__):
        return True
    text = str(error).lower()
    return isinstance(error, RuntimeError) and "out of memory" in text and ("cuda" in text or "hip" in text)


def free_memory(cache: Freeable | None) -> None:
    """Free the cache, what only cycles hold, and what torch keeps aside on the GPU."""
    if cache is not None:
        cache.free()
    gc.collect()
    torch = sys.modules.get("torch")
    if torch is not None and torch.cuda.is_initialized():
        torch.cuda.empty_cache()


def told(error: Exception, held: Iterable[tuple[str, Any]]) -> OutOfMemory:
    """The error that says what was held, the largest first; the failed call's own values are let go of."""
    lines = _largest(held)
    shown = ", ".join(lines[:_MOST_LINES]) or "nothing that could be let go of"
    more = f" and {len(lines) - _MOST_LINES} more" if len(lines) > _MOST_LINES else ""
    # A failure lives as long as the run; its frames must not keep the memory it failed for.
    traceback.clear_frames(error.__traceback__)
    first = str(error).strip().partition("\n")[0]
    return OutOfMemory(f"{first} (even with the cache freed); held were {shown}{more}")


def _largest(held: Iterable[tuple[str, Any]]) -> list[str]:
    from .cache.storages import size_of, storages

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
