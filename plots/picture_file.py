"""The workflow inside a picture: PNG text chunks and WebP EXIF, as ComfyUI writes them."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

_KEYS = ("prompt", "workflow")
_EXIF_TAGS = (0x0110, 0x010F)
_CHUNK = b"comf"  # of an animated PNG: a name, a null, JSON
_SIGNATURE, _CHECKSUM = 8, 4  # bytes


def read_workflow(path: Path) -> dict[str, Any]:
    """What a PNG or WebP carries: "prompt" (API format), "workflow" (page format), both or none.

    The picture is not decoded.

    Raises:
        OSError: it is not a picture that can be read.
        ValueError: it says it carries a workflow, but what it carries is not JSON.
    """
    from PIL import Image

    with Image.open(path, formats=("PNG", "WEBP")) as picture:
        texts = {key: picture.info.get(key) for key in _KEYS}
        if picture.format == "WEBP":
            texts |= _from_exif([picture.getexif().get(tag) for tag in _EXIF_TAGS])
        elif not any(texts.values()):
            texts |= _from_chunks(path)
    return {key: json.loads(text) for key, text in texts.items() if isinstance(text, str) and text}


def _from_chunks(path: Path) -> dict[str, str]:
    """What stands behind the frames of a PNG, where Pillow does not look."""
    pairs = []
    with path.open("rb") as file:
        file.seek(_SIGNATURE)
        while len(head := file.read(8)) == 8:
            length = int.from_bytes(head[:4], "big")
            if head[4:] == _CHUNK:
                pairs.append(file.read(length).decode("latin-1").partition("\0"))
                length = 0
            file.seek(length + _CHECKSUM, os.SEEK_CUR)
    return {key: text for key, _, text in pairs if key in _KEYS}


def _from_exif(entries: list[Any]) -> dict[str, str]:
    pairs = [entry.partition(":") for entry in entries if isinstance(entry, str)]
    return {key.lower(): text for key, colon, text in pairs if colon and key.lower() in _KEYS}
