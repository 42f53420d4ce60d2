"""The pocket prior: which picture vectors a text vector can mean, by diffusion in CLIP's space (Ramesh et al.
2022, arXiv:2204.06125, section 2.2)."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from ...diffusion.batch import shared_out
from ...diffusion.schedule import Level
from .clip import WIDTH
from .layers import level_features

HIDDEN = 128
DEPTH = 4


class PriorLayer(nn.Module):
    """A residual perceptron, scaled and shifted by a condition."""

    starts_as_nothing = ("told", "second")

    def __init__(self) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(HIDDEN, elementwise_affine=False)
        self.told = nn.Linear(HIDDEN, 2 * HIDDEN)
        self.first, self.second = nn.Linear(HIDDEN, HIDDEN), nn.Linear(HIDDEN, HIDDEN)

    def forward(self, x: Tensor, condition: Tensor) -> Tensor:
        """(B, HIDDEN), told (B, HIDDEN) → (B, HIDDEN)."""
        scale, shift = self.told(condition).chunk(2, dim=-1)
        hidden = nn.functional.gelu(self.first(self.norm(x) * (1 + scale) + shift))
        output: Tensor = x + self.second(hidden)
        return output


class Prior(nn.Module):
    """Predicts at picture vectors (B, WIDTH), of about unit size per number, what its training asked for."""

    def __init__(self) -> None:
        super().__init__()
        self.level = nn.Sequential(nn.Linear(64, HIDDEN), nn.SiLU(), nn.Linear(HIDDEN, HIDDEN))
        self.text, self.enter = nn.Linear(WIDTH, HIDDEN), nn.Linear(2 * WIDTH, HIDDEN)
        self.layers = nn.ModuleList(PriorLayer() for _ in range(DEPTH))
        self.leave = nn.Sequential(nn.LayerNorm(HIDDEN), nn.Linear(HIDDEN, WIDTH))

    def __call__(self, x: Tensor, level: Level, condition: Tensor | None) -> Tensor:
        """The prediction at one level; of the condition (L, S + 1, WIDTH) only the vector at its end counts.

        Raises:
            ValueError: no condition: "nothing in particular" is one as well, the empty text's.
        """
        if condition is None:
            raise ValueError(
                "a pocket model is always told something: for nothing in particular, the empty text"
            )
        weight = self.text.weight
        alpha = torch.full((1,), level.alpha, device=weight.device)
        sigma = torch.full((1,), level.sigma, device=weight.device)
        told = shared_out(condition.to(weight), len(x), "prompts")
        return self.forward(x.to(weight), alpha, sigma, told).to(x)

    def forward(self, x: Tensor, alpha: Tensor, sigma: Tensor, told: Tensor) -> Tensor:
        """x (B, WIDTH), alpha and sigma (B,) or (1,), told (B, S + 1, WIDTH) → (B, WIDTH)."""
        text = told[:, -1]
        condition = nn.functional.silu(
            self.level(level_features(sigma / alpha.clamp(min=1e-8), 64)) + self.text(text)
        )
        hidden = self.enter(torch.cat([x, text], dim=-1))
        for layer in self.layers:
            hidden = layer(hidden, condition)
        output: Tensor = self.leave(hidden)
        return output
