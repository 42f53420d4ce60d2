"""The part of `comfy.utils` that makes pictures larger or smaller."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torch import Tensor


def common_upscale(samples: Tensor, width: int, height: int, upscale_method: str, crop: str) -> Tensor:
    """A batch (B, C, H, W) in another size; `crop` is "center" or "disabled"."""
    from ...plots.resizing import resized

    return resized(samples, width, height, upscale_method, crop)


def lanczos(samples: Tensor, width: int, height: int) -> Tensor:
    """The same with the sharpest filter."""
    return common_upscale(samples, width, height, "lanczos", "disabled")
