"""Frames into an animated PNG with the workflow inside, as ComfyUI writes it: in `comf` chunks behind the
picture, each a name, a null and JSON."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from typing import Any

from PIL import Image
from PIL.PngImagePlugin import PngInfo
from torch import Tensor

from .picture_writer import to_bytes

CHUNK = b"comf"


def animated_png_bytes(
    frames: Tensor, milliseconds: int, inside: Mapping[str, Mapping[str, Any] | None], compression: int
) -> bytes:
    """The content of the file.

    Args:
        frames: (B, H, W, 3 or 4) in 0 … 1; fractions of 1/255 are cut off, as ComfyUI does.
        milliseconds: how long each frame is shown. It loops.
        inside: what it carries, by name; None is left out.
        compression: 0 … 9.

    Raises:
        ValueError: NaN, or no pictures.
    """
    info = PngInfo()
    for name, value in inside.items():
        if value is not None:
            info.add(CHUNK, f"{name}\0{json.dumps(value)}".encode("latin-1"), after_idat=True)
    first, *others = (Image.fromarray(frame) for frame in to_bytes(frames, is_cut=True))
    stream = io.BytesIO()
    first.save(
        stream,
        "PNG",
        pnginfo=info,
        save_all=True,
        append_images=others,
        duration=milliseconds,
        compress_level=compression,
    )
    return stream.getvalue()
