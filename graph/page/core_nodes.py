"""What the page's own extensions do to core nodes, beyond what their definitions say."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..contract import Definition, Input
from .nodes import Widget

_MEDIA_UPLOADS = ("image_upload", "animated_image_upload", "video_upload")
_AUDIO_PLAYERS = frozenset(
    {"LoadAudio", "SaveAudio", "PreviewAudio", "SaveAudioMP3", "SaveAudioOpus", "SaveAudioAdvanced"}
)
_PICTURE_LOADERS = frozenset({"LoadImage", "LoadImageMask"})
_MESH_VIEWERS = frozenset({"SaveGLB", "Preview3D"})
_PAGE_MAKES = {
    "LOAD_3D": "a 3D view",
    "LOAD_3D_ADVANCED": "a 3D view",
    "LOAD_3D_ANIMATION": "a 3D view",
    "WEBCAM": "a camera",
    "AUDIO_RECORD": "a recorder",
}


def is_core(definition: Definition) -> bool:
    """Whether the page itself draws the node, with no script of a pack that could add to it."""
    return definition.module == "nodes" or definition.module.startswith(("comfy_extras.", "comfy_api_nodes."))


def additions(definition: Definition) -> tuple[Input, ...]:
    """The inputs that the page adds to a node: upload buttons, players and viewers."""
    added = []
    if definition.id in _AUDIO_PLAYERS:
        added.append(Input("audioUI", "AUDIO_UI"))
    if definition.id in _PICTURE_LOADERS or any(_is_upload(declared) for declared in definition.inputs):
        added.append(Input("upload", "IMAGEUPLOAD"))
    if any(d.name == "audio" and d.options.get("audio_upload") is True for d in definition.inputs):
        added.append(Input("upload", "AUDIOUPLOAD"))
    if definition.id in _MESH_VIEWERS:
        added.append(Input("image", "PREVIEW_3D"))
    if definition.id == "Preview3DAnimation":
        added.append(Input("image", "PREVIEW_3D_ANIMATION"))
    return tuple(added)


def _is_upload(declared: Input) -> bool:
    return declared.type == "COMBO" and any(declared.options.get(upload) for upload in _MEDIA_UPLOADS)


def grown_widgets(definition: Definition, choice: Any, places: Sequence[tuple[int, Any]]) -> list[Widget]:
    """The widgets that a node gets one by one as they are filled: the options of a combo of one's own.

    Args:
        definition: the node.
        choice: the value of its first widget.
        places: the saved values behind that, with their indexes.
    """
    if definition.id != "CustomCombo":
        return []
    options: list[Widget] = []
    for place, value in [*places[1:], (None, "")]:
        options.append(Widget(f"option{len(options) + 1}", "STRING", value, place=place))
        if not value:
            break
    values = [option.value for option in options]
    index = Widget("index", "INT", values.index(choice) if choice in values else -1)
    return [index, *options]


def made_by_the_page(type: str) -> str | None:
    """What makes the value of such a widget where only the page can, or None."""
    return _PAGE_MAKES.get(type)
