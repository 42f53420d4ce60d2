"""A picture file as tensors: every frame upright and in colour, and what of it is transparent."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import torch
from PIL import Image, ImageOps, ImageSequence
from torch import Tensor

if TYPE_CHECKING:
    from PIL.Image import Image as Picture

NO_MASK = 64  # the side of ComfyUI's mask for a picture that is opaque


def read_pictures(path: Path) -> tuple[Tensor, Tensor]:
    """The frames of a file, and their masks.

    Args:
        path: anything that Pillow reads. Of a photo with several pictures inside (MPO) the first is taken;
            of an animation, the frames that have the first one's size.

    Returns:
        Frames (B, H, W, 3) in 0 … 1, and masks (B, H, W), 1 where nothing is to be seen; (B, 64, 64) of
        zeros if nothing is transparent.

    Raises:
        ValueError: it is no picture that can be read.
    """
    with _opened(path) as file:
        frames = list(_frames(file))
    masks = [mask for _, mask in frames]
    held = [frame.shape[:2] if mask is None else mask.shape for frame, mask in frames]
    if all(mask is None for mask in masks):
        held = [torch.Size((NO_MASK, NO_MASK))] * len(frames)
    filled = [torch.zeros(size) if mask is None else mask for mask, size in zip(masks, held, strict=True)]
    return torch.stack([frame for frame, _ in frames]), torch.stack(filled)


def read_channel(path: Path, channel: str) -> Tensor:
    """One channel of the first frame, (1, H, W) in 0 … 1.

    Args:
        path: as in `read_pictures`.
        channel: "red", "green", "blue", or "alpha", which is turned round: 1 where nothing is to be seen.

    Raises:
        ValueError: it is no picture that can be read.
    """
    with _opened(path) as file:
        picture = _eight_bit(_upright(file)).convert("RGBA")
        values = _unit(picture.getchannel(channel[0].upper()))
    return (1 - values if channel == "alpha" else values)[None]


@contextlib.contextmanager
def _opened(path: Path) -> Iterator[Picture]:
    """The file while it is read. Whatever Pillow stumbles over, the file is at fault."""
    try:
        with Image.open(path) as file:
            yield file
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise ValueError(f"{path.name} is no picture that can be read: {error}") from error


def _frames(file: Picture) -> Iterator[tuple[Tensor, Tensor | None]]:
    size = None
    for each in ImageSequence.Iterator(file):
        picture = _eight_bit(_upright(each))
        if size is None or picture.size == size:
            size = picture.size
            yield _unit(picture.convert("RGB")), _transparency(picture)
        if file.format == "MPO":
            return


def _upright(picture: Picture) -> Picture:
    return ImageOps.exif_transpose(picture)


def _eight_bit(picture: Picture) -> Picture:
    """Pillow keeps 16 bits of grey as whole numbers, and would cut off what lies above 255."""
    if not picture.mode.startswith("I"):
        return picture
    values = np.asarray(picture).astype(np.float64) / 256
    return Image.fromarray(values.clip(0, 255).astype(np.uint8))


def _transparency(picture: Picture) -> Tensor | None:
    if "A" not in picture.getbands() and "transparency" not in picture.info:
        return None
    return 1 - _unit(picture.convert("RGBA").getchannel("A"))


def _unit(picture: Picture) -> Tensor:
    return torch.from_numpy(np.array(picture)).float() / 255
