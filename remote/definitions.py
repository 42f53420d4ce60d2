"""The nodes of a server, known by what its `/object_info` says of them."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

from ..graph.contract import Definition, Input, OwnValidation
from ..graph.definitions import definitions_from

UPLOADS = ("image_upload", "audio_upload", "video_upload", "file_upload", "animated_image_upload")


def definitions_of(object_info: Mapping[str, Any]) -> dict[str, Definition]:
    """A definition for each class that can be read; it says what the node takes and cannot run it."""
    readable = {
        class_type: told
        for class_type, told in object_info.items()
        if isinstance(told, Mapping) and isinstance(told.get("input"), Mapping)
    }
    return definitions_from(readable) if readable else {}


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
