"""How far a run is, on stderr: one line that changes on a terminal, plain lines elsewhere."""

from __future__ import annotations

import sys
import time
from typing import TextIO

from ..graph.events import (
    BranchFailed,
    Event,
    NodeCached,
    NodeDone,
    NodeProgress,
    NodeStarted,
    RunDone,
    RunStarted,
)
from .output import printable

_BETWEEN_LINES = 5.0
_BETWEEN_UPDATES = 0.05
_ERASE = "\r\x1b[K"


class ProgressPrinter:
    """A listener that prints. Lines about steps are spaced in time, so that logs stay short."""

    def __init__(self, stream: TextIO | None = None, prefix: str = "") -> None:
        self._stream = sys.stderr if stream is None else stream
        self._is_terminal = self._stream.isatty()
        self._prefix = prefix
        self._total = 0
        self._finished = 0
        self._title = ""
        self._printed_at = 0.0

    def __call__(self, event: Event) -> None:
        """Take note of an event, and print what is worth a line."""
        if isinstance(event, RunStarted):
            self._total = len(event.nodes)
        elif isinstance(event, NodeStarted):
            self._title = f"{printable(event.title)} ({printable(event.node_id)})"
            self._say(self._title, is_new=True)
        elif isinstance(event, NodeProgress):
            self._say(f"{self._title}  {event.value}/{event.total}", is_new=False)
        elif isinstance(event, NodeDone):
            self._finished += 1
        elif isinstance(event, NodeCached | BranchFailed | RunDone):
            self._erase()

    def _say(self, text: str, is_new: bool) -> None:
        now = time.monotonic()
        pause = _BETWEEN_UPDATES if self._is_terminal else _BETWEEN_LINES
        if now - self._printed_at < pause and (self._is_terminal or not is_new):
            return
        self._printed_at = now
        line = f"{self._prefix}[{self._finished + 1}/{self._total}] {text}"
        self._stream.write(f"{_ERASE}{line}" if self._is_terminal else f"{line}\n")
        self._stream.flush()

    def _erase(self) -> None:
        if self._is_terminal:
            self._stream.write(_ERASE)
            self._stream.flush()
