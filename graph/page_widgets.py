"""Which value of a page's `widgets_values` belongs to which input."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .contract import Definition, Input
from .widget_values import WrongValue

_CONTROL_VALUES = frozenset({"fixed", "increment", "increment-wrap", "decrement", "randomize"})
_SEED_NAMES = frozenset({"seed", "noise_seed"})
_UPLOADS = ("image_upload", "audio_upload", "video_upload", "file_upload", "animated_image_upload")


def widget_constants(definition: Definition, values: Any) -> dict[str, Any]:
    """The constants that `widgets_values` holds, by input name.

    A list is in the order of the definition's widgets, with values that are the page's own between
    them (what to do with a seed after a run, an upload button). Widgets beyond its end are not given:
    the file is older than they are.

    Raises:
        WrongValue: it is neither list nor mapping, or longer than the node's widgets.
    """
    if values is None:
        return {}
    if isinstance(values, Mapping):
        return {d.name: values[d.name] for d in definition.inputs if d.is_widget and d.name in values}
    if not isinstance(values, list):
        raise WrongValue("invalid_prompt", "widgets_values is neither a list nor an object")
    return {name: values[index] for name, index in widget_places(definition, values).items()}


def widget_places(definition: Definition, values: list[Any]) -> dict[str, int]:
    """The index in `values` of each widget input that has one.

    Raises:
        WrongValue: values are left over, so that nobody can say which belongs where.
    """
    places: dict[str, int] = {}
    index = 0
    for declared in definition.inputs:
        if declared.is_widget and index < len(values):
            places[declared.name] = index
            index += 1 + _extra_values(declared, values[index + 1 :][:1])
    surplus = [value for value in values[index:] if value is not None]
    if surplus:
        count = sum(declared.is_widget for declared in definition.inputs)
        message = f"the page holds {len(values)} widget values for a node with {count} widgets"
        raise WrongValue(
            "invalid_prompt", message, "save the workflow again with the present version of the node"
        )
    return places


def _extra_values(declared: Input, following: list[Any]) -> int:
    if any(declared.options.get(upload) for upload in _UPLOADS):
        return 1
    is_seed = declared.options.get("control_after_generate") or declared.name in _SEED_NAMES
    controlled = is_seed and declared.type in ("INT", "COMBO")
    return int(bool(controlled and following and _is_control(following[0])))


def _is_control(value: Any) -> bool:
    return isinstance(value, str) and value in _CONTROL_VALUES
