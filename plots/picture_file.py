"""The workflow inside a picture: PNG text chunks and WebP EXIF, as ComfyUI writes them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

_KEYS = ("prompt", "workflow")
_EXIF_TAGS = (0x0110, 0x010F)


def read_workflow(path: Path) -> dict[str, Any]:
    """What a PNG or WebP carries: "prompt" (API format), "workflow" (page format), both or none.

    Only the head of the file is read; the picture is not decoded.

    Raises:
        OSError: it is not a picture that can be read.
        ValueError: it says it carries a workflow, but what it carries is not JSON.
    """
    from PIL import Image

    with Image.open(path, formats=("PNG", "WEBP")) as picture:
        texts = {key: picture.info.get(key) for key in _KEYS}
        if picture.format == "WEBP":
            texts |= _from_exif([picture.getexif().get(tag) for tag in _EXIF_TAGS])
    return {key: json.loads(text) for key, text in texts.items() if isinstance(text, str) and text}


def _from_exif(entries: list[Any]) -> dict[str, str]:
    pairs = [entry.partition(":") for entry in entries if isinstance(entry, str)]
    return {key.lower(): text for key, colon, text in pairs if colon and key.lower() in _KEYS}
