"""How a help page tells what an input takes: the words that its table must hold."""

from __future__ import annotations

from scorefield.graph.contract import Input

WIDGETS = {"INT": "whole number", "FLOAT": "number", "STRING": "text", "BOOLEAN": "on or off"}


def takes(declared: Input) -> str:
    """What may be given: a socket's type, the choices, or the kind of value and its range."""
    if not declared.is_widget:
        return declared.type.replace(",", " or ")
    if declared.type == "COMBO":
        names = declared.choices
        return "a name of the list" if callable(names) else ", ".join(f"`{name}`" for name in names)
    if declared.type in ("INT", "FLOAT"):
        low, high = (number(declared.options[key]) for key in ("min", "max"))
        return f"{WIDGETS[declared.type]}, {low} … {high}"
    return WIDGETS[declared.type]


def default_of(declared: Input) -> str:
    """What an input is when nothing is given."""
    if declared.is_required:
        return "needed"
    if not declared.is_widget:
        return "not needed"
    if declared.type == "BOOLEAN":
        return "on" if declared.default else "off"
    if declared.type in ("INT", "FLOAT"):
        return number(declared.default)
    lines = str(declared.default).splitlines()
    return ", ".join(f"`{line}`" for line in lines) if lines else "empty"


def number(value: float) -> str:
    """A number as a person writes it."""
    if value in (2**63 - 1, 2**31 - 1):
        return "2⁶³ − 1" if value == 2**63 - 1 else "2³¹ − 1"
    if isinstance(value, int):
        return f"{value:,}".replace("-", "−")
    return f"{value:,.10f}".rstrip("0").rstrip(".").replace("-", "−")
