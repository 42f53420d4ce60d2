"""The workflow inside a picture or a film, and the record beside it: PNG text chunks, WebP EXIF, a film's
tags."""

from __future__ import annotations

import json
import os
import warnings
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO

from .film_reader import film_tags, is_film

_WORKFLOW = ("prompt", "workflow")
_RECORD = "scorefield"
_KEYS = (*_WORKFLOW, _RECORD)
_SIGNATURE, _CHECKSUM = 8, 4  # bytes
_LONGEST = 2**28  # bytes of a text once it is unpacked


def read_workflow(path: Path) -> dict[str, Any]:
    """What a PNG, WebP, mp4 or webm carries: "prompt" (API format), "workflow" (page format), both or none.

    A picture is not decoded.

    Raises:
        OSError: it is not a picture or a film that can be read.
        ValueError: it says it carries a workflow, but what it carries is not JSON.
    """
    texts = _texts(path)
    return _parsed({key: texts[key] for key in _WORKFLOW if texts.get(key)})


def read_record(path: Path) -> dict[str, Any] | None:
    """What a file says of what made it, beside the workflow; None where it says nothing readable.

    Raises:
        OSError: it is not a picture or a film that can be read.
    """
    try:
        found = json.loads(_texts(path).get(_RECORD, ""))
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


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


def _texts(path: Path) -> dict[str, str]:
    if is_film(path):
        tags = film_tags(path)
        return {key: tags[key] for key in _KEYS if key in tags}
    return _of_picture(path)


def _of_picture(path: Path) -> dict[str, str]:
    from PIL import Image

    with warnings.catch_warnings(), Image.open(path, formats=("PNG", "WEBP")) as picture:
        # A damaged part is not news for whoever asks what the rest carries.
        warnings.simplefilter("ignore")
        texts = {key: picture.info.get(key) for key in _KEYS}
        if picture.format == "WEBP":
            texts |= dict(_from_exif(picture.getexif()))
        elif not any(texts.values()):
            with path.open("rb") as file:
                texts |= dict(_from_chunks(file))
    return {key: text for key, text in texts.items() if isinstance(text, str)}


def _from_exif(entries: Mapping[int, Any]) -> Iterator[tuple[str, str]]:
    """Any entry may hold one, as `workflow:{…}`: ComfyUI counts down from the tag of the camera's model."""
    for entry in entries.values():
        text = entry.decode("utf-8", "replace") if isinstance(entry, bytes) else entry
        key, colon, value = text.strip("\0").partition(":") if isinstance(text, str) else ("", "", "")
        if colon and key.strip().lower() in _KEYS:
            yield key.strip().lower(), value


def _from_chunks(file: BinaryIO) -> Iterator[tuple[str, str]]:
    """What stands behind the frames of a PNG, where Pillow does not look."""
    file.seek(_SIGNATURE)
    while len(head := file.read(8)) == 8:
        length, kind = int.from_bytes(head[:4], "big"), head[4:]
        if kind in _CHUNKS:
            key, _, text = file.read(length).partition(b"\0")
            if key.decode("latin-1") in _KEYS:
                yield key.decode("latin-1"), _CHUNKS[kind](text)
            length = 0
        file.seek(length + _CHECKSUM, os.SEEK_CUR)


def _plain(text: bytes) -> str:
    return text.decode("latin-1")


def _packed(text: bytes) -> str:
    return _unpacked(text[1:]).decode("latin-1")


def _international(text: bytes) -> str:
    _language, _, rest = text[2:].partition(b"\0")
    _translated, _, words = rest.partition(b"\0")
    return (_unpacked(words) if text[:1] == b"\1" else words).decode("utf-8", "replace")


def _unpacked(text: bytes) -> bytes:
    try:
        return zlib.decompressobj().decompress(text, _LONGEST)
    except zlib.error:
        return b""


_CHUNKS = {b"comf": _plain, b"tEXt": _plain, b"zTXt": _packed, b"iTXt": _international}
"""The chunks that hold a name, a null and a text, and how each writes it; "comf" is an animated PNG's."""
