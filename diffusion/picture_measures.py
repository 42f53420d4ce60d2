"""What can be measured of pictures (N, H, W, 3) in 0 … 1 without a network."""

from __future__ import annotations

import math

import torch
from torch import Tensor
from torch.nn import functional

LUMA = (0.299, 0.587, 0.114)  # ITU-R BT.601
LAPLACIAN = ((0.0, 1.0, 0.0), (1.0, -4.0, 1.0), (0.0, 1.0, 0.0))


def gray(pictures: Tensor) -> Tensor:
    """The brightness of each pixel, (…, H, W, 3) → (…, H, W)."""
    return pictures[..., :3] @ torch.tensor(LUMA).to(pictures)


def sharpness(pictures: Tensor) -> Tensor:
    """The variance of the Laplacian of each picture's gray values, times 1000, (N,).

    The rim is left out: it has no neighbours on one side.

    Raises:
        ValueError: pictures under 3×3 pixels.
    """
    if min(pictures.shape[1:3]) < 3:
        raise ValueError(f"sharpness needs pictures of at least 3×3 pixels, not {tuple(pictures.shape[1:3])}")
    kernel = torch.tensor(LAPLACIAN).to(pictures).view(1, 1, 3, 3)
    edges = functional.conv2d(gray(pictures)[:, None], kernel)
    return 1000 * edges.flatten(1).var(dim=1, correction=0)


def signal_to_noise(pictures: Tensor, references: Tensor) -> float:
    """The peak signal-to-noise ratio in decibels, of the mean squared error over all pictures; infinite for
    equal ones."""
    error = float((pictures.double() - references.double()).square().mean())
    return -10 * math.log10(error) if error else math.inf


def frame_correlation(clips: Tensor) -> Tensor:
    """The mean correlation of neighbouring frames' gray values, of each clip (N, T, H, W, 3), (N,).

    Noise against noise gives 0, a film that hardly moves nearly 1; a frame of one gray alone counts as 0.

    Raises:
        ValueError: clips of a single frame.
    """
    if clips.shape[1] < 2:
        raise ValueError("a single frame has no neighbour to be compared with")
    frames = gray(clips).flatten(2).double()  # (N, T, H·W)
    frames = functional.normalize(frames - frames.mean(dim=2, keepdim=True), dim=2)
    return (frames[:, 1:] * frames[:, :-1]).sum(dim=2).mean(dim=1)


def nearest_pictures(pictures: Tensor, references: Tensor) -> tuple[Tensor, Tensor]:
    """For each picture the nearest of the references (M, H, W, 3): its place, and the root of the mean
    squared difference of their pixels, (N,) each."""
    found = [_nearest(picture, references) for picture in pictures]
    return torch.stack([place for place, _ in found]), torch.stack([apart for _, apart in found])


def _nearest(picture: Tensor, references: Tensor) -> tuple[Tensor, Tensor]:
    # One at a time: all differences at once would be as large as all pairs of pictures.
    apart, place = (references - picture).square().flatten(1).mean(dim=1).min(dim=0)
    return place, apart.sqrt()
