"""Frames into an animated PNG with the workflow inside, as ComfyUI writes it: in `comf` chunks behind the
picture, each a name, a null and JSON."""

from __future__ import annotations

import io
import json

from PIL import Image
from PIL.PngImagePlugin import PngInfo
from torch import Tensor

from .picture_writer import Json, to_bytes, with_pixels

CHUNK = b"comf"


def animated_png_bytes(
    frames: Tensor,
    milliseconds: int,
    compression: int,
    *,
    prompt: Json | None = None,
    workflow: Json | None = None,
    record: Json | None = None,
) -> bytes:
    """The content of the file.

    Args:
        frames: (B, H, W, 3 or 4) in 0 … 1; fractions of 1/255 are cut off, as ComfyUI does.
        milliseconds: how long each frame is shown. It loops.
        compression: 0 … 9; the pixels are the same.
        prompt, workflow, record: as in `picture_writer.write_png`.

    Raises:
        ValueError: NaN, or no pictures.
    """
    pixels = to_bytes(frames, is_cut=True)
    info = PngInfo()
    inside = {"prompt": prompt, "workflow": workflow, "scorefield": with_pixels(record, pixels)}
    for name, value in inside.items():
        if value is not None:
            info.add(CHUNK, f"{name}\0{json.dumps(value)}".encode("latin-1"), after_idat=True)
    first, *others = (Image.fromarray(frame) for frame in pixels)
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
