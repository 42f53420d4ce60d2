"""Noise as ComfyUI draws it: one stream for the whole batch."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

from ...graph.declare import Int, Out, node
from ..socket_values import Latent

if TYPE_CHECKING:
    import torch
    from torch import Tensor

CATEGORY = "model/sampling/noise"


@dataclass(frozen=True)
class BatchNoise:
    """ComfyUI's NOISE. A latent with a `batch_index` gets, for each sample, the noise of that place."""

    seed: int

    def generate_noise(self, latent: Latent) -> "Tensor":
        """Unit noise of the latent's shape, (B, *shape), on the CPU."""
        import torch

        samples = latent["samples"]
        generator = torch.Generator().manual_seed(self.seed)
        indices = latent.get("batch_index")
        if indices is None:
            return _drawn(samples.shape, generator).to(samples.dtype)
        streams = [_drawn((1, *samples.shape[1:]), generator) for _ in range(max(indices) + 1)]
        return torch.cat([streams[index] for index in indices]).to(samples.dtype)


def _drawn(shape: "tuple[int, ...]", generator: "torch.Generator") -> "Tensor":
    import torch

    return torch.randn(shape, generator=generator, dtype=torch.float32)


@dataclass(frozen=True)
class NoNoise:
    """A NOISE of zeros, for a sampler that is to go on from where another one stopped."""

    seed: int = 0

    def generate_noise(self, latent: Latent) -> "Tensor":
        """Zeros of the latent's shape, on the CPU."""
        import torch

        return torch.zeros_like(latent["samples"], device="cpu")


@node(
    "RandomNoise", title="RandomNoise", category=CATEGORY, needs_widgets=True, aliases=("seed", "noise seed")
)
def random_noise(
    noise_seed: Annotated[int, Int("Which noise.", is_seed=True, maximum=2**64 - 1)] = 0,
) -> Annotated[BatchNoise, Out("NOISE", "NOISE", "Noise drawn on the CPU, the batch in one go.")]:
    """Noise to start from, drawn for the whole batch in one go."""
    return BatchNoise(noise_seed)


@node("DisableNoise", title="DisableNoise", category=CATEGORY, aliases=("zero noise", "no noise"))
def disable_noise() -> Annotated[NoNoise, Out("NOISE", "NOISE", "Noise that is zero everywhere.")]:
    """No noise, where a sampler asks for some."""
    return NoNoise()
