"""Noise that goes on over several stages, as one generator does in the pipelines."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from .choices import DRAWS
from .socket_values import GENERATOR_STATE, Latent, Noise, SeededNoise, state_text

if TYPE_CHECKING:
    from torch import Generator, Tensor

ONE_GENERATOR = DRAWS[1]


def with_generator(latent: Latent, generator: Generator | list[Generator] | None) -> Latent:
    """A LATENT that says where the generator of the walk that ended in it stopped, if one drew for all; what
    it said of an earlier walk is gone."""
    rest = {name: value for name, value in latent.items() if name != GENERATOR_STATE}
    if generator is None or isinstance(generator, list):
        return rest
    return {**rest, GENERATOR_STATE: generator.get_state()}


def noise_for_vectors(noise: Noise | None, vectors: Tensor) -> tuple[Tensor | None, Noise | None]:
    """Noise to put on vectors (L, D), in their type, and the noise that comes after it.

    One generator draws for all of them and goes on. Otherwise each vector has a stream of its own, which is
    not the one that samples are drawn from, and the noise is the same afterwards.
    """
    import torch

    from ..diffusion.noise import stream

    if noise is None:
        return None, None
    if isinstance(noise, SeededNoise) and noise.draws == ONE_GENERATOR:
        generator = noise.generator()
        drawn = torch.randn(vectors.shape, generator=generator, dtype=vectors.dtype)
        return drawn, replace(noise, state=state_text(generator.get_state()))
    streams = (stream(noise.seed, place, "vectors") for place in range(len(vectors)))
    own = [torch.randn(vectors.shape[1:], generator=generator) for generator in streams]
    return torch.stack(own).to(vectors), noise


def noise_after_walk(noise: Noise, latent: Latent) -> Noise:
    """The noise that comes after a walk, which ended in a latent.

    Raises:
        ValueError: the noise of one generator, of which the latent does not say how far it went.
    """
    if not isinstance(noise, SeededNoise):
        raise ValueError("this noise cannot be continued: use Noise Seed")
    if noise.draws != ONE_GENERATOR:
        return replace(noise, seed=noise.seed + 1)
    state = latent.get(GENERATOR_STATE)
    if state is None:
        raise ValueError(
            "this latent does not say how far its generator went: connect the latent of the sampler that "
            "began with this noise, before anything else is done to it"
        )
    return replace(noise, state=state_text(state))
