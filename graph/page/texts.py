"""Texts that the page rewrites on the way into a prompt: choices in braces, and names of files."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from ..widget_values import WrongValue
from .live import LivePage
from .nodes import UNSET, PageNode, Widget

_COMMENTS = re.compile(r"/\*[\s\S]*?\*/|//[^\n\r\u2028\u2029]*")
_ESCAPED = re.compile(r"\\([{}|])")
_PATTERN = re.compile(r"%([^%]+)%")
_DATE = re.compile(r"dd?|MM?|hh?|mm?|ss?|yyy?y?")
_UNFIT = re.compile(r'[/?<>\\:*|"\x00-\x1f\x7f]')
_SAVING = frozenset(
    {
        "SaveImage",
        "SaveImageAdvanced",
        "SaveSVGNode",
        "SaveVideo",
        "SaveAnimatedWEBP",
        "SaveWEBM",
        "SaveAudio",
        "SaveAudioMP3",
        "SaveAudioOpus",
        "SaveAudioAdvanced",
        "SaveGLB",
        "Save3DAdvanced",
        "SaveGaussianSplat",
        "SavePointCloud",
        "SaveAnimatedPNG",
        "CLIPSave",
        "VAESave",
        "ModelSave",
        "LoraSave",
        "SaveLatent",
    }
)


def is_file_name(widget: Widget, node: PageNode) -> bool:
    """Whether a widget names the files that a core node saves, so that patterns in it are filled in."""
    return widget.name == "filename_prefix" and node.type in _SAVING


def without_choices(text: str) -> str:
    """A text without its comments, and with what stands in braces bare.

    Raises:
        WrongValue: braces hold several choices, one of which the page would pick by chance.
    """
    text = _COMMENTS.sub("", text)
    if "{" in text:
        if _has_choice(text):
            message = "{…|…} asks for one of several texts by chance"
            raise WrongValue("random_choice", message, "write the one you want, or \\{ for a brace")
        text = _without_braces(text)
    return _ESCAPED.sub(r"\1", text)


def _has_choice(text: str) -> bool:
    depth, escaped = 0, False
    for letter in text:
        if escaped:
            escaped = False
        elif letter == "\\":
            escaped = True
        elif letter == "{":
            depth += 1
        elif letter == "}":
            depth = max(0, depth - 1)
        elif letter == "|" and depth:
            return True
    return False


def _without_braces(text: str) -> str:
    kept, depth, place = [], 0, 0
    while place < len(text):
        letter = text[place]
        if letter == "\\":
            kept.append(text[place : place + 2])
            place += 1
        elif letter == "{":
            depth += 1
        elif letter == "}" and depth:
            depth -= 1
        else:
            kept.append(letter)
        place += 1
    return "".join(kept)


class FileNames:
    """Fills in the patterns that names of files may hold: `%date:yyyy-MM-dd%` and `%Node.widget%`."""

    def __init__(self, live: LivePage, now: datetime) -> None:
        self._live = live
        self._now = now
        self._by_name: dict[str, PageNode] | None = None

    def filled(self, text: str) -> str:
        """The text with what its patterns stand for; those that stand for nothing stay."""
        return _PATTERN.sub(self._fill, text) if "%" in text else text

    def _fill(self, match: re.Match[str]) -> str:
        parts = match[1].split(".")
        if len(parts) != 2:
            date = parts[0].removeprefix("date:")
            return match[0] if date == parts[0] else _DATE.sub(self._date_part, date)
        node = self._names().get(parts[0])
        widget = node.widgets.get(parts[1]) if node else None
        return match[0] if widget is None else _UNFIT.sub("_", as_text(widget.value))

    def _date_part(self, match: re.Match[str]) -> str:
        part, now = match[0], self._now
        if part in ("yy", "yyyy"):
            return str(now.year)[2 if part == "yy" else 0 :]
        numbers = {"d": now.day, "M": now.month, "h": now.hour, "m": now.minute, "s": now.second}
        return str(numbers[part[0]]).rjust(len(part), "0") if part[0] in numbers else part

    def _names(self) -> Mapping[str, PageNode]:
        if self._by_name is None:
            nodes = [n for scope in reversed(self._live.scopes) for n in scope.nodes.values()]
            names: dict[str, PageNode] = {}
            for node in nodes:
                name = node.properties.get("Node name for S&R", "" if node.type in _SAVING else node.type)
                names.setdefault(str(name), node)
            for node in nodes:
                definition = self._live.definitions.get(node.type)
                names.setdefault(node.title or (definition.title if definition else ""), node)
            self._by_name = names
        return self._by_name


def as_text(value: Any) -> str:
    """A value as the page writes it into a text; of a list all that is in it, however deep."""
    parts, waiting = [], [value]
    while waiting:
        part = waiting.pop()
        if isinstance(part, list):
            waiting.extend(reversed(part))
        else:
            parts.append(_word(part))
    return ",".join(parts)


def _word(value: Any) -> str:
    if value is None or value is UNSET:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e21:
        return str(int(value))
    return "[object Object]" if isinstance(value, Mapping) else str(value)
