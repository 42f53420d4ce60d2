"""What is written above a picture."""

from __future__ import annotations


def titled(title: str, label: str | None) -> str:
    """The title, and behind it what a sweep adds."""
    return "  ".join(part for part in (title, label) if part)
