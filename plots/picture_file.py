"""The workflow inside a picture, and the record beside it: PNG text chunks and WebP EXIF."""

from __future__ import annotations

import json
import os
import warnings
from pathlib import Path
from typing import Any

_WORKFLOW = ("prompt", "workflow")
_RECORD = "scorefield"
_EXIF_TAGS = (0x0110, 0x010F, 0x010E)
_CHUNK = b"comf"  # of an animated PNG: a name, a null, JSON
_SIGNATURE, _CHECKSUM = 8, 4  # bytes


def read_workflow(path: Path) -> dict[str, Any]:
    """What a PNG or WebP carries: "prompt" (API format), "workflow" (page format), both or none.

    The picture is not decoded.

    Raises:
        OSError: it is not a picture that can be read.
        ValueError: it says it carries a workflow, but what it carries is not JSON.
    """
    texts = _texts(path)
    return {key: json.loads(texts[key]) for key in _WORKFLOW if texts.get(key)}


def read_record(path: Path) -> dict[str, Any] | None:
    """What a PNG or WebP says of what made it, beside the workflow; None where it says nothing readable.

    Raises:
        OSError: it is not a picture that can be read.
    """
    try:
        found = json.loads(_texts(path).get(_RECORD, ""))
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _texts(path: Path) -> dict[str, str]:
    from PIL import Image

    with warnings.catch_warnings(), Image.open(path, formats=("PNG", "WEBP")) as picture:
        # A damaged part is not news for whoever asks what the rest carries.
        warnings.simplefilter("ignore")
        texts = {key: picture.info.get(key) for key in (*_WORKFLOW, _RECORD)}
        if picture.format == "WEBP":
            texts |= _from_exif([picture.getexif().get(tag) for tag in _EXIF_TAGS])
        elif not any(texts.values()):
            texts |= _from_chunks(path)
    return {key: text for key, text in texts.items() if isinstance(text, str)}


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
    return {key: text for key, _, text in pairs if key in (*_WORKFLOW, _RECORD)}


def _from_exif(entries: list[Any]) -> dict[str, str]:
    pairs = [entry.partition(":") for entry in entries if isinstance(entry, str)]
    return {key.lower(): text for key, colon, text in pairs if colon}
