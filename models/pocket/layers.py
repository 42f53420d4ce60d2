"""The layers that the pocket networks are built of."""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn
from torch.nn import functional


def group_norm(channels: int) -> nn.GroupNorm:
    """Normalisation over groups of 16 channels: the same for one picture as for many."""
    return nn.GroupNorm(max(1, channels // 16), channels)


class ResidualBlock(nn.Module):
    """Two convolutions and a way past them; a condition (B, width) scales and shifts what is between them.

    Source: Dhariwal & Nichol 2021, arXiv:2105.05233, section 3 (adaptive group normalisation).
    """

    starts_as_nothing = ("second",)

    def __init__(self, inside: int, outside: int, condition: int = 0) -> None:
        super().__init__()
        self.first_norm, self.first = group_norm(inside), nn.Conv2d(inside, outside, 3, padding=1)
        self.second_norm, self.second = group_norm(outside), nn.Conv2d(outside, outside, 3, padding=1)
        self.past = nn.Conv2d(inside, outside, 1) if inside != outside else nn.Identity()
        self.told = nn.Linear(condition, 2 * outside) if condition else None

    def forward(self, x: Tensor, condition: Tensor | None = None) -> Tensor:
        """(B, inside, H, W) → (B, outside, H, W)."""
        hidden = self.second_norm(self.first(functional.silu(self.first_norm(x))))
        if self.told is not None:
            scale, shift = self.told(condition)[:, :, None, None].chunk(2, dim=1)  # (B, outside, 1, 1) each
            hidden = hidden * (1 + scale) + shift
        output: Tensor = self.past(x) + self.second(functional.silu(hidden))
        return output


class UnitNorm(nn.RMSNorm):
    """Root-mean-square normalisation in single precision, whatever the precision around it."""

    def forward(self, x: Tensor) -> Tensor:
        """(…, width), the same."""
        return super().forward(x.float()).to(x.dtype)


class Attention(nn.Module):
    """Tokens looking at tokens: at themselves, or at those of `source` width if one is given.

    Queries and keys are normalised, which keeps the training of small networks at high rates stable (Henry
    et al. 2020, arXiv:2010.04245).
    """

    def __init__(self, width: int, heads: int, source: int | None = None) -> None:
        super().__init__()
        self.heads = heads
        self.query = nn.Linear(width, width, bias=False)
        self.key_value = nn.Linear(source or width, 2 * width, bias=False)
        self.query_norm, self.key_norm = UnitNorm(width // heads), UnitNorm(width // heads)
        self.out = nn.Linear(width, width)

    def forward(self, x: Tensor, source: Tensor | None = None) -> Tensor:
        """(B, T, width), looking at source (B, S, source width) → (B, T, width)."""
        query = self._split(self.query(x))
        key, value = (
            self._split(each) for each in self.key_value(x if source is None else source).chunk(2, -1)
        )
        seen = functional.scaled_dot_product_attention(self.query_norm(query), self.key_norm(key), value)
        output: Tensor = self.out(seen.transpose(1, 2).flatten(2))
        return output

    def _split(self, x: Tensor) -> Tensor:
        return x.view(*x.shape[:2], self.heads, -1).transpose(1, 2)  # (B, heads, T, width / heads)


def perceptron(width: int, ratio: int = 4) -> nn.Sequential:
    """The two linear layers of a transformer block."""
    return nn.Sequential(nn.Linear(width, ratio * width), nn.GELU(), nn.Linear(ratio * width, width))


def level_features(ratio: Tensor, width: int) -> Tensor:
    """Sines and cosines of ln(sigma/alpha), (B,) → (B, width): a family's own t would tie a network to it."""
    position = ratio.clamp(1e-4, 1e4).log()[:, None]
    rates = torch.exp(torch.linspace(math.log(0.25), math.log(8.0), width // 2, device=ratio.device))
    return torch.cat([(position * rates).sin(), (position * rates).cos()], dim=1)


def new_weights(network: nn.Module, seed: int) -> None:
    """First values for every layer; the global random state stays as it was.

    Linear layers and convolutions are uniform in ±1/√fan_in, torch's own law, embeddings normal; the layers
    that a module names in `starts_as_nothing` are zero, so that what they end adds nothing at first.
    """
    generator = torch.Generator().manual_seed(seed)
    for module in network.modules():
        if isinstance(module, (nn.Linear, nn.Conv2d, nn.ConvTranspose2d)):
            bound = 1 / math.sqrt(module.weight[0].numel())
            nn.init.uniform_(module.weight, -bound, bound, generator=generator)
            if module.bias is not None:
                nn.init.zeros_(module.bias)
        elif isinstance(module, nn.Embedding):
            nn.init.normal_(module.weight, std=0.5, generator=generator)
    for module in network.modules():
        for name in getattr(module, "starts_as_nothing", ()):
            for parameter in module.get_submodule(name).parameters():
                nn.init.zeros_(parameter)
