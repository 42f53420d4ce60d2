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

DEEP_WHITE = 65_535
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
    images = torch.stack([image for image, _ in frames])
    masks = [mask for _, mask in frames]
    size = (NO_MASK, NO_MASK) if all(mask is None for mask in masks) else images.shape[1:3]
    return images, torch.stack([torch.zeros(size) if mask is None else mask for mask in masks])


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
        picture = ImageOps.exif_transpose(each)
        if size is None or picture.size == size:
            size = picture.size
            yield _colours(picture), _transparency(picture)
        if file.format == "MPO":
            return


def _colours(picture: Picture) -> Tensor:
    if picture.mode.startswith("I"):  # 16 bits of grey, of which Pillow would keep 8 by cutting off the rest
        grey = torch.from_numpy(np.asarray(picture).astype(np.float32)) / DEEP_WHITE
        return grey.clamp(0, 1)[:, :, None].expand(-1, -1, 3)
    return _unit(picture.convert("RGB"))


def _transparency(picture: Picture) -> Tensor | None:
    if "A" not in picture.getbands() and "transparency" not in picture.info:
        return None
    return 1 - _unit(picture.convert("RGBA").getchannel("A"))


def _unit(picture: Picture) -> Tensor:
    return torch.from_numpy(np.array(picture)).float() / 255
