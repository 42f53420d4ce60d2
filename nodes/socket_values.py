"""The values that travel through ComfyUI's own sockets: LATENT and NOISE."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from torch import Tensor

    from ..diffusion.noise import NoiseStreams
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
    """Our NOISE: every sample draws from a stream of its own, whatever batch it stands in.

    Attributes:
        seed: of all streams.
        batch: how many different samples.
        copies: how often the whole batch is repeated, each time with the same noise.
    """

    seed: int
    batch: int = 1
    copies: int = 1

    def samples(self) -> list[int]:
        """The stream of each sample."""
        return list(range(self.batch)) * self.copies

    def generate_noise(self, latent: Latent) -> Tensor:
        """Unit noise of the latent's shape, (B, *shape), on the CPU."""
        samples = latent["samples"]
        return streams_of(self, len(samples))(samples.cpu()).contiguous()


def streams_of(noise: Noise, batch: int) -> NoiseStreams:
    """The streams of a batch; a foreign NOISE gives its seed, ours also which samples are copies."""
    from ..diffusion.noise import NoiseStreams

    own = noise.samples() if isinstance(noise, SeededNoise) else []
    return NoiseStreams(noise.seed, own if len(own) == batch else range(batch))


def samples_of(value: Latent | Points) -> Tensor:
    """The tensor in a LATENT or in POINTS, (B, *shape)."""
    if isinstance(value, dict):
        samples: Tensor = value["samples"]
        return samples
    return value.xy
