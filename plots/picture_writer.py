"""An IMAGE into a file with the workflow inside, whole or not at all.

The workflow goes where ComfyUI puts it and looks for it: PNG text chunks `prompt` and `workflow`; WebP EXIF
0x0110 `prompt:{…}` and 0x010F `workflow:{…}`. Beside them stands the record of what made the picture: a chunk
`scorefield`, or 0x010E `scorefield:{…}`.
"""

from __future__ import annotations

import io
import json
import math
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from PIL.PngImagePlugin import PngInfo
from torch import Tensor

from .picture_name import next_counter, picture_name, place_of
from .pixels import pixel_hash

Json = Mapping[str, Any]
PNG_COMPRESSION = 4  # ComfyUI's
WEBP_EFFORT = 1  # 0 … 6; 0 makes files half as large again, 4 takes twice as long
LOSSLESS_EFFORT = 20  # 0 … 100, WebP's "quality" where nothing is lost
EXIF_PROMPT, EXIF_WORKFLOW, EXIF_RECORD = 0x0110, 0x010F, 0x010E


def write_png(
    image: Tensor,
    folder: Path,
    prefix: str,
    *,
    prompt: Json | None = None,
    workflow: Json | None = None,
    record: Json | None = None,
    compression: int = PNG_COMPRESSION,
    is_cut: bool = False,
    least: int = 1,
) -> Path:
    """Write one picture.

    Args:
        image: (H, W, 3) or, with transparency, (H, W, 4), in 0 … 1; what lies outside is clipped.
        folder: where pictures go; made if it is not there.
        prefix: see `picture_name.place_of`.
        prompt: the workflow in API format.
        workflow: the workflow in page format.
        record: what made the picture beside the workflow; a hash of the pixels is added to it.
        compression: 0 … 9; the pixels are the same.
        is_cut: see `to_bytes`.
        least: the lowest counter to use.

    Returns:
        The file's path, `{folder}/{prefix}_{counter:05}_.png`, with symbolic links resolved.

    Raises:
        ValueError: NaN in the picture, another shape, or a prefix that leads out of the folder.
        OSError: the file cannot be written; nothing is left behind.
    """
    target, name = place_of(folder, prefix)
    content = png_bytes(image, prompt, workflow, record, compression, is_cut)
    return _publish(content, target, name, ".png", least)


def write_webp(
    frames: Tensor,
    folder: Path,
    prefix: str,
    *,
    frames_per_second: float = 15.0,
    prompt: Json | None = None,
    workflow: Json | None = None,
    record: Json | None = None,
    lossless: bool = True,
    quality: int = 90,
    effort: int = WEBP_EFFORT,
    is_cut: bool = False,
) -> Path:
    """Write an animation that loops.

    Args:
        frames: (B, H, W, 3 or 4) in 0 … 1. Equal neighbours become one that is shown for longer.
        folder: as in `write_png`; so is prefix.
        frames_per_second: > 0, at most 1000.
        prompt: as in `write_png`; so are workflow and record.
        lossless: whether every pixel is kept.
        quality: 0 … 100 where it is not.
        effort: 0 … 6, what the encoder spends on a smaller file.
        is_cut: see `to_bytes`.

    Returns:
        The file's path, `{folder}/{prefix}_{counter:05}_.webp`, with symbolic links resolved.

    Raises:
        ValueError: as in `write_png`, no frames, or a number out of range.
        OSError: the file cannot be written; nothing is left behind.
    """
    target, name = place_of(folder, prefix)
    content = webp_bytes(
        frames, frames_per_second, prompt, workflow, record, lossless, quality, effort, is_cut
    )
    return _publish(content, target, name, ".webp")


def png_bytes(
    image: Tensor,
    prompt: Json | None = None,
    workflow: Json | None = None,
    record: Json | None = None,
    compression: int = PNG_COMPRESSION,
    is_cut: bool = False,
) -> bytes:
    """The content of the PNG (see `write_png`)."""
    pixels = to_bytes(image[None], is_cut)
    info = PngInfo()
    inside = {"prompt": prompt, "workflow": workflow, "scorefield": with_pixels(record, pixels)}
    for key, value in inside.items():
        if value is not None:
            info.add_text(key, json.dumps(value))
    stream = io.BytesIO()
    Image.fromarray(pixels[0]).save(stream, "PNG", pnginfo=info, compress_level=compression)
    return stream.getvalue()


