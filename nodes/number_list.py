"""Numbers that a person types into one line."""

from __future__ import annotations

import math


def numbers(text: str) -> list[float]:
    """The numbers of "1, 2.5, 4".

    Raises:
        ValueError: something that is no finite number.
    """
    try:
        values = [float(part) for part in text.split(",")]
    except ValueError:
        raise ValueError(f"expected numbers with commas between, got {text!r}") from None
    if not all(math.isfinite(value) for value in values):
        raise ValueError(f"expected finite numbers, got {text!r}")
    return values
