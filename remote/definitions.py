"""The nodes of a server, known by what its `/object_info` says of them."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from typing import Any

from ..graph.contract import Definition, Input, Output, OwnValidation
from ..graph.v1_inputs import read_input

UPLOADS = ("image_upload", "audio_upload", "video_upload", "file_upload", "animated_image_upload")


def definitions_of(object_info: Mapping[str, Any]) -> dict[str, Definition]:
    """A definition for each class that can be read; it says what the node takes and cannot run it."""
    found = {}
    for class_type, told in object_info.items():
        if isinstance(told, Mapping) and isinstance(told.get("input", {}), Mapping):
            found[class_type] = _definition(class_type, told)
    return found


def for_overrides(definitions: Mapping[str, Definition]) -> dict[str, Definition]:
    """The definitions as what a person sets is checked by them: all but the names of files, of which the
    server lists only some, and we may have others."""
    return {
        class_type: _unchecked(
            definition, frozenset(each.name for each in definition.inputs if takes_files(each))
        )
        for class_type, definition in definitions.items()
    }


def for_sending(definitions: Mapping[str, Definition]) -> dict[str, Definition]:
    """The definitions as a workflow that will be sent is read by them: whether its values and links are
    right is left to the server, who knows its nodes."""
    return {class_type: _unchecked(definition, None) for class_type, definition in definitions.items()}


def _unchecked(definition: Definition, inputs: frozenset[str] | None) -> Definition:
    validation = OwnValidation(lambda *_: True, inputs, checks_types=True)
    return dataclasses.replace(definition, validation=validation)


def takes_files(declared: Input) -> bool:
    """Whether the page offers to upload a file for the input."""
    return any(declared.options.get(upload) for upload in UPLOADS)


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
                yield read_input(name, entries[name], group == "required")


def _outputs(told: Mapping[str, Any]) -> Iterator[Output]:
    types = told.get("output") or ()
    names, lists = told.get("output_name") or (), told.get("output_is_list") or ()
    for place, kind in enumerate(types if isinstance(types, list) else ()):
        type_name = "COMBO" if isinstance(kind, list) else str(kind)
        name = str(names[place]) if place < len(names) else type_name
        yield Output(name, type_name, is_list=bool(lists[place]) if place < len(lists) else False)
