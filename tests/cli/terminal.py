"""A terminal for tests: a real one to write to, and what a screen would show of what was written."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import struct
import termios
import threading

_PARTS = re.compile(r"\x1b\[(\d*)([A-Za-z])|\x1b\[[0-9;?]*[A-Za-z]|\r|\n|[^\x1b\r\n]+")


class Terminal:
    """A pseudo-terminal of a size."""

    def __init__(self, width: int = 80, height: int = 24) -> None:
        self._master, self.descriptor = pty.openpty()
        attributes = termios.tcgetattr(self.descriptor)
        attributes[1] &= ~termios.OPOST
        termios.tcsetattr(self.descriptor, termios.TCSANOW, attributes)
        self.resize(width, height)
        self.stream = os.fdopen(self.descriptor, "w", encoding="utf-8")
        self._pieces: list[bytes] = []
        self._reading = threading.Thread(target=self._read, daemon=True)
        self._reading.start()

    def resize(self, width: int, height: int) -> None:
        """Give it another size."""
        fcntl.ioctl(self.descriptor, termios.TIOCSWINSZ, struct.pack("HHHH", height, width, 0, 0))

    @property
    def text(self) -> str:
        """All that was written so far."""
        return b"".join(self._pieces).decode(errors="replace")

    def close(self) -> str:
        """No more is written; all that was."""
        self.stream.close()
        self._reading.join(10)
        return b"".join(self._pieces).decode()

    def _read(self) -> None:
        try:
            while piece := os.read(self._master, 65536):
                self._pieces.append(piece)
        except OSError:
            pass


def screen(text: str) -> list[str]:
    """The lines of a screen without end after the text: moves up, erasing and line ends are obeyed."""
    lines, row, column = [""], 0, 0
    for part in _PARTS.finditer(text):
        count, letter = part[1], part[2]
        if part[0] == "\r":
            column = 0
        elif part[0] == "\n":
            row, column = row + 1, 0
            lines += [""] * (row + 1 - len(lines))
        elif letter == "A":
            row = max(0, row - int(count or 1))
        elif letter == "K":
            lines[row] = lines[row][:column]
        elif letter == "J":
            lines[row:] = [lines[row][:column]]
        elif not part[0].startswith("\x1b"):
            lines[row] = lines[row][:column].ljust(column) + part[0] + lines[row][column + len(part[0]) :]
            column += len(part[0])
    return lines
