"""The recipes of the pocket models: what each is trained on, with what, and for how long."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from ...models.pocket.denoiser import Shape
from ...models.pocket.family import load_text
from ...models.pocket.names import AUTOENCODER, CLIP
from ..scenes.walks import FRAMES
from . import data
from .autoencoder import AutoencoderTask
from .clip import ClipTask
from .denoiser import DenoiserTask, vectors
from .latents import latents
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

    place: data.Place
    weights: Path
    device: str = "cpu"
    seed: int = 1


@dataclass(frozen=True)
class PocketRecipe:
    """One pocket model.

    Attributes:
        summary: what it is, in a line.
        make: its task from a source.
        plan: how long and how fast.
        needs: the models that are trained before it.
    """

    summary: str
    make: Callable[[Source], Task]
    plan: Plan
    needs: tuple[str, ...] = ()


def _autoencoder(source: Source) -> Task:
    return AutoencoderTask(source.place, source.device, source.seed)


def _clip(source: Source) -> Task:
    return ClipTask(source.place, source.device, source.seed)


def _pictures(source: Source, name: str, begin: str | None = None) -> Task:
    seen = _latents(source, data.pictures(source.place))
    task = DenoiserTask(
        name, Shape(), seen, data.tokens(source.place), source.weights, source.device, source.seed
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
    return DenoiserTask("pocket-video", VIDEO, seen, said, source.weights, source.device, source.seed)


def _begun(task: DenoiserTask, source: Source, begin: str | None) -> Task:
    if begin is not None:
        task.start_from(source.weights / f"{begin}.safetensors")
    return task


def _latents(source: Source, seen: data.Array) -> data.Array:
    return latents(source.place, seen, source.weights / f"{AUTOENCODER}.safetensors", source.device)


def _vectors(source: Source, seen: data.Array) -> data.Array:
    text = load_text(source.weights / f"{CLIP}.safetensors", source.device)
    return source.place.array(f"vectors-{len(seen)}", lambda: vectors(text, seen))


BOTH = (AUTOENCODER, CLIP)
VIDEO = Shape(frames=FRAMES, width=48, token_width=128, depth=3)
POCKETS: dict[str, PocketRecipe] = {
    AUTOENCODER: PocketRecipe(
        "pictures as latents, and back", _autoencoder, Plan(400_000, batch=64, learning_rate=2e-3)
    ),
    CLIP: PocketRecipe("pictures and texts in one space", _clip, Plan(3_000_000, batch=384)),
    "pocket": PocketRecipe(
        "text to picture, by diffusion", partial(_pictures, name="pocket"), Plan(3_000_000, batch=96), BOTH
    ),
    "pocket-flow": PocketRecipe(
        "text to picture, by flow matching",
        partial(_pictures, name="pocket-flow", begin="pocket"),
        Plan(1_000_000),
        (*BOTH, "pocket"),
    ),
    "pocket-unclip": PocketRecipe(
        "a picture's CLIP vector to a picture", _unclip, Plan(1_000_000), (*BOTH, "pocket")
    ),
    "pocket-prior": PocketRecipe(
        "a text's CLIP vector to a picture's", _prior, Plan(2_000_000, batch=512), BOTH
    ),
    "pocket-video": PocketRecipe("text to video, by flow matching", _video, Plan(300_000, batch=32), BOTH),
}
