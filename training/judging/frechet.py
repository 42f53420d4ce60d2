"""How far two sets of pictures are apart, as a classifier sees them."""

from __future__ import annotations

import torch
from torch import Tensor


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


def _square_root(matrix: Tensor) -> Tensor:
    values, vectors = torch.linalg.eigh(matrix)
    root: Tensor = (vectors * values.clamp(min=0).sqrt()) @ vectors.T
    return root
