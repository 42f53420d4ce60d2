"""A text of a node as prompts, and the refusal of prompts that another model's text encoder heard."""

from __future__ import annotations


def prompts_of(text: str) -> list[str]:
    """The prompts of a text, one a line; an empty text is one empty prompt."""
    return [line for line in text.splitlines() if line.strip()] or [""]


def of_another_encoder() -> ValueError:
    """What is said of a conditioning that a model cannot read."""
    return ValueError("this conditioning was made by another model's text encoder: use the one of this model")
