"""How far a run is, as a tree of nodes on a terminal that is drawn anew several times a second."""

from __future__ import annotations

import contextlib
import os
import sys
import threading
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple, TextIO

from .live_region import Above, Line, LiveRegion
from .output import printable
from .progress_rows import Row, counts, rows
from .progress_state import RunState

if TYPE_CHECKING:
    from rich.text import Text

_BETWEEN_DRAWINGS = 1 / 12
_MOST_OF_THE_TIME = 20  # a drawing that takes 1 ms is followed by a pause of 20 ms at least
_MOST_ROWS = 30
_BAR = 20
_STYLES = {"done": "green", "running": "cyan", "failed": "red", "cached": "blue", "skipped": "dim"}


class Glyphs(NamedTuple):
    """The signs of a tree, in letters that the terminal's encoding has."""

    kinds: dict[str, str]
    full: str
    empty: str
    ellipsis: str


_KINDS = ("done", "running", "waiting", "cached", "failed", "skipped", "blocked")
UNICODE = Glyphs(dict(zip(_KINDS, "✓▸·≡✗–⊘", strict=True)), "━", "─", "…")
ASCII = Glyphs(dict(zip(_KINDS, "v>.=x-!", strict=True)), "#", "-", "~")


class SweepProgress(NamedTuple):
    """Where a run stands among others: its number from 1, and how many there are.

    `before` were made by an earlier process; the first of the others began at `started_at`.
    """

    number: int
    runs: int
    label: str
    started_at: float
    before: int = 0


class ProgressTree:
    """Draws a run's state on a thread of its own, so that events cost next to nothing."""

    def __init__(self, state: RunState, stream: TextIO, sweep: SweepProgress | None = None) -> None:
        from rich.console import Console

        self._state = state
        self._stream = stream
        self._sweep = sweep
        self._console = Console(file=stream, highlight=False, markup=False, emoji=False)
        self._glyphs = glyphs_for(stream.encoding)
        self._region = LiveRegion(stream)
        self._above = Above(stream)
        self._redirected = contextlib.ExitStack()
        self._over = threading.Event()
        self._drawing = threading.Thread(target=self._keep_drawing, daemon=True)

    def start(self) -> None:
        """Take over the terminal: what is printed from here on goes above the tree."""
        text = self._above.as_text()
        self._redirected.enter_context(contextlib.redirect_stdout(text))
        self._redirected.enter_context(contextlib.redirect_stderr(text))
        self._drawing.start()

    def stop(self) -> None:
        """Give the terminal back. The tree stays as it ended; that of a sweep's run goes."""
        self._over.set()
        self._drawing.join()
        self._redirected.close()
        self._above.finish()
        with contextlib.suppress(OSError, ValueError):
            self._draw(is_last=True)

    def _keep_drawing(self) -> None:
        pause = _BETWEEN_DRAWINGS
        while not self._over.wait(pause):
            begin = time.perf_counter()
            try:
                self._draw()
            except (OSError, ValueError):  # the terminal is gone; the run goes on
                return
            pause = max(_BETWEEN_DRAWINGS, _MOST_OF_THE_TIME * (time.perf_counter() - begin))

    def _draw(self, is_last: bool = False) -> None:
        width, height = _size(self._stream)
        shown = [] if is_last and self._sweep is not None else self._texts(width, height)
        lines = [Line(self._coloured(text, width), text.cell_len) for text in shown]
        self._region.draw(lines, self._encodable(self._above.take(is_last)), width, height)

    def _texts(self, width: int, height: int) -> list[Text]:
        from rich.text import Text

        now = time.perf_counter()
        found = rows(self._state, now, max(1, min(_MOST_ROWS, height - 4)))
        texts = [*self._tree(found, width), Text(f"  {counts(self._state, now)}", "bold")]
        if self._sweep is not None and self._sweep.runs > 1:
            texts.append(self._overall(self._sweep, now))
        for text in texts:
            text.truncate(max(1, width - 1), overflow="crop")
        return texts[-max(1, height - 1) :]

    def _tree(self, found: Sequence[Row], width: int) -> list[Text]:
        names = [self._name(row, width) for row in found]
        longest = max((name.cell_len for name in names), default=0)
        return [self._row(row, name, longest, width) for row, name in zip(found, names, strict=True)]

    def _name(self, row: Row, width: int) -> Text:
        from rich.text import Text

        title = self._encodable(printable(row.title))[:200]
        name = self._encodable(printable(row.node_id))[:80]
        called = f"{title} ({name})" if title else name
        text = Text(f"{'  ' * min(row.depth, 8)}{self._glyphs.kinds[row.kind]} {called}")
        if text.cell_len > (most := max(8, width // 2)):
            text.truncate(most - 1, overflow="crop")
            text.append(self._glyphs.ellipsis)
        text.stylize(_STYLES.get(row.kind, "dim"))
        return text

    def _row(self, row: Row, name: Text, longest: int, width: int) -> Text:
        name.append(" " * (longest - name.cell_len + 2))
        if row.share is not None and width >= longest + _BAR + 30:
            name.append_text(self._bar(row.share))
        name.append(row.note)
        return name

    def _bar(self, share: float) -> Text:
        from rich.text import Text

        full = int(share * _BAR)
        bar = Text().append(self._glyphs.full * full, "cyan")
        return bar.append(self._glyphs.empty * (_BAR - full), "dim").append("  ")

    def _overall(self, sweep: SweepProgress, now: float) -> Text:
        from rich.text import Text

        from .durations import clock

        state = self._state
        done = sweep.number - 1 + (state.finished / len(state.order) if state.order else 0)
        made = done - sweep.before
        left = (now - sweep.started_at) / made * (sweep.runs - done) if made else 0
        text = Text(f"  ({sweep.number}/{sweep.runs} {self._encodable(printable(sweep.label))})  ", "bold")
        text.append_text(self._bar(done / sweep.runs))
        return text.append(f"{clock(left)} left" if made else "")

    def _coloured(self, text: Text, width: int) -> str:
        with self._console.capture() as captured:
            self._console.print(text, end="", no_wrap=True, crop=False, width=max(width, text.cell_len + 1))
        return captured.get()

    def _encodable(self, text: str) -> str:
        encoding = self._stream.encoding or "ascii"
        return text.encode(encoding, "backslashreplace").decode(encoding)


def glyphs_for(encoding: str | None) -> Glyphs:
    """Signs that the encoding has."""
    try:
        "".join([*UNICODE.kinds.values(), *UNICODE[1:]]).encode(encoding or "ascii")
    except (UnicodeError, LookupError):
        return ASCII
    return UNICODE


def can_draw(stream: TextIO) -> bool:
    """Whether the stream is a terminal on which lines can be drawn anew."""
    try:
        is_terminal = stream.isatty() and stream.fileno() >= 0
    except (OSError, ValueError):
        return False
    return (
        is_terminal and os.environ.get("TERM", "") not in ("dumb", "unknown", "") and sys.platform != "win32"
    )


def _size(stream: TextIO) -> tuple[int, int]:
    """Columns and rows of the terminal now; of one that does not know, the usual ones."""
    try:
        size = os.get_terminal_size(stream.fileno())
    except OSError:
        return 80, 24
    return size.columns or 80, size.lines or 24