def webp_bytes(
    frames: Tensor,
    frames_per_second: float,
    prompt: Json | None = None,
    workflow: Json | None = None,
    record: Json | None = None,
    lossless: bool = True,
    quality: int = 90,
    effort: int = WEBP_EFFORT,
    is_cut: bool = False,
) -> bytes:
    """The content of the WebP (see `write_webp`)."""
    if not 0 < frames_per_second <= 1000 or not 0 <= quality <= 100:
        raise ValueError(
            f"needs 0 < frames per second ≤ 1000 and quality 0 … 100, got {frames_per_second}, {quality}"
        )
    pixels = to_bytes(frames, is_cut)
    pictures = [Image.fromarray(each) for each in pixels]
    exif = pictures[0].getexif()
    # What is under full transparency is not kept, so only opaque frames come back as they were.
    whole = with_pixels(record, pixels) if lossless and pixels.shape[3] == 3 else record
    inside = {EXIF_PROMPT: ("prompt", prompt), EXIF_WORKFLOW: ("workflow", workflow)}
    for tag, (key, value) in {**inside, EXIF_RECORD: ("scorefield", whole)}.items():
        if value is not None:
            exif[tag] = f"{key}:{json.dumps(value)}"
    stream = io.BytesIO()
    pictures[0].save(
        stream,
        "WEBP",
        save_all=True,
        append_images=pictures[1:],
        duration=round(1000 / frames_per_second),
        loop=0,
        lossless=lossless,
        quality=LOSSLESS_EFFORT if lossless else quality,
        method=effort,
        exif=exif,
    )
    return stream.getvalue()


def with_pixels(record: Json | None, frames: NDArray[np.uint8]) -> Json | None:
    """The record with a hash of the pixels that it stands beside."""
    return None if record is None else {**record, "pixels": pixel_hash(frames)}


def to_bytes(image: Tensor, is_cut: bool = False) -> NDArray[np.uint8]:
    """(B, H, W, C) in 0 … 1 as 0 … 255, to the nearest; `is_cut` cuts fractions off, as ComfyUI does.

    Raises:
        ValueError: NaN, no picture, or a shape that is no picture's.
    """
    if image.ndim != 4 or image.shape[3] not in (3, 4) or 0 in image.shape:
        raise ValueError(f"a picture has the shape (height, width, 3 or 4), got {tuple(image.shape[1:])}")
    eight_bit = torch.empty(image.shape, dtype=torch.uint8)
    # Frame by frame: what is worked on then stays in the processor's cache.
    for frame, target in zip(image.detach(), eight_bit, strict=True):
        scaled = frame.float().clamp(0, 1).mul_(255)
        if math.isnan(float(scaled.sum())):
            raise ValueError("the picture holds NaN: there is nothing right to write, look at what made it")
        target.copy_(scaled if is_cut else scaled.round_())
    return eight_bit.numpy()


def publish(content: bytes, folder: Path, prefix: str, suffix: str, least: int = 1) -> Path:
    """Write a file of that content, named as in `write_png`, whole or not at all; its path.

    Raises:
        ValueError: a prefix that leads out of the folder.
        OSError: the file cannot be written; nothing is left behind.
    """
    target, name = place_of(folder, prefix)
    return _publish(content, target, name, suffix, least)


def _publish(content: bytes, folder: Path, name: str, suffix: str, least: int = 1) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=folder, prefix=".", suffix=suffix + ".part")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        Path(temporary).chmod(0o644)  # mkstemp's own are for one user alone
        return _moved(Path(temporary), folder, name, suffix, least)
    finally:
        Path(temporary).unlink(missing_ok=True)


def _moved(temporary: Path, folder: Path, name: str, suffix: str, least: int) -> Path:
    while True:
        target = folder / picture_name(name, max(least, next_counter(folder, name)), suffix)
        try:
            # A link fails where another writer was faster; a rename would overwrite its picture.
            os.link(temporary, target)
            return target
        except FileExistsError:
            continue
        except OSError:  # a file system without links
            return temporary.replace(target)
