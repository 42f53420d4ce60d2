"""Words in as many lines as they need, or as there is room for."""

from __future__ import annotations

from collections.abc import Callable

from .shortening import shortened


def wrapped(words: str, room: float, most: int, width: Callable[[str], float]) -> list[str]:
    """The lines of a text, broken between words where they are too wide.

    Args:
        words: lines with line breaks between them.
        room: how wide a line may be.
        most: how many lines there may be; the last one is cut short if that is not enough.
        width: of words.
    """
    lines: list[str] = []
    for paragraph in words.split("\n"):
        lines.append("")
        for word in paragraph.split(" "):
            longer = f"{lines[-1]} {word}" if lines[-1] else word
            if lines[-1] and width(longer) > room:
                lines.append(word)
            else:
                lines[-1] = longer
    kept = lines[:most]
    kept[-1:] = [" ".join(lines[most - 1 :])] if len(lines) > most else kept[-1:]
    return [shortened(line, room, width) for line in kept]
