"""Which widgets the page draws for an input, by the input's type, and the value each starts with."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ..contract import Absent, Input, Required
from ..definitions import DYNAMIC_COMBO
from .groups import keys
from .nodes import UNSET, Widget

_SEED_NAMES = frozenset({"seed", "noise_seed"})


def draws(declared: Input) -> bool:
    """Whether the page has a widget for inputs of that type, and this one may show it."""
    return _kind(declared) in _STARTS and not declared.options.get("forceInput")


def draw(declared: Input) -> list[Widget]:
    """The widgets of an input: its own, and those the page puts behind it; none for a plain socket.

    Its own has no value yet: `start` gives the one it starts with, which may mean asking for choices.
    """
    if not draws(declared):
        return []
    kind = _kind(declared)
    own = Widget(declared.name, kind, UNSET, declared=declared)
    own.is_saved = kind not in _UNSAVED
    own.is_sent = kind not in _UNSENT
    return [own, *_controls(declared, kind), *_refreshers(declared, kind), *_sides(kind)]


def start(widget: Widget) -> Any:
    """The value that a widget starts with."""
    return widget.value if widget.declared is None else _STARTS[widget.type](widget.declared)


def _kind(declared: Input) -> str:
    return str(declared.options.get("widgetType") or declared.type)


def _controls(declared: Input, kind: str) -> list[Widget]:
    """What to do with the value after a run; for a combo also a filter of its choices."""
    control = declared.options.get("control_after_generate")
    if kind == "INT" and control is None:
        control = declared.name in _SEED_NAMES
    if not control or kind not in ("INT", "FLOAT", "COMBO"):
        return []
    start = control if isinstance(control, str) else "fixed" if kind == "FLOAT" else "randomize"
    controls = [_unsent("control_after_generate", "COMBO", start)]
    return [*controls, _unsent("control_filter_list", "STRING", "")] if kind == "COMBO" else controls


def _refreshers(declared: Input, kind: str) -> list[Widget]:
    remote = declared.options.get("remote")
    if kind != "COMBO" or not isinstance(remote, Mapping):
        return []
    toggle = [_unsent("Auto-refresh after generation", "BOOLEAN", False)]
    button = [Widget("refresh", "BUTTON", "refresh")] if remote.get("refresh_button") else []
    return [*(toggle if declared.options.get("image_folder") == "output" else []), *button]


def _sides(kind: str) -> list[Widget]:
    sides = ("x", "y", "width", "height") if kind == "BOUNDING_BOX" else ()
    return [_unsent(side, "INT", 0) for side in sides]


def _unsent(name: str, type: str, value: Any) -> Widget:
    return Widget(name, type, value, is_sent=False)


def _given(declared: Input) -> Any:
    if "default" in declared.options:
        return declared.options["default"]
    return None if isinstance(declared.default, Required | Absent) else declared.default


def _or(fallback: Any) -> Callable[[Input], Any]:
    def value(declared: Input) -> Any:
        given = _given(declared)
        return fallback if given is None else given

    return value


def _first_choice(declared: Input) -> Any:
    if declared.options.get("multi_select"):
        return []
    given = _given(declared)
    if given:
        return given
    choices = keys(declared) if declared.type == DYNAMIC_COMBO else declared.allowed()
    if choices:
        return choices[0]
    return "Loading..." if declared.options.get("remote") else UNSET


def _first_key(declared: Input) -> Any:
    choices = keys(declared)
    return choices[0] if choices else UNSET


def _nested(key: str, fallback: Any) -> Callable[[Input], Any]:
    def value(declared: Input) -> Any:
        given = _given(declared)
        options = declared.options.get("options")
        inner = options.get(key) if isinstance(options, Mapping) else None
        return given if given is not None else inner if inner is not None else fallback

    return value


def _video_edit(declared: Input) -> Any:
    features = declared.options.get("features") or ["trim", "crop"]
    parts = {
        "trim": {"start_time": 0, "duration": 0},
        "crop": {"x": 0, "y": 0, "width": 0, "height": 0},
    }
    given = _given(declared)
    return {part: parts[part] for part in parts if part in features} if given is None else given


_STARTS: dict[str, Callable[[Input], Any]] = {
    "INT": _or(0),
    "FLOAT": _or(0),
    "BOOLEAN": _or(False),
    "STRING": _or(""),
    "MARKDOWN": _or(""),
    "COMBO": _first_choice,
    DYNAMIC_COMBO: _first_key,
    "IMAGEUPLOAD": lambda _: "image",
    "AUDIOUPLOAD": lambda _: "",
    "AUDIO_UI": lambda _: "",
    "AUDIO_RECORD": lambda _: "",
    "WEBCAM": lambda _: "",
    "LOAD_3D": lambda _: "",
    "LOAD_3D_ADVANCED": lambda _: "",
    "LOAD_3D_ANIMATION": lambda _: "",
    "PREVIEW_3D": lambda _: "",
    "PREVIEW_3D_ANIMATION": lambda _: "",
    "COLOR": _nested("default", "#000000"),
    "IMAGECOMPARE": lambda _: ["", ""],
    "BOUNDING_BOX": _or({"x": 0, "y": 0, "width": 512, "height": 512}),
    "BOUNDING_BOXES": _or([]),
    "CHART": _nested("data", {}),
    "GALLERIA": _nested("images", []),
    "PAINTER": _or(""),
    "COMPOSITOR": _or({}),
    "TEXTAREA": _nested("default", ""),
    "CURVE": _or({"points": [[0, 0], [1, 1]], "interpolation": "monotone_cubic"}),
    "RANGE": _or({"min": 0.0, "max": 1.0}),
    "VIDEO_EDIT": _video_edit,
    "COLORS": _or([]),
}
"""The types of input that the page has a widget for, and how each finds the value it starts with."""

_UNSAVED = frozenset({"AUDIO_UI", "IMAGECOMPARE"})
_UNSENT = frozenset({"IMAGEUPLOAD", "AUDIOUPLOAD", "AUDIO_UI"})
