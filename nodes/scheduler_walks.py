"""Walks by a scheduler of diffusers, from the NOISE and LATENT of a graph."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from .choices import DRAWS, OWN
from .socket_values import Latent, Noise, SeededNoise
from .starting import clean_samples, first_noise, masked

if TYPE_CHECKING:
    from torch import Generator, Tensor

    from ..diffusion.field import ScoreModel
    from ..diffusion.reference import Reference
    from ..diffusion.sampling import State
    from ..models.walking.walk import SchedulerWalk


class Asked(NamedTuple):
    """Which scheduler is to walk, and how.

    Attributes:
        steps: of the scheduler's own kind.
        name: of the scheduler, or the model's own.
        changes: its options that are not as in the model's config.
        eta: for the schedulers that take one.
        adds_noise: whether DDPM adds its noise.
        strength: the share of the steps that is walked, the last ones.
        sigmas: the levels to visit, instead of steps and strength.
    """

    steps: int
    name: str = OWN
    changes: dict[str, Any] = {}  # noqa: RUF012 - never changed
    eta: float = 0.0
    adds_noise: bool = True
    strength: float = 1.0
    sigmas: tuple[float, ...] | None = None


class Begun(NamedTuple):
    """A walk that is about to be made.

    Attributes:
        walk: its levels and timesteps.
        x: where it starts, (B, *shape).
        states: what it yields.
        generator: what draws on the way: one for all samples, one for each, or none.
    """

    walk: SchedulerWalk
    x: Tensor
    states: Iterator[State]
    generator: Generator | list[Generator] | None


def begin(model: ScoreModel, asked: Asked, noise: Noise | None, latent: Latent | None) -> Begun:
    """A walk by a scheduler of diffusers.

    Raises:
        ValueError: a scheduler that does not walk such a model, or nothing to start from.
    """
    walk = scheduler_walk(masked(model, noise, latent), asked)
    x, generator = _start(walk, model, noise, latent, asked.strength)
    states = walk.states(x, generator)
    once = _only_once(states, noise, generator) if _has_copies(noise) else states
    return Begun(walk, x, once, generator)


def scheduler_walk(model: ScoreModel, asked: Asked) -> SchedulerWalk:
    """A walk of a model by a scheduler that was made for it.

    Raises:
        ValueError: a scheduler that does not walk such a model, or not in that many steps.
    """
    from ..models.walking.schedulers import config_of, fresh, unshifted, without_noise
    from ..models.walking.walk import SchedulerWalk

    config = config_of(model) if asked.sigmas is None else unshifted(config_of(model))
    scheduler = fresh(config, asked.name, **asked.changes) if asked.adds_noise else without_noise(config)
    return SchedulerWalk(model, scheduler, asked.steps, asked.eta, asked.strength, asked.sigmas)


def _start(
    walk: SchedulerWalk, model: ScoreModel, noise: Noise | None, latent: Latent | None, strength: float
) -> tuple[Tensor, Generator | list[Generator] | None]:
    clean = clean_samples(model, noise, latent)
    if noise is None:
        return clean.to(model.device, walk.dtype), None
    given = clean if strength < 1 or bool(clean.any()) else None
    if given is not None and model.reference is not None and model.is_matched:
        _check_from_pictures(model.reference)
    generator = _one_generator(noise, clean, latent, model.is_matched)
    if generator is not None:
        return walk.start(_drawn(generator, walk, clean, noise), given), generator
    first, _ = first_noise(noise, clean, latent)
    return walk.start(first, given), on_the_way(noise, len(clean))


def _check_from_pictures(reference: Reference) -> None:
    if not reference.from_pictures:
        raise ValueError(
            "matched mode repeats the pipeline that makes pictures of nothing but noise: connect an empty "
            "latent or none, and leave strength at 1, or use the mode 'optimised'"
        )


def _one_generator(noise: Noise, clean: Tensor, latent: Latent | None, is_matched: bool) -> Generator | None:
    """The generator that draws for the whole batch, if one does: of ours as it says; of ComfyUI's noise in
    matched mode, where it is what that generator draws."""
    import torch

    if isinstance(noise, SeededNoise):
        return noise.generator() if noise.draws == DRAWS[1] else None
    if not is_matched:
        return None
    generator = torch.Generator().manual_seed(noise.seed)
    first, _ = first_noise(noise, clean, latent)
    is_its_own = torch.equal(first, torch.randn(first.shape, generator=generator))
    return torch.Generator().manual_seed(noise.seed) if is_its_own else None


def _drawn(generator: Generator, walk: SchedulerWalk, clean: Tensor, noise: Noise) -> Tensor:
    """The first noise, in the type that the walk goes on in: what is drawn depends on it."""
    import torch

    copies = noise.copies if isinstance(noise, SeededNoise) else 1
    count, rest = divmod(len(clean), copies)
    if rest:
        raise ValueError(f"a batch of {len(clean)} cannot be {copies} copies of another")
    first = torch.randn((count, *clean.shape[1:]), generator=generator, dtype=walk.dtype)
    return first.repeat(copies, *[1] * (clean.ndim - 1))


def on_the_way(noise: Noise, batch: int) -> list[Generator]:
    """A generator for each sample, for the noise after the first."""
    from ..diffusion.noise import stream

    own = noise.samples() if isinstance(noise, SeededNoise) else []
    places = own if len(own) == batch else range(batch)
    return [stream(noise.seed, place, "on the way") for place in places]


def _has_copies(noise: Noise | None) -> bool:
    return isinstance(noise, SeededNoise) and noise.draws == DRAWS[1] and noise.copies > 1


def _only_once(
    states: Iterator[State], noise: Noise | None, generator: Generator | list[Generator] | None
) -> Iterator[State]:
    """The states, as long as nothing is drawn on the way: one generator cannot draw the same for copies."""
    import torch

    assert isinstance(generator, torch.Generator)
    before = generator.get_state()
    for state in states:
        if not torch.equal(before, generator.get_state()):
            raise ValueError(
                "this sampler adds noise on the way, and one generator draws other noise for each copy: set "
                f"copies to 1, or draws to {DRAWS[0]!r}"
            )
        yield state
