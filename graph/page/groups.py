"""Inputs that stand for several: a choice that brings inputs of its own, and a group that grows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ..contract import Input
from ..definitions import AUTOGROW, declared_input, listed, mapping


def keys(declared: Input) -> list[Any]:
    """The choices of an input that brings inputs with each."""
    return [mapping(option).get("key") for option in listed(declared.options.get("options"))]


def chosen_inputs(declared: Input, choice: Any) -> list[Input]:
    """The inputs that come with a choice, named after the one that brings them."""
    for option in listed(declared.options.get("options")):
        if mapping(option).get("key") == choice:
            return _declared(mapping(mapping(option).get("inputs")), declared.name + ".")
    return []


def first_inputs(declared: Input) -> list[Input]:
    """The inputs of a group that the page shows before any is linked."""
    return [each for ordinal in range(first(declared)) for each in members(declared, ordinal)]


def first(declared: Input) -> int:
    """How many places of a group there are at first: one more than it must have."""
    least = _template(declared).get("min", 1)
    return min(max(1, (least if isinstance(least, int) else 1) + 1), most(declared))


def most(declared: Input) -> int:
    """How many places a group may have."""
    template = _template(declared)
    names = listed(template.get("names"))
    limit = len(names) if names else template.get("max", 100)
    return min(limit, 1000) if isinstance(limit, int) else 100


def members(declared: Input, ordinal: int) -> list[Input]:
    """The inputs that a group has at one place; most groups have one at each."""
    template = _template(declared)
    group = _declared(mapping(template.get("input")), "")
    names = listed(template.get("names"))
    prefix = str(template.get("prefix", ""))
    found = []
    for each in group:
        base = str(names[ordinal]) if names else f"{prefix if len(group) == 1 else each.name}{ordinal}"
        found.append(replace(each, name=f"{declared.name}.{base}"))
    return found


def _template(declared: Input) -> Mapping[str, Any]:
    return mapping(declared.options.get("template")) if declared.type == AUTOGROW else {}


def _declared(inputs: Mapping[str, Any], prefix: str) -> list[Input]:
    return [
        declared_input(prefix + str(name), entry, group == "required")
        for group in ("required", "optional")
        for name, entry in mapping(inputs.get(group)).items()
    ]
