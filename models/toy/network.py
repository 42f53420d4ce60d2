"""The toy network: a multilayer perceptron over a point of the plane, told how noisy it is.

Inputs (x, y, sin(½·ln r), cos(½·ln r), class embedding), r = sigma/alpha, as in smalldiffusion's
TimeInputMLP and the video's notebooks; hidden layers with GELU; two outputs.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import torch
from torch import Tensor, nn

from ...diffusion.batch import shared_out
from ...diffusion.schedule import Level

# Outside these ratios a point is all noise or all data; the logarithm must end somewhere.
LOWEST_RATIO, HIGHEST_RATIO = 1e-4, 1e4
CLASS_WIDTH = 4


@dataclass(frozen=True)
class Shape:
    """How a toy network is built.

    Attributes:
        hidden: widths of the hidden layers.
        time_input: whether it is told the noise level.
        classes: how many classes it can be asked for; 0 for none. One more stands for "any".
        scale_input: whether x is divided by √(alpha² + sigma²), so that its size is about 1 at every level.
    """

    hidden: tuple[int, ...] = (16, 128, 128, 128, 128, 16)
    time_input: bool = True
    classes: int = 0
    scale_input: bool = False


class ToyNetwork(nn.Module):
    """Predicts (B, 2) at x (B, 2); class −1 (or `classes`) means any class."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.shape = shape
        widths = [2 + 2 * shape.time_input + CLASS_WIDTH * bool(shape.classes), *shape.hidden]
        layers: list[nn.Module] = []
        for inside, outside in pairwise(widths):
            layers += [nn.Linear(inside, outside), nn.GELU()]
        self.layers = nn.Sequential(*layers, nn.Linear(widths[-1], 2))
        if shape.classes:
            # Its own first values would come from the global generator, and on a meta device take seconds.
            weight = torch.empty(shape.classes + 1, CLASS_WIDTH)
            self.embedding = nn.Embedding(shape.classes + 1, CLASS_WIDTH, _weight=weight)
            self.embedding_layers = nn.Sequential(nn.SiLU(), nn.Linear(CLASS_WIDTH, CLASS_WIDTH))

    def __call__(self, x: Tensor, level: Level, condition: Tensor | None) -> Tensor:
        """The prediction at one level; `condition` is (L,) classes, L dividing B, or None for any.

        x may be on another device than the weights, as the probes of a plot are; the answer is where x is.
        """
        here = x.to(next(self.parameters()).device)
        alpha, sigma = here.new_tensor([[level.alpha], [level.sigma]])
        output: Tensor = self.forward(here, alpha, sigma, condition)
        return output.to(x.device)

    def forward(self, x: Tensor, alpha: Tensor, sigma: Tensor, classes: Tensor | None = None) -> Tensor:
        """The prediction (B, 2) at x (B, 2), with alpha and sigma of (B,) or (1,) and classes of (L,)."""
        scale = (
            (alpha.square() + sigma.square()).rsqrt() if self.shape.scale_input else torch.ones_like(sigma)
        )
        parts = [x * scale[:, None]]
        if self.shape.time_input:
            half_log = 0.5 * (sigma / alpha).clamp(LOWEST_RATIO, HIGHEST_RATIO).log()
            parts.append(torch.stack([half_log.sin(), half_log.cos()], dim=1).expand(len(x), 2))
        if self.shape.classes:
            parts.append(self._embedded(classes, x))
        output: Tensor = self.layers(torch.cat(parts, dim=1))
        return output

    def _embedded(self, classes: Tensor | None, x: Tensor) -> Tensor:
        chosen = torch.full((1,), -1) if classes is None else classes
        chosen = torch.where(chosen < 0, self.shape.classes, chosen).to(x.device)
        return shared_out(self.embedding_layers(self.embedding(chosen)), len(x), "classes")
