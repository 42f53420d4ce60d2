"""A node as ComfyUI's page knows it: the entry of `/object_info`, and the V1 `INPUT_TYPES` it is made of."""

from __future__ import annotations

from typing import Any

from .contract import Definition, Input

# Keys that no declared input may bear; ComfyUI fills them in.
HIDDEN = {"host_unique_id": "UNIQUE_ID", "host_prompt": "PROMPT", "host_extra_pnginfo": "EXTRA_PNGINFO"}

InputTypes = dict[str, dict[str, Any]]


def input_types(definition: Definition) -> InputTypes:
    """ComfyUI's `INPUT_TYPES`: what a graph must give, what it may give, and what the host fills in."""
    required = {declared.name: _entry(declared) for declared in definition.inputs if declared.is_required}
    optional = {declared.name: _entry(declared) for declared in definition.inputs if not declared.is_required}
    return {"required": required, "optional": optional, "hidden": dict(HIDDEN)}


def object_info(definition: Definition) -> dict[str, Any]:
    """The node's entry of ComfyUI's `/object_info`, as JSON values."""
    groups = input_types(definition)
    return {
        "input": {
            group: {name: list(entry) if group != "hidden" else entry for name, entry in entries.items()}
            for group, entries in groups.items()
        },
        "input_order": {group: list(entries) for group, entries in groups.items()},
        "is_input_list": definition.input_is_list,
        "output": [output.type for output in definition.outputs],
        "output_is_list": [output.is_list for output in definition.outputs],
        "output_name": [output.name for output in definition.outputs],
        "output_tooltips": [output.tooltip for output in definition.outputs],
        "name": definition.id,
        "display_name": definition.title,
        "description": definition.description,
        "python_module": definition.module or "custom_nodes.scorefield",
        "category": definition.category,
        "output_node": definition.output_node,
        "search_aliases": list(definition.search_aliases),
    }


def _entry(declared: Input) -> tuple[Any, dict[str, Any]]:
    options = dict(declared.options)
    if declared.tooltip:
        options["tooltip"] = declared.tooltip
    if declared.has_default:
        options["default"] = declared.default
    kind = list(declared.allowed()) if declared.type == "COMBO" else declared.type
    return kind, options
