"""The values that travel through ComfyUI's own sockets: LATENT and NOISE."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from .choices import DRAWS

if TYPE_CHECKING:
    from torch import Generator, Tensor

    from ..diffusion.noise import NoiseSource
    from ..diffusion.points import Points

Latent = dict[str, Any]  # {"samples": (B, *shape)}


class Noise(Protocol):
    """ComfyUI's NOISE: a seed, and the noise that fits a latent."""

    @property
    def seed(self) -> int:
        """Which noise."""

    def generate_noise(self, latent: Latent) -> Tensor:
        """Unit noise of the latent's shape."""


@dataclass(frozen=True)
class SeededNoise:
    """Our NOISE: every sample draws from a stream of its own, whatever batch it stands in, unless one
    generator draws for all.

    Attributes:
        seed: of all streams.
        batch: how many different samples.
        copies: how often the whole batch is repeated, each time with the same noise.
        draws: one of `choices.DRAWS`.
    """

    seed: int
    batch: int = 1
    copies: int = 1
    draws: str = DRAWS[0]

    def samples(self) -> list[int]:
        """The stream of each sample."""
        return list(range(self.batch)) * self.copies

    def generate_noise(self, latent: Latent) -> Tensor:
        """Unit noise of the latent's shape, (B, *shape), on the CPU."""
        samples = latent["samples"]
        return streams_of(self, len(samples))(samples.cpu()).contiguous()

    def generator(self) -> Generator:
        """The one generator of all samples, which nothing was drawn from."""
        import torch

        return torch.Generator().manual_seed(self.seed)


def streams_of(noise: Noise, batch: int) -> NoiseSource:
    """The noise of a batch; a foreign NOISE gives its seed, ours also which samples are copies."""
    from ..diffusion.noise import NoiseStreams, OneStream

    if isinstance(noise, SeededNoise) and noise.draws == DRAWS[1]:
        return OneStream(noise.seed, noise.copies)
    own = noise.samples() if isinstance(noise, SeededNoise) else []
    return NoiseStreams(noise.seed, own if len(own) == batch else range(batch))


def samples_of(value: Latent | Points) -> Tensor:
    """The tensor in a LATENT or in POINTS, (B, *shape)."""
    if isinstance(value, dict):
        samples: Tensor = value["samples"]
        return samples
    return value.xy
