"""Latents as small pictures without their decoder: a linear map from channels to colours.

A decoder's pictures are nearly linear in its latents, place by place. The map is fitted by least squares to
one batch of latents and what their own decoder makes of them, so that it is of the latent space at hand,
whichever that is, and nothing has to be known about it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch
from torch import Tensor
from torch.nn import functional

if TYPE_CHECKING:
    from .library import Decoder

# Keeps the map sane where a batch says nothing of a channel; far below what any channel says.
_RIDGE = 1e-4


@dataclass(frozen=True, eq=False)
class LatentPreview:
    """ComfyUI's VAE that is only a map from the channels of each place to its colour.

    Attributes:
        weight: (C + 1, 3), the last row the colour of a zero.
    """

    weight: Tensor

    def decode(self, samples: Tensor) -> Tensor:
        """Latents (B, C, H, W) → pictures (B, H, W, 3); of videos (B, C, T, H, W) a frame for each of theirs.

        Raises:
            ValueError: latents of another space.
        """
        channels = len(self.weight) - 1
        if samples.ndim not in (4, 5) or samples.shape[1] != channels:
            raise ValueError(
                f"this preview is of latents of {channels} channels, and got latents of the shape "
                f"{tuple(samples.shape[1:])}"
            )
        grids = samples.transpose(1, 2).flatten(0, 1) if samples.ndim == 5 else samples
        return (_with_one(grids.float().cpu()) @ self.weight).clamp(0, 1)


def fit_preview(samples: Tensor, decoder: Decoder) -> LatentPreview:
    """The preview of a latent space, from latents (B, C, H, W) or (B, C, T, H, W) that show something.

    Raises:
        ValueError: latents of no grid, or a decoder whose pictures cannot be laid over them.
    """
    if samples.ndim not in (4, 5):
        raise ValueError(
            f"a preview is of latents with height and width, and got latents of the shape "
            f"{tuple(samples.shape[1:])}"
        )
    grids = samples.transpose(1, 2).flatten(0, 1) if samples.ndim == 5 else samples
    seen = _shrunk(decoder.decode(samples), samples)
    places, colours = _with_one(grids.float().cpu()).flatten(0, 2), seen.flatten(0, 2)
    square = places.T.double() @ places.double()
    ridge = _RIDGE * square.diagonal().mean() * torch.eye(len(square), dtype=square.dtype)
    weight = torch.linalg.solve(square + ridge, places.T.double() @ colours.double())
    return LatentPreview(weight.float())


def _shrunk(pictures: Tensor, samples: Tensor) -> Tensor:
    """What each place of a grid of latents became, on average, (B·T, H, W, 3)."""
    count, frames = len(samples), samples.shape[2] if samples.ndim == 5 else 1
    each, rest = divmod(len(pictures), count)
    if rest or each < frames:
        raise ValueError(
            f"the decoder made {len(pictures)} pictures of {count} latents with {frames} moments each: it is "
            "of another kind of latents"
        )
    small = functional.interpolate(pictures.movedim(-1, 1).float(), samples.shape[-2:], mode="area")
    films = small.unflatten(0, (count, each)).transpose(1, 2)  # (B, 3, frames, H, W)
    moments = torch.stack([films[:, :, span].mean(2) for span in _spans(each, frames)], dim=2)
    return moments.transpose(1, 2).flatten(0, 1).movedim(1, -1)


def _spans(pictures: int, moments: int) -> list[slice]:
    """Which frames belong to each moment of a video's latent. A causal decoder makes one of the first, and
    the same number of every other."""
    if pictures == moments or moments == 1:
        return [slice(i, i + 1) if pictures == moments else slice(0, pictures) for i in range(moments)]
    stride = (pictures - 1) // (moments - 1)
    return [slice(0, 1), *(slice(1 + i * stride, 1 + (i + 1) * stride) for i in range(moments - 1))]


def _with_one(grids: Tensor) -> Tensor:
    """(B, C, H, W) → (B, H, W, C + 1)."""
    places = grids.movedim(1, -1)
    return torch.cat([places, torch.ones_like(places[..., :1])], dim=-1)
