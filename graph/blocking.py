"""Values that block whatever they reach: a node's way to say that nothing behind this output should run."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any


class ExecutionBlocker:
    """Stands where a value would; with a message, whoever it reaches reports that, else it is silent.

    Packs bring a class of their own for this: every object whose class bears this name counts.
    """

    __slots__ = ("message",)

    def __init__(self, message: str | None) -> None:
        self.message = message


class Blocked(RuntimeError):  # noqa: N818 - names the state of the node
    """A node was reached by a blocker that carries a message."""


class BlockedCall:
    """Stands for what a call would have given that a blocker among its arguments has stopped."""

    __slots__ = ("message",)

    def __init__(self, blocker: Any) -> None:
        message = getattr(blocker, "message", None)
        self.message: str | None = None if message is None else str(message)


SILENT = ExecutionBlocker(None)


def is_blocker(value: Any) -> bool:
    """Whether a value blocks, whoever's class it is."""
    return bool(value.__class__.__name__ == "ExecutionBlocker")


def find_blocker(values: Iterable[Any]) -> Any:
    """The first value that blocks, or None."""
    for value in values:
        if value.__class__.__name__ == "ExecutionBlocker":
            return value
    return None
