"""Lines at the bottom of a terminal that are drawn anew, while other output scrolls by above them."""

from __future__ import annotations

import codecs
import io
import re
from collections import deque
from collections.abc import Sequence
from typing import Any, NamedTuple, TextIO

_ERASE_REST_OF_LINE = "\x1b[K"
_ERASE_BELOW = "\x1b[J"
_ESCAPES = re.compile(r"\x1b(?:\[[0-?]*[ -/]*(?:[@-~]|$)|[\]PX^_].*?(?:\x07|\x1b\\|$)|[ -/]*[0-~]|$)")
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")


class Line(NamedTuple):
    """A line with its colours, and how many cells of the terminal it takes."""

    text: str
    cells: int


class LiveRegion:
    """The lines at the bottom. The cursor stands below them and is never hidden, so that whatever ends
    the process leaves a terminal to type in."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._drawn: list[int] = []

    def draw(self, lines: Sequence[Line], above: str, width: int, height: int) -> None:
        """Replace the lines; `above` is text, whole lines, that goes above them for good.

        Raises:
            OSError: the terminal is gone.
        """
        parts = ["\r", self._up(width, height)]
        parts += [f"{line}{_ERASE_REST_OF_LINE}\n" for line in above.splitlines()]
        parts += [f"{line.text}{_ERASE_REST_OF_LINE}\n" for line in lines]
        self._stream.write("".join([*parts, _ERASE_BELOW]))
        self._stream.flush()
        self._drawn = [line.cells for line in lines]

    def _up(self, width: int, height: int) -> str:
        """To the first of the lines, which a terminal that became narrow has wrapped."""
        rows = sum(max(1, -(-cells // width)) for cells in self._drawn)
        rows = min(rows, height - 1)
        return f"\x1b[{rows}A" if rows else ""


class Above(io.RawIOBase):
    """What others print while lines are live: kept until the next drawing, in whole lines."""

    def __init__(self, terminal: TextIO) -> None:
        super().__init__()
        self._terminal = terminal
        self._is_over = False
        self._pieces: deque[bytes] = deque()
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._rest = ""

    def as_text(self) -> io.TextIOWrapper:
        """The stream that is to stand for stdout and stderr."""
        wrapper: Any = io.TextIOWrapper
        stream: io.TextIOWrapper = wrapper(self, "utf-8", "backslashreplace", "\n", write_through=True)
        return stream

    def writable(self) -> bool:
        """Yes."""
        return True

    def fileno(self) -> int:
        """That of the terminal, for programs that a node starts."""
        return self._terminal.fileno()

    def write(self, data: Any) -> int:
        """Keep what is printed; it is safe on any thread and in a signal handler."""
        piece = bytes(data)
        if self._is_over:
            self._terminal.write(piece.decode("utf-8", "replace"))
        else:
            self._pieces.append(piece)
        return len(piece)

    def finish(self) -> None:
        """Nothing is drawn any more: who still holds this stream writes to the terminal."""
        self._is_over = True

    def take(self, is_last: bool = False) -> str:
        """The whole lines that were printed since; at the end, what is left too."""
        pieces = []
        while self._pieces:
            pieces.append(self._pieces.popleft())
        text = self._rest + self._decoder.decode(b"".join(pieces), is_last)
        whole, newline, self._rest = text.rpartition("\n")
        if is_last and self._rest:
            whole, newline, self._rest = f"{text}\n", "", ""
        return "".join(f"{harmless(line)}\n" for line in (whole + newline).split("\n")[:-1])


def harmless(line: str) -> str:
    """A printed line with its colours and nothing else that steers a terminal; of a line that was
    overwritten, as progress bars do, the last state."""
    last = line.rstrip("\r").rpartition("\r")[2]
    kept = _ESCAPES.sub(lambda found: found[0] if _COLOUR.fullmatch(found[0]) else "", last)
    clean = "".join(c for c in kept if c.isprintable() or c in "\t\x1b")
    return f"{clean}\x1b[0m" if "\x1b" in clean else clean
