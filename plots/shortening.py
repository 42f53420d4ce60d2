"""Words that do not fit, cut short."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable


def shortened(words: str, room: float, width: Callable[[str], float]) -> str:
    """The words, or as much of their beginning as fits with an ellipsis."""
    if width(words) <= room:
        return words
    kept = bisect_right(range(1, len(words)), room, key=lambda count: width(words[:count] + "…"))
    return words[:kept].rstrip() + "…"
