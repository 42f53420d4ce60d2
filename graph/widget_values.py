"""A constant given to an input, made the type the input declares, within its range and choices."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from .contract import WIDGET_TYPES, Input
from .errors import brief, valid_names

_TRUTHS = {
    "true": True,
    "yes": True,
    "on": True,
    "1": True,
    "false": False,
    "no": False,
    "off": False,
    "0": False,
}


class WrongValue(ValueError):  # noqa: N818 - becomes a problem once the place is known
    """A value an input cannot take: ComfyUI's name for it, what is wrong, and what would be valid."""

    def __init__(self, type: str, message: str, details: str = "") -> None:
        super().__init__(message)
        self.type = type
        self.message = message
        self.details = details


def coerce(declared: Input, value: Any, within: bool = True) -> Any:
    """The value as the input's type, converted as ComfyUI converts ("12" and 12.0 are the INT 12).

    Without `within` range and choices are not looked at: the node does that itself.

    Raises:
        WrongValue: it cannot be converted, is out of range, not finite, or not among the choices.
    """
    if declared.is_open:
        return value
    if value is None:
        raise WrongValue("invalid_input_type", f"null is not a value for a {declared.type}")
    if declared.type == "COMBO":
        return _choice(declared, value) if within else value
    if declared.type in _CONVERTERS:
        is_right = value.__class__ is _AS_THEY_ARE.get(declared.type)
        right = value if is_right else _convert(declared.type, value)
        return _in_range(declared, right) if within else right
    if declared.type != "*" and not declared.types & WIDGET_TYPES:
        message = f"a {declared.type} comes by a link from another node, not as the value {brief(value)}"
        raise WrongValue("invalid_input_type", message)
    _refuse_endless(value)
    return value


def _convert(type_name: str, value: Any) -> Any:
    converter, described = _CONVERTERS[type_name]
    try:
        return converter(value)
    except (TypeError, ValueError, OverflowError, KeyError):
        raise WrongValue("invalid_input_type", f"{brief(value)} is not {described}") from None


def _integer(value: Any) -> int:
    if isinstance(value, bool):
        raise TypeError
    return int(value)


def _real(value: Any) -> float:
    number = float(value) if not isinstance(value, bool) else math.nan
    if not math.isfinite(number):
        raise ValueError
    return number


def _text(value: Any) -> str:
    if value is None or isinstance(value, (list, dict)):
        raise TypeError
    return str(value)


def _truth(value: Any) -> bool:
    return value if isinstance(value, bool) else _TRUTHS[str(value).strip().lower()]


def _in_range(declared: Input, value: Any) -> Any:
    if not declared.options or isinstance(value, (str, bool)):
        return value
    low, high = declared.options.get("min"), declared.options.get("max")
    if low is not None and value < low:
        message = f"{brief(value)} is below the minimum, {low}"
        raise WrongValue("value_smaller_than_min", message, _between(low, high))
    if high is not None and value > high:
        message = f"{brief(value)} is above the maximum, {high}"
        raise WrongValue("value_bigger_than_max", message, _between(low, high))
    return value


def _between(low: Any, high: Any) -> str:
    return f"valid is {low} to {high}" if low is not None and high is not None else ""


def _choice(declared: Input, value: Any) -> Any:
    choices = declared.allowed()
    if value not in choices:
        details = valid_names(str(value) if isinstance(value, (str, int, float)) else "", map(str, choices))
        raise WrongValue("value_not_in_list", f"{brief(value)} is not one of its choices", details)
    return value


def _refuse_endless(value: Any) -> None:
    """Refuse NaN and infinities anywhere in a free value; JSON has no word for them."""
    waiting = [value]
    while waiting:
        part = waiting.pop()
        if isinstance(part, float) and not math.isfinite(part):
            raise WrongValue("invalid_input_type", f"{part} is not a finite number")
        if isinstance(part, dict):
            waiting.extend(part.values())
        elif isinstance(part, list):
            waiting.extend(part)


_AS_THEY_ARE = {"INT": int, "STRING": str, "BOOLEAN": bool}  # a float may still not be finite
_CONVERTERS: dict[str, tuple[Callable[[Any], Any], str]] = {
    "INT": (_integer, "a whole number"),
    "FLOAT": (_real, "a finite number"),
    "STRING": (_text, "a text"),
    "BOOLEAN": (_truth, "true or false"),
}
