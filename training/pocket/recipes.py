"""The recipes of the pocket models: what each is trained on, with what, and for how long."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from ...models.pocket.denoiser import Shape
from ...models.pocket.family import load_text
from ...models.pocket.names import AUTOENCODER, CLIP
from . import data
from .arrays import Array, Place
from .autoencoder import AutoencoderTask
from .clip import ClipTask
from .denoiser import DenoiserTask, vectors
from .latents import digest, latents
from .prior import PriorTask
from .task import Plan, Task


@dataclass(frozen=True)
class Source:
    """What a task is made from.

    Attributes:
        place: the rendered arrays.
        weights: the folder of the models it needs, and that it is to join.
        device: where it computes.
        seed: of its first weights.
    """

    place: Place
    weights: Path
    device: str = "cpu"
    seed: int = 1


@dataclass(frozen=True)
class PocketRecipe:
    """One pocket model; the catalogue says what it is and what it needs.

    Attributes:
        make: its task from a source.
        plan: how long and how fast.
    """

    make: Callable[[Source], Task]
    plan: Plan


def _autoencoder(source: Source) -> Task:
    return AutoencoderTask(source.place, source.device, source.seed)


def _clip(source: Source) -> Task:
    return ClipTask(source.place, source.device, source.seed)


def _pictures(source: Source, name: str, begin: str | None = None) -> Task:
    seen = _latents(source, data.pictures(source.place))
    said = data.prompts(source.place)
    task = DenoiserTask(
        name, Shape(), seen, said, source.weights, source.device, source.seed, dropout=OF_PROMPTS
    )
    return _begun(task, source, begin)


def _unclip(source: Source) -> Task:
    pictures = data.pictures(source.place)
    task = DenoiserTask(
        "pocket-unclip",
        Shape(),
        _latents(source, pictures),
        _vectors(source, pictures),
        source.weights,
        source.device,
        source.seed,
    )
    return _begun(task, source, "pocket")


def _prior(source: Source) -> Task:
    said = data.tokens(source.place)
    return PriorTask(
        _vectors(source, data.pictures(source.place)), said, source.weights, source.device, source.seed
    )


def _video(source: Source) -> Task:
    clips, said = data.clips(source.place), data.clip_tokens(source.place)
    seen = _latents(source, clips)
    shape = Shape(frames=clips.shape[1])
    task = DenoiserTask(
        "pocket-video", shape, seen, said, source.weights, source.device, source.seed, shift=3.0
    )
    return _begun(task, source, "pocket-flow")


def _begun(task: DenoiserTask, source: Source, begin: str | None) -> Task:
    if begin is not None:
        task.start_from(source.weights / f"{begin}.safetensors")
    return task


def _latents(source: Source, seen: Array) -> Array:
    return latents(source.place, seen, source.weights / f"{AUTOENCODER}.safetensors", source.device)


def _vectors(source: Source, seen: Array) -> Array:
    """The vectors of the pictures that are learnt from, whose number names them."""
    weights = source.weights / f"{CLIP}.safetensors"

    def parts() -> Iterator[Array]:
        return vectors(load_text(weights, source.device), seen)

    return source.place.array(f"vectors-{len(seen)}-{digest(weights)}", len(seen), parts)


# Of many empty places nothing is said anyway: captions need to be hidden less often.
OF_PROMPTS = 0.06
# Of a network that knows pictures already.
FURTHER = Plan(1_000_000, batch=64, learning_rate=7e-4)
POCKETS: dict[str, PocketRecipe] = {
    AUTOENCODER: PocketRecipe(_autoencoder, Plan(400_000, batch=64, learning_rate=2e-3)),
    CLIP: PocketRecipe(_clip, Plan(3_000_000, batch=384)),
    "pocket": PocketRecipe(partial(_pictures, name="pocket"), Plan(3_000_000, batch=96)),
    "pocket-flow": PocketRecipe(partial(_pictures, name="pocket-flow", begin="pocket"), FURTHER),
    "pocket-unclip": PocketRecipe(_unclip, FURTHER),
    "pocket-prior": PocketRecipe(_prior, Plan(2_000_000, batch=512)),
    "pocket-video": PocketRecipe(_video, Plan(300_000, batch=16, learning_rate=7e-4)),
}
