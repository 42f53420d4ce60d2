"""How a figure walks, by geometry: it is what moves before a still background.

Which way it goes is the slope of its middle over time. Which way it faces is the side of its head that is
lighter: the face is in front, the hair hangs behind.
"""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn import functional

from ...diffusion.picture_measures import gray

STIR = 0.06  # what differs less from the background is part of it
FULL = 0.12  # what differs by this much more is wholly the figure's
HEAD = 0.27  # of the figure's height, from above
WIDE = 10  # pixels on either side of the middle, more than a head has


class Gait(NamedTuple):
    """How the figures of B clips walk."""

    faces_right: Tensor  # (B,)
    goes_right: Tensor  # (B,)

    @property
    def backwards(self) -> Tensor:
        """Whether each goes against where it faces, (B,)."""
        return self.faces_right != self.goes_right


def gait(clips: Tensor) -> Gait:
    """How the figures walk in clips (B, T, H, W, 3) in 0 … 1."""
    figure = figure_share(clips)
    middle = _middle(figure.sum(dim=2))  # (B, T)
    times = torch.arange(clips.shape[1]) - (clips.shape[1] - 1) / 2
    return Gait(_lighter_side(clips, figure, middle) > 0, (middle * times).sum(dim=1) > 0)


def figure_share(clips: Tensor) -> Tensor:
    """How much of each pixel is the figure: what differs from the median of all frames, (B, T, H, W)."""
    smooth = functional.avg_pool2d(clips.movedim(-1, 2).flatten(0, 1), 3, 1, 1, count_include_pad=False)
    smooth = smooth.view(*clips.shape[:2], 3, *clips.shape[2:4])
    off = (smooth - smooth.median(dim=1, keepdim=True).values).abs().amax(dim=2)  # (B, T, H, W)
    # Most pixels are background: what they stir is noise.
    noise = off.flatten(1).median(dim=1).values.view(-1, 1, 1, 1)
    return ((off - STIR - 3 * noise) / FULL).clamp(0, 1)


def _middle(columns: Tensor) -> Tensor:
    """The mean place of weights (B, T, W) along their last axis, (B, T)."""
    return (columns * torch.arange(columns.shape[-1])).sum(dim=-1) / columns.sum(dim=-1).clamp(min=1e-6)


def _lighter_side(clips: Tensor, figure: Tensor, middle: Tensor) -> Tensor:
    """Positive where the right of the head is the lighter side, (B,)."""
    head = figure * _upper(figure)[..., None]  # (B, T, H, W)
    head = head * ((torch.arange(clips.shape[3]) - middle[..., None]).abs() < WIDE)[:, :, None]
    light = gray(clips.flatten(0, 1)).view(figure.shape)
    total = head.sum(dim=(2, 3), keepdim=True).clamp(min=1e-6)
    places = torch.arange(clips.shape[3], dtype=clips.dtype)
    off = places - (head * places).sum(dim=(2, 3), keepdim=True) / total
    paler = light - (head * light).sum(dim=(2, 3), keepdim=True) / total
    return (head * off * paler).sum(dim=(1, 2, 3))


def _upper(figure: Tensor) -> Tensor:
    """Whether each row is in the upper part of the clip's figure, (B, 1, H)."""
    rows = figure.sum(dim=(1, 3)).cumsum(dim=1)  # (B, H)
    rows = rows / rows[:, -1:].clamp(min=1e-6)
    top = (rows < 0.02).sum(dim=1, keepdim=True)
    bottom = (rows < 0.98).sum(dim=1, keepdim=True)
    numbers = torch.arange(figure.shape[2])
    return ((numbers >= top - 2) & (numbers < top + HEAD * (bottom - top)))[:, None]
