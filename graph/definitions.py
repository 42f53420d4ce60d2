"""Definitions of nodes that are not installed, from the `object_info` of a server that has them.

They are enough to read and check a workflow, and to convert a saved page; running one refuses.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from .contract import ABSENT, Definition, Input, Output
from .errors import brief, refuse
from .v1.inputs import read_input

AUTOGROW = "COMFY_AUTOGROW_V3"
DYNAMIC_COMBO = "COMFY_DYNAMICCOMBO_V3"
_MATCH_TYPE = "COMFY_MATCHTYPE_V3"
_GROWING = frozenset({AUTOGROW, DYNAMIC_COMBO})


def definitions_from(object_info: Any) -> dict[str, Definition]:
    """The definitions that an `object_info` holds, by class.

    Raises:
        InvalidWorkflow: it is not one; the first class at fault is named.
    """
    if not isinstance(object_info, Mapping) or not object_info:
        message = f"an object_info is an object of nodes by class, not {brief(object_info)}"
        raise refuse("invalid_definitions", message)
    return {str(name): _definition(str(name), entry) for name, entry in object_info.items()}


def declared_input(name: str, entry: Any, is_required: bool = True) -> Input:
    """An input from its entry in an `object_info`, with what the newer contract adds read as the page does.

    A type that has to match others is what it may match; a group of inputs that grows is none itself.
    """
    declared = read_input(name, entry, is_required)
    if declared.type == _MATCH_TYPE:
        return replace(
            declared, type=str(mapping(declared.options.get("template")).get("allowed_types", "*"))
        )
    return replace(declared, default=ABSENT) if declared.type == AUTOGROW else declared


def mapping(value: Any) -> Mapping[str, Any]:
    """The value if it is a JSON object, otherwise an empty one: these files come from anywhere."""
    return value if isinstance(value, Mapping) else {}


def listed(value: Any) -> list[Any]:
    """The value if it is a JSON array, otherwise an empty one."""
    return list(value) if isinstance(value, list | tuple) else []


def _definition(name: str, entry: Any) -> Definition:
    if not isinstance(entry, Mapping) or not isinstance(entry.get("input"), Mapping):
        raise refuse("invalid_definitions", f"the object_info's node {brief(name)} has no inputs")
    inputs = tuple(_inputs(entry))
    grown = tuple(declared.name + "." for declared in inputs if declared.type in _GROWING)

    def call(context: Any, **inputs: Any) -> Any:
        raise RuntimeError(f"{name} is known from definitions only; the pack that holds it is not installed")

    def more_inputs(asked: str) -> Input | None:
        return Input(asked, "*", default=ABSENT, is_open=True) if asked.startswith(grown) else None

    return Definition(
        id=name,
        title=str(entry.get("display_name") or name),
        category=str(entry.get("category") or ""),
        description=str(entry.get("description") or ""),
        inputs=inputs,
        outputs=tuple(_outputs(entry)),
        call=call,
        output_node=bool(entry.get("output_node")),
        input_is_list=bool(entry.get("is_input_list")),
        more_inputs=more_inputs if grown else None,
        module=str(entry.get("python_module") or ""),
    )


def _inputs(entry: Mapping[str, Any]) -> Iterator[Input]:
    for group in ("required", "optional"):
        declared = mapping(entry["input"].get(group))
        ordered = listed(mapping(entry.get("input_order")).get(group))
        first = [name for name in ordered if isinstance(name, str) and name in declared]
        for name in dict.fromkeys([*first, *declared]):
            yield declared_input(str(name), declared[name], group == "required")


def _outputs(entry: Mapping[str, Any]) -> Iterator[Output]:
    names, lists = listed(entry.get("output_name")), listed(entry.get("output_is_list"))
    for place, kind in enumerate(listed(entry.get("output"))):
        type_name = "COMBO" if isinstance(kind, list) else "*" if kind == _MATCH_TYPE else str(kind)
        name = names[place] if place < len(names) and names[place] else type_name
        yield Output(str(name), type_name, is_list=place < len(lists) and bool(lists[place]))
