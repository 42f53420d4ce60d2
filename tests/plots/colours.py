"""How much of a colour a picture holds."""

from __future__ import annotations

import torch
from torch import Tensor


def pixels_of(image: Tensor, colour: str, within: float = 0.04) -> Tensor:
    """Where a picture (1, H, W, 3) has a colour #rrggbb: (K, 2) rows and columns."""
    wanted = torch.tensor([int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)])
    return ((image[0] - wanted).abs().amax(dim=2) < within).nonzero()
