"""How far runs are, on stderr: a live tree of nodes on a terminal, plain lines elsewhere."""

from __future__ import annotations

import contextlib
import sys
import time
from collections.abc import Iterator, Mapping
from typing import TextIO

from ..graph.events import Listener
from .output import printable
from .progress_lines import ProgressLines
from .progress_state import RunState
from .progress_tree import ProgressTree, SweepProgress, can_draw


class Progress:
    """Shows one run, or several one after the other; of those, `done` were made before.

    While a run is shown on a terminal, stdout and stderr go to the lines above the tree.
    """

    def __init__(self, stream: TextIO | None = None, runs: int = 1, done: int = 0) -> None:
        self._stream = sys.stderr if stream is None else stream
        self._runs = runs
        self._number = self._before = done
        self._started_at = time.perf_counter()

    @contextlib.contextmanager
    def of_run(self, titles: Mapping[str, str] | None = None, label: str = "") -> Iterator[Listener]:
        """Show the next run while the block lasts.

        Args:
            titles: what its nodes are called, for those that have not started.
            label: what tells it from the other runs.
        """
        self._number += 1
        state = RunState(titles)
        if can_draw(self._stream):
            view: ProgressTree | ProgressLines = ProgressTree(state, self._stream, self._place(label))
            listener: Listener = state.take
        else:
            view = listener = ProgressLines(state, self._stream, self._prefix(label))
        view.start()
        try:
            yield listener
        finally:
            view.stop()

    def _place(self, label: str) -> SweepProgress | None:
        if not self._is_sweep(label):
            return None
        return SweepProgress(self._number, self._runs, label, self._started_at, self._before)

    def _prefix(self, label: str) -> str:
        return f"({self._number}/{self._runs} {printable(label)}) " if self._is_sweep(label) else ""

    def _is_sweep(self, label: str) -> bool:
        return self._runs > 1 or bool(label)
