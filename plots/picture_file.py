"""The workflow inside a picture: PNG text chunks and WebP EXIF, as ComfyUI and others write them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

_KEYS = ("prompt", "workflow")


def read_workflow(path: Path) -> dict[str, Any]:
    """What a PNG or WebP carries: "prompt" (API format), "workflow" (page format), both or none.

    Only the head of the file is read; the picture is not decoded, unless a PNG has no text before its
    pixels, where the text may stand behind them.

    Raises:
        OSError: it is not a picture that can be read.
        ValueError: it says it carries a workflow, but what it carries is not JSON.
    """
    from PIL import Image

    with Image.open(path, formats=("PNG", "WEBP")) as picture:
        texts = _texts(picture.info)
        if picture.format == "WEBP":
            texts |= dict(_from_exif(picture.getexif()))
        elif not texts:
            texts = _texts(getattr(picture, "text", {}))
    return _parsed(texts)


def _texts(entries: Mapping[Any, Any]) -> dict[str, str]:
    return {key: text for key in _KEYS if isinstance(text := entries.get(key), str) and text}


def _from_exif(entries: Mapping[int, Any]) -> Iterator[tuple[str, str]]:
    """Any entry may hold one, as `workflow:{…}`: ComfyUI counts down from the tag of the camera's model."""
    for entry in entries.values():
        text = entry.decode("utf-8", "replace") if isinstance(entry, bytes) else entry
        if isinstance(text, str):
            key, colon, value = text.strip("\0").partition(":")
            if colon and key.strip().lower() in _KEYS:
                yield key.strip().lower(), value


def _parsed(texts: Mapping[str, str]) -> dict[str, Any]:
    """The texts as JSON. Others write plain words under these names: beside a workflow they count as none."""
    found, failed = {}, None
    for key, text in texts.items():
        try:
            found[key] = json.loads(text)
        except ValueError as error:
            failed = error
    if failed is not None and not any(isinstance(value, Mapping) for value in found.values()):
        raise failed
    return found
