"""Primitives of the page, which write their value into the widgets that they are linked to."""

from __future__ import annotations

import math
from typing import Any

from ..contract import Input
from .nodes import PageNode, Widget
from .scope import Scope

PRIMITIVE = "PrimitiveNode"


def apply_primitives(scope: Scope) -> None:
    """Write the value of every primitive of a graph where it goes; its mode makes no difference."""
    for node in scope.nodes.values():
        if node.type == PRIMITIVE:
            fed = _fed(node, scope)
            value = _value(node, fed)
            for widget in fed:
                widget.value = _fitted(value, widget.declared)


def _fed(primitive: PageNode, scope: Scope) -> list[Widget]:
    links = primitive.outputs[0].links if primitive.outputs else []
    ends = [scope.ends[link] for link in links if link in scope.ends]
    return [node.widgets[slot.widget] for node, slot in ends if slot.widget in node.widgets]


def _value(primitive: PageNode, fed: list[Widget]) -> Any:
    values = primitive.widgets_values
    if isinstance(values, list) and values:
        return values[0]
    return fed[0].value if fed else None


def _fitted(value: Any, declared: Input | None) -> Any:
    """The value rounded as a number's widget rounds what is written into it."""
    if declared is None or not isinstance(value, int | float) or isinstance(value, bool):
        return value
    if declared.type == "INT":
        return _to_step(value, declared)
    return _to_precision(value, declared) if declared.type == "FLOAT" else value


def _to_step(value: float, declared: Input) -> float:
    step, least = declared.options.get("step") or 1, declared.options.get("min") or 0
    if not math.isfinite(value) or not isinstance(step, int | float) or not isinstance(least, int | float):
        return value
    if step == 1:
        return value if isinstance(value, int) else math.floor(value + 0.5)
    offset = math.fmod(least, step)
    rounded = math.floor((value - offset) / step + 0.5) * step + offset
    return int(rounded) if float(rounded).is_integer() else rounded


def _to_precision(value: float, declared: Input) -> float:
    step, unit = declared.options.get("step", 0.5), declared.options.get("round")
    if not isinstance(step, int | float) or step <= 0 or not math.isfinite(value):
        return value
    digits = max(0, -math.floor(math.log10(step)))
    if not unit and digits:
        unit = 10.0**-digits
    if not isinstance(unit, int | float) or not unit:
        return value
    rounded = round(math.floor(value / unit + 0.5) * unit, digits)
    least, most = declared.options.get("min", 0), declared.options.get("max", 2048)
    return float(min(max(rounded, least), most))
