"""Pictures made a little worse, so that a classifier does not turn away from what is merely not a render."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

MOST_BLUR = 1.0  # standard deviation in pixels
MOST_NOISE = 0.12  # of pictures in −1 … 1
MOST_GAIN, MOST_OFFSET = 0.15, 0.12


def worse(pictures: Tensor, generator: torch.Generator) -> Tensor:
    """Pictures (B, C, H, W) in −1 … 1, some blurred, lightened or darkened, with a little noise."""
    count = len(pictures)

    def each(low: float, high: float) -> Tensor:
        return low + (high - low) * torch.rand(count, 1, 1, 1, generator=generator)

    sharp = torch.rand(count, 1, 1, 1, generator=generator) < 0.3
    width = each(0.2, MOST_BLUR)
    x = torch.where(sharp, pictures, blurred(pictures, width))
    x = x * each(1 - MOST_GAIN, 1 + MOST_GAIN) + each(-MOST_OFFSET, MOST_OFFSET)
    noise = torch.randn(x.shape, generator=generator) * each(0, MOST_NOISE)
    return (x + noise).clamp(-1, 1)


def blurred(pictures: Tensor, width: Tensor) -> Tensor:
    """Pictures (B, C, H, W), each under a Gaussian of its own standard deviation, width (B, 1, 1, 1)."""
    offsets = torch.arange(-2.0, 3.0)
    kernel = torch.exp(-0.5 * (offsets / width.view(-1, 1)).square())  # (B, 5)
    kernel = kernel / kernel.sum(dim=1, keepdim=True)
    count, channels, high, wide = pictures.shape
    x = functional.pad(pictures, (2, 2, 2, 2), mode="replicate").reshape(1, -1, high + 4, wide + 4)
    weights = kernel.repeat_interleave(channels, dim=0)
    x = functional.conv2d(x, weights.view(-1, 1, 5, 1), groups=len(weights))
    x = functional.conv2d(x, weights.view(-1, 1, 1, 5), groups=len(weights))
    return x.view(count, channels, high, wide)


def moved(pictures: Tensor, by: tuple[int, int]) -> Tensor:
    """Pictures (…, H, W) shifted by whole pixels; what comes in from the side repeats the edge."""
    down, right = by
    high, wide = pictures.shape[-2:]
    rows = (torch.arange(high) - down).clamp(0, high - 1)
    columns = (torch.arange(wide) - right).clamp(0, wide - 1)
    return pictures[..., rows, :][..., columns]
