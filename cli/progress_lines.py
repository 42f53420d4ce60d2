"""How far a run is, as plain lines for a file or a pipe: few of them, whatever the graph."""

from __future__ import annotations

import threading
import time
from typing import TextIO

from ..graph.events import Event, NodeProgress, NodeStarted
from .durations import steps
from .output import printable
from .progress_state import RunState

_AT_ONCE = 20
_BETWEEN_STARTS = 2.0
_BETWEEN_STEPS = 5.0
_SILENT = 2.0


class ProgressLines:
    """A listener that prints. The first nodes get a line each; later lines are spaced in time.

    A node that runs for long without a word is named by a thread that looks now and then.
    """

    def __init__(self, state: RunState, stream: TextIO, prefix: str) -> None:
        self._state = state
        self._stream = stream
        self._prefix = prefix
        self._current = ""
        self._said = 0
        self._said_at = 0.0
        self._is_named = True
        self._over = threading.Event()
        self._watching = threading.Thread(target=self._watch, daemon=True)

    def __call__(self, event: Event) -> None:
        """Take note of an event, and print what is worth a line."""
        self._state.take(event)
        if isinstance(event, NodeStarted):
            self._current = event.node_id
            self._is_named = False
            if self._said < _AT_ONCE or time.monotonic() - self._said_at > _BETWEEN_STARTS:
                self._say()
        elif isinstance(event, NodeProgress) and time.monotonic() - self._said_at > _BETWEEN_STEPS:
            self._current = event.node_id
            self._say()

    def start(self) -> None:
        """Begin to watch for nodes that run without a word."""
        self._said_at = time.monotonic()
        self._watching.start()

    def stop(self) -> None:
        """The run is over, however it ended."""
        self._over.set()
        self._watching.join()

    def _watch(self) -> None:
        while not self._over.wait(_SILENT):
            running = self._state.running.get(self._current)
            if not self._is_named and running is not None and time.perf_counter() - running.since > _SILENT:
                self._say()

    def _say(self) -> None:
        self._said += 1
        self._said_at = time.monotonic()
        self._is_named = True
        state, node_id = self._state, self._current
        text = f"{printable(state.titles.get(node_id, ''))} ({printable(node_id)})"
        running = state.running.get(node_id)
        if running is not None and running.total:
            text += f"  {steps(running.value, running.total, running.rate)}"
        number = min(state.finished + 1, len(state.order))
        self._stream.write(f"{self._prefix}[{number}/{len(state.order)}] {text}\n")
        self._stream.flush()
