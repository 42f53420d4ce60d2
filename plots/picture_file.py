"""The workflow inside a picture: PNG text chunks and WebP EXIF, as ComfyUI writes them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

_KEYS = ("prompt", "workflow")
_EXIF_TAGS = (0x0110, 0x010F)
_CHUNK = b"comf"  # of an animated PNG: a name, a null, JSON


def read_workflow(path: Path) -> dict[str, Any]:
    """What a PNG or WebP carries: "prompt" (API format), "workflow" (page format), both or none.

    Only the head of the file is read; the picture is not decoded, but for the first of an animated PNG.

    Raises:
        OSError: it is not a picture that can be read.
        ValueError: it says it carries a workflow, but what it carries is not JSON.
    """
    from PIL import Image

    with Image.open(path, formats=("PNG", "WEBP")) as picture:
        texts = {key: picture.info.get(key) for key in _KEYS}
        if picture.format == "WEBP":
            texts |= _from_exif([picture.getexif().get(tag) for tag in _EXIF_TAGS])
        elif getattr(picture, "is_animated", False):
            texts |= _from_chunks(picture)
    return {key: json.loads(text) for key, text in texts.items() if isinstance(text, str) and text}


def _from_chunks(picture: Any) -> dict[str, str]:
    picture.load()  # they stand behind it
    pairs = [chunk[1].partition(b"\0") for chunk in picture.private_chunks if chunk[0] == _CHUNK]
    return {
        key.decode("latin-1"): text.decode("latin-1")
        for key, _, text in pairs
        if key.decode("latin-1") in _KEYS
    }


def _from_exif(entries: list[Any]) -> dict[str, str]:
    pairs = [entry.partition(":") for entry in entries if isinstance(entry, str)]
    return {key.lower(): text for key, colon, text in pairs if colon and key.lower() in _KEYS}
