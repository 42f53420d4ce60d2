"""Classifier-free guidance: one field of two.

| convention  | formula                    | no guidance at | used by                          |
|-------------|----------------------------|----------------|----------------------------------|
| from uncond | uncond + α·(cond − uncond) | α = 1          | diffusers, WAN, the video, Imagen |
| beyond cond | cond + w·(cond − uncond)   | w = 0          | Ho & Salimans 2022, arXiv:2207.12598, eq. 6 |

They are the same field for α = 1 + w. With another condition in the place of the unconditional one the
same formula is a negative prompt.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import torch
from torch import Tensor

from .batch import shared_out
from .field import Field, both
from .prediction import Estimate
from .schedule import Level

Convention = Literal["from uncond", "beyond cond"]
CONVENTIONS: tuple[str, ...] = get_args(Convention)


@dataclass(frozen=True, eq=False)
class GuidedField:
    """Guidance between two fields.

    Attributes:
        conditional: what is asked for.
        unconditional: what it is told apart from: no condition, or a negative one.
        scale: α, one for all samples or a sequence of L for a batch whose size L divides: each scale then
            serves one block of B/L consecutive samples.
        convention: which formula `scale` belongs to (see the module).
        interval: the t between which guidance is on, both included; elsewhere the conditional field alone
            (Kynkäänniemi et al. 2024, arXiv:2404.07724).
    """

    conditional: Field
    unconditional: Field
    scale: float | Sequence[float]
    convention: Convention = "from uncond"
    interval: tuple[float, float] = (0.0, 1.0)

    def __post_init__(self) -> None:
        if self.convention not in CONVENTIONS:
            raise ValueError(f"unknown guidance convention {self.convention!r}: choose one of {CONVENTIONS}")

    def __call__(self, x: Tensor, level: Level) -> Estimate:
        """The guided estimate at x, (B, *shape), with its two parts.

        Raises:
            ValueError: the number of scales does not divide the batch.
        """
        if not self.interval[0] <= level.t <= self.interval[1]:
            conditional = self.conditional(x, level)
            return conditional._replace(conditional=conditional)
        conditional, unconditional = both(self.conditional, self.unconditional, x, level)
        weight = self.weight(x)
        return Estimate(
            x0=torch.lerp(unconditional.x0, conditional.x0, weight),
            epsilon=torch.lerp(unconditional.epsilon, conditional.epsilon, weight),
            conditional=conditional,
            unconditional=unconditional,
        )

    def weight(self, x: Tensor) -> float | Tensor:
        """α in the convention 'from uncond': one for all, or that of each sample of x (B, *shape), (B, 1, …).

        Raises:
            ValueError: the number of scales does not divide the batch.
        """
        offset = 0.0 if self.convention == "from uncond" else 1.0
        if isinstance(self.scale, (int, float)):
            return self.scale + offset
        batch, *rest = x.shape
        weight = torch.tensor(list(self.scale), dtype=torch.float64).add(offset).to(x)  # (L,)
        return shared_out(weight, batch, "guidance scales").view(batch, *[1] * len(rest))
