"""What is measured of pictures (N, 64, 64, 3) in 0 … 1, beside what a classifier says of them."""

from __future__ import annotations

import math

import torch
from torch import Tensor
from torch.nn import functional

LUMA = (0.299, 0.587, 0.114)  # ITU-R BT.601
LAPLACIAN = ((0.0, 1.0, 0.0), (1.0, -4.0, 1.0), (0.0, 1.0, 0.0))


def gray(pictures: Tensor) -> Tensor:
    """Pictures (N, H, W, 3) → (N, H, W)."""
    return pictures @ torch.tensor(LUMA)


def sharpness(pictures: Tensor) -> float:
    """The variance of the Laplacian of each picture's gray values in 0 … 1, times 1000; the mean over N."""
    kernel = torch.tensor(LAPLACIAN).view(1, 1, 3, 3)
    edges = functional.conv2d(gray(pictures)[:, None], kernel)  # without the rim, which has no neighbours
    return float(1000 * edges.flatten(1).var(dim=1, correction=0).mean())


def peak_signal_to_noise(one: Tensor, other: Tensor) -> float:
    """In decibels, of the mean squared error over all pictures; infinite for equal ones."""
    error = float((one.double() - other.double()).square().mean())
    return -10 * math.log10(error) if error else math.inf


def frechet_distance(one: Tensor, other: Tensor) -> float:
    """|μ₁ − μ₂|² + tr(Σ₁ + Σ₂ − 2·(Σ₁Σ₂)^½) of features (N, D), (M, D).

    Small samples enlarge it: compare only distances that were measured with as many pictures.

    Source: Heusel et al. 2017, arXiv:1706.08500, eq. 6.

    Raises:
        ValueError: fewer than two samples on a side.
    """
    if min(len(one), len(other)) < 2:
        raise ValueError("a Fréchet distance needs at least two samples on either side")
    one, other = one.double(), other.double()
    root = _square_root(torch.cov(one.T))
    # (Σ₁Σ₂)^½ has the trace of (Σ₁^½·Σ₂·Σ₁^½)^½, which is symmetric.
    middle = torch.linalg.eigvalsh(root @ torch.cov(other.T) @ root).clamp(min=0).sqrt().sum()
    spread = one.var(dim=0).sum() + other.var(dim=0).sum() - 2 * middle
    return float((one.mean(dim=0) - other.mean(dim=0)).square().sum() + spread)


def frame_correlation(clips: Tensor) -> float:
    """The mean Pearson correlation of neighbouring frames' gray values, of clips (N, T, H, W, 3)."""
    frames = gray(clips).flatten(2).double()  # (N, T, H·W)
    frames = functional.normalize(frames - frames.mean(dim=2, keepdim=True), dim=2)
    return float((frames[:, 1:] * frames[:, :-1]).sum(dim=2).mean())


def _square_root(matrix: Tensor) -> Tensor:
    values, vectors = torch.linalg.eigh(matrix)
    root: Tensor = (vectors * values.clamp(min=0).sqrt()) @ vectors.T
    return root
