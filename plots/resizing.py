"""Pictures and latents made larger or smaller, to the pixel as ComfyUI makes them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torch import Tensor

PICTURE_METHODS = ("nearest-exact", "bilinear", "area", "bicubic", "lanczos")
LATENT_METHODS = ("nearest-exact", "bilinear", "area", "bicubic", "bislerp")
CROPS = ("disabled", "center")
LARGEST = 16_384
NEARLY_PARALLEL = 1e-5


def resized(batch: Tensor, width: int, height: int, method: str, crop: str = "disabled") -> Tensor:
    """A batch in another size.

    Args:
        batch: (B, C, H, W), or (B, C, T, H, W), whose frames are resized one by one.
        width, height: the new size.
        method: of `PICTURE_METHODS` or `LATENT_METHODS`.
        crop: "center" cuts the sides off first that do not fit the new proportions; "disabled" distorts.

    Raises:
        ValueError: a size of 0, or a latent that is no picture's.
    """
    from torch.nn.functional import interpolate

    if batch.ndim not in (4, 5):
        raise ValueError(f"only what has height and width can be resized, not the shape {tuple(batch.shape)}")
    if min(width, height) < 1:
        raise ValueError(f"a picture cannot be {width}×{height} pixels")
    if batch.ndim == 5:
        frames = resized(batch.transpose(1, 2).flatten(0, 1), width, height, method, crop)
        return frames.view(batch.shape[0], batch.shape[2], *frames.shape[1:]).transpose(1, 2)
    kept = _centre(batch, width / height) if crop == "center" else batch
    if method == "lanczos":
        return _lanczos(kept, width, height)
    if method == "bislerp":
        return _bislerp(kept, width, height)
    return interpolate(kept, size=(height, width), mode=method)


def resized_pictures(images: Tensor, width: int, height: int, method: str, crop: str = "disabled") -> Tensor:
    """The same for an IMAGE, (B, H, W, C)."""
    return resized(images.movedim(-1, 1), width, height, method, crop).movedim(1, -1)


def _centre(batch: Tensor, proportion: float) -> Tensor:
    height, width = batch.shape[-2:]
    own = width / height
    aside = round((width - width * (proportion / own)) / 2) if own > proportion else 0
    above = round((height - height * (own / proportion)) / 2) if own < proportion else 0
    return batch[..., above : height - above, aside : width - aside]


def _lanczos(batch: Tensor, width: int, height: int) -> Tensor:
    import numpy as np
    import torch
    from PIL import Image

    scaled = batch.detach().cpu().float().mul(255).clamp(0, 255).byte().movedim(1, -1)
    is_grey = scaled.shape[-1] == 1
    pictures = [Image.fromarray(each) for each in (scaled.squeeze(-1) if is_grey else scaled).numpy()]
    sized = [each.resize((width, height), Image.Resampling.LANCZOS) for each in pictures]
    stacked = torch.from_numpy(np.stack([np.asarray(each) for each in sized])).float() / 255
    channels = stacked[:, None] if is_grey else stacked.movedim(-1, 1)
    return channels.to(batch)


def _bislerp(batch: Tensor, width: int, height: int) -> Tensor:
    """First along each row, then along each column: the vector of channels turns from one pixel's towards
    the next one's, while its length changes evenly."""
    across = _turned_between(batch.float(), width)
    down = _turned_between(across.transpose(-1, -2), height)
    return down.transpose(-1, -2).to(batch.dtype)


def _turned_between(batch: Tensor, length: int) -> Tensor:
    """(B, C, H, W) → (B, C, H, length)."""
    before, after, share = _neighbours(batch.shape[-1], length, batch)
    vectors = batch.movedim(1, -1)
    first, second = (vectors[:, :, places].contiguous() for places in (before, after))
    return _slerp(first, second, share[:, None]).movedim(-1, 1)


def _neighbours(old: int, new: int, like: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """For each new place the old places on both sides, and how far between them it lies: 0 … 1."""
    import torch
    from torch.nn.functional import interpolate

    places = torch.arange(old, dtype=torch.float32, device=like.device)
    following = (places + 1).clamp(max=old - 1)
    first, second = (
        interpolate(each[None, None, None], size=(1, new), mode="bilinear").flatten()
        for each in (places, following)
    )
    return first.long(), second.long(), first - first.floor()


def _slerp(first: Tensor, second: Tensor, share: Tensor) -> Tensor:
    """Between two batches of vectors, along the last dimension. Where they are parallel the first stays;
    where they are opposite the straight line is taken."""
    import torch

    lengths = [each.norm(dim=-1, keepdim=True) for each in (first, second)]
    directions = [
        torch.where(length > 0, each / length, 0.0)
        for each, length in zip((first, second), lengths, strict=True)
    ]
    cosine = (directions[0] * directions[1]).sum(dim=-1, keepdim=True)
    angle = torch.acos(cosine)
    weights = [torch.sin(part * angle) / torch.sin(angle) for part in (1 - share, share)]
    turned = (weights[0] * directions[0] + weights[1] * directions[1]) * (
        lengths[0] * (1 - share) + lengths[1] * share
    )
    straight = first * (1 - share) + second * share
    turned = torch.where(cosine > 1 - NEARLY_PARALLEL, first, turned)
    return torch.where(cosine < NEARLY_PARALLEL - 1, straight, turned)
