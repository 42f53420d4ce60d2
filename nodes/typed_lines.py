"""Texts that a person types one a line."""

from __future__ import annotations


def lines_of(text: str) -> list[str]:
    """The lines of a text; an empty text has none. An empty line between others counts."""
    return [line.strip() for line in text.strip("\n").split("\n")] if text.strip() else []
