"""Times as people read them."""

from __future__ import annotations


def clock(seconds: float) -> str:
    """0:07, 12:30 or 1:02:03."""
    whole = max(0, int(seconds))
    hours, minutes = whole // 3600, whole // 60 % 60
    return f"{hours}:{minutes:02}:{whole % 60:02}" if hours else f"{minutes}:{whole % 60:02}"


def took(seconds: float) -> str:
    """0.004 s, 1.2 s, or a clock from a minute on."""
    if seconds >= 60:
        return clock(seconds)
    return f"{seconds:.1f} s" if seconds >= 0.1 else f"{seconds:.3f} s"


def speed(rate: float) -> str:
    """Steps a second, or seconds a step where they are slower than one."""
    return f"{rate:.1f}/s" if rate >= 1 else f"{1 / rate:.1f} s/step"


def steps(value: int, total: int, rate: float) -> str:
    """12/50  3.1/s  0:12 left, as far as it is known."""
    parts = [f"{value}/{total}"]
    if rate > 0:
        parts.append(speed(rate))
        if value < total:
            parts.append(f"{clock((total - value) / rate)} left")
    return "  ".join(parts)
