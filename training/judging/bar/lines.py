"""A line of the table: what was measured, the bar it has to clear, and whether it does."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Line:
    """One line.

    Attributes:
        what: in words.
        value: what was measured; None where there was nothing to measure.
        bar: in words; empty for a figure that only informs.
        holds: whether the value clears the bar; None without one.
        note: what else there is to say of it.
    """

    what: str
    value: float | None
    bar: str = ""
    holds: bool | None = None
    note: str = ""

    def cells(self) -> tuple[str, str, str, str]:
        """What, bar, measured, holds."""
        measured = " ".join(part for part in (_number(self.value), self.note) if part)
        return self.what, self.bar, measured, {True: "yes", False: "no", None: ""}[self.holds]


def at_least(what: str, value: float, bound: float, note: str = "") -> Line:
    """A value that must not be smaller."""
    return Line(what, value, f"≥ {bound:g}", value >= bound, note)


def at_most(what: str, value: float, bound: float, note: str = "") -> Line:
    """A value that must not be larger."""
    return Line(what, value, f"≤ {bound:g}", value <= bound, note)


def below(what: str, value: float, bound: float, note: str = "") -> Line:
    """A value that must be smaller."""
    return Line(what, value, f"< {bound:g}", value < bound, note)


def figure(what: str, value: float, note: str = "") -> Line:
    """A value that has no bar."""
    return Line(what, value, note=note)


def true(what: str, holds: bool, note: str) -> Line:
    """Something that is so, or is not."""
    return Line(what, None, "so", holds, note)


def missing(what: str, names: list[str]) -> Line:
    """What cannot be measured because a model is not there."""
    return Line(what, None, note=f"not there: {', '.join(names)}")


def table(lines: list[Line]) -> str:
    """The lines as a table in Markdown."""
    rows = [("line", "bar", "measured", "holds"), ("---",) * 4, *(line.cells() for line in lines)]
    return "\n".join("| " + " | ".join(row) + " |" for row in rows)


def _number(value: float | None) -> str:
    if value is None:
        return ""
    return f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}" if abs(value) >= 1 else f"{value:.3f}"
