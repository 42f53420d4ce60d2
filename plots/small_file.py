"""A picture or an animation as a file of at most so many bytes, with its workflow inside."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import torch
from torch import Tensor

from .picture_writer import png_bytes, webp_bytes

Json = Mapping[str, Any]
QUALITIES = (90, 75, 55)
MOST_FRAMES = 32
FRAMES_PER_SECOND = 12.0
SMALLEST = 16  # pixels; below it there is nothing to see


class SmallFile(NamedTuple):
    """The file's content, its suffix, and whether it holds every pixel."""

    content: bytes
    suffix: str
    is_whole: bool


def small_file(
    frames: Tensor, most_bytes: int, prompt: Json | None, workflow: Json | None
) -> SmallFile | None:
    """A PNG where that fits; else a WebP, ever coarser, and then ever smaller. None where nothing fits.

    Args:
        frames: (F, H, W, 3), a picture where F is 1.
        most_bytes: of the whole file, the workflow included.
        prompt, workflow: go inside, as in `picture_writer`.
    """
    if len(frames) == 1:
        content = png_bytes(frames[0], prompt, workflow, compression=9)
        if len(content) <= most_bytes:
            return SmallFile(content, ".png", True)
    shown = frames[:: -(-len(frames) // MOST_FRAMES)]
    while min(shown.shape[1:3]) >= SMALLEST:
        for quality in QUALITIES:
            content = webp_bytes(
                shown, FRAMES_PER_SECOND, prompt, workflow, lossless=False, quality=quality, effort=4
            )
            if len(content) <= most_bytes:
                return SmallFile(content, ".webp", False)
        shown = _halved(shown)
    return None


def _halved(frames: Tensor) -> Tensor:
    planes = frames.movedim(3, 1).float()
    return torch.nn.functional.interpolate(planes, scale_factor=0.5, mode="area").movedim(1, 3)
