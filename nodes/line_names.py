"""Texts that a person types one a line, and names made of them."""

from __future__ import annotations


def lines_of(text: str) -> list[str]:
    """The lines that say something, without the blanks around them."""
    return [line.strip() for line in text.splitlines() if line.strip()]


def names_for(count: int, text: str, otherwise: str) -> tuple[str, ...]:
    """A name for each of `count`: the lines of the text; of a single line, or of none, numbered.

    Raises:
        ValueError: several lines, but not as many.
    """
    names = lines_of(text) or [otherwise]
    if len(names) == 1 and count > 1:
        return tuple(f"{names[0]} {i}" for i in range(1, count + 1))
    if len(names) != count:
        raise ValueError(f"{len(names)} names do not fit {count}: write one a line, or one for all")
    return tuple(names)
