"""Where an axis has its lines, and what stands beside them."""

from __future__ import annotations

import math

NICE = (1.0, 2.0, 5.0, 10.0)


def linear_ticks(low: float, high: float, most: int = 6) -> list[float]:
    """At most `most` round numbers from low to high, evenly spaced."""
    if not high > low:
        return [low]
    rough = (high - low) / most
    magnitude = 10.0 ** math.floor(math.log10(rough))
    step = next(nice * magnitude for nice in NICE if nice * magnitude >= rough * (1 - 1e-9))
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return [i * step for i in range(first, last + 1)]


def log_ticks(low: float, high: float, most: int = 6) -> list[float]:
    """At most `most` powers of ten from low to high, both > 0; where fewer than two lie there, 1, 2 and 5."""
    first, last = math.floor(math.log10(low)), math.ceil(math.log10(high))
    stride = max(1, math.ceil((last - first + 1) / most))
    steps = [10.0**power for power in range(first, last + 1) if power % stride == 0]
    inside = [step for step in steps if low * (1 - 1e-9) <= step <= high * (1 + 1e-9)]
    if len(inside) >= 2:
        return inside
    fine = [nice * 10.0**power for power in range(first, last + 1) for nice in NICE[:3]]
    return [step for step in fine if low * (1 - 1e-9) <= step <= high * (1 + 1e-9)]


def tick_name(value: float) -> str:
    """A number as it stands beside its line, with a true minus."""
    return f"{value:.6g}".replace("-", "−").replace("e−0", "e−").replace("e+0", "e")


def significant(value: float) -> str:
    """Three significant digits with the zeros kept, so that a caption does not jump: 10.0, 0.158, 0.0100."""
    if value == 0 or not math.isfinite(value):
        return f"{value:g}"
    return f"{value:.{max(0, 2 - math.floor(math.log10(abs(value)) + 1e-9))}f}"
