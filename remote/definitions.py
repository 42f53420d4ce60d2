"""The nodes of a server, known by what its `/object_info` says of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ..graph.contract import REQUIRED, WIDGET_TYPES, Definition, Input, Output

_FIRST = {"INT": 0, "FLOAT": 0.0, "STRING": "", "BOOLEAN": False}


def definitions_of(object_info: Mapping[str, Any]) -> dict[str, Definition]:
    """A definition for each class that can be read; it says what the node takes and cannot run it."""
    found = {}
    for class_type, told in object_info.items():
        if isinstance(told, Mapping) and isinstance(told.get("input", {}), Mapping):
            found[class_type] = _definition(class_type, told)
    return found


def _definition(class_type: str, told: Mapping[str, Any]) -> Definition:
    return Definition(
        id=class_type,
        title=str(told.get("display_name") or class_type),
        category=str(told.get("category") or ""),
        description=str(told.get("description") or ""),
        inputs=tuple(_inputs(told)),
        outputs=tuple(_outputs(told)),
        call=_elsewhere,
        output_node=bool(told.get("output_node")),
        input_is_list=bool(told.get("is_input_list")),
    )


def _elsewhere(*_: object, **__: object) -> Any:
    raise RuntimeError("the node is known from a server, and runs only there")


def _inputs(told: Mapping[str, Any]) -> Iterator[Input]:
    order = told.get("input_order")
    for group in ("required", "optional"):
        declared = told.get("input", {}).get(group)
        entries = declared if isinstance(declared, Mapping) else {}
        names = order.get(group) if isinstance(order, Mapping) else None
        for name in names if isinstance(names, list) else entries:
            if name in entries:
                yield _input(name, entries[name], group == "required")


def _input(name: str, entry: Any, is_required: bool) -> Input:
    parts = entry if isinstance(entry, list) else [entry]
    kind = parts[0] if parts else "*"
    options = dict(parts[1]) if len(parts) > 1 and isinstance(parts[1], Mapping) else {}
    choices = kind if isinstance(kind, list) else options.get("options")
    allowed = tuple(choices) if isinstance(choices, list) else ()
    kind = "COMBO" if isinstance(kind, list) else str(kind)
    default: Any = REQUIRED if is_required else None
    if kind in WIDGET_TYPES and not options.get("forceInput"):
        default = options.get("default", allowed[0] if allowed else _FIRST.get(kind))
    tooltip = options.get("tooltip")
    return Input(name, kind, tooltip if isinstance(tooltip, str) else "", default, allowed, options)


def _outputs(told: Mapping[str, Any]) -> Iterator[Output]:
    types = told.get("output") or ()
    names, lists = told.get("output_name") or (), told.get("output_is_list") or ()
    for place, kind in enumerate(types if isinstance(types, list) else ()):
        type_name = "COMBO" if isinstance(kind, list) else str(kind)
        name = str(names[place]) if place < len(names) else type_name
        yield Output(name, type_name, is_list=bool(lists[place]) if place < len(lists) else False)
