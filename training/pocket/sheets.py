"""What a training has learnt so far, as a picture: small, and the same from one sheet to the next."""

from __future__ import annotations

import numpy
import torch
from torch import Tensor, nn
from torch.nn import functional

from ...diffusion.guidance import GuidedField
from ...diffusion.learned import LearnedField
from ...diffusion.noise import NoiseStreams
from ...diffusion.sampling import walk
from ...diffusion.solver import plan
from ...diffusion.spacing import levels_to_visit
from ...models.pocket.autoencoder import Autoencoder
from ...models.pocket.checkpoint import load
from ...models.pocket.clip import Clip
from ...models.pocket.denoiser import Denoiser
from ...models.pocket.names import AUTOENCODER
from ...models.pocket.pictures import PocketDecoder, shown
from ...models.pocket.prior import Prior
from ...models.pocket.text import LOUDNESS, PICTURE, PocketText, told
from ...plots.grid import image_grid
from ..scenes.captions import caption
from ..scenes.memory import render
from .autoencoder import AutoencoderTask
from .clip import ClipTask
from .data import HELD_OUT_FROM, VOCABULARY, as_pictures
from .denoiser import DenoiserTask, heard
from .prior import PriorTask
from .recipes import Source
from .task import Task

COUNT, SAMPLES, STEPS, SCALE = 8, 4, 20, 3.0
PROMPTS = (
    "a tree in the desert",
    "a cactus in the desert",
    "a house in the snow",
    "a cat in the meadow",
    "a person wearing a hat on the beach",
    "an umbrella on the beach",
    "a car in the city at night",
    "",
)
WALKS = (
    "a person walking forwards to the left",
    "a person walking forwards to the right",
    "a person walking backwards to the left",
    "a person walking backwards to the right",
)


def sheet(task: Task, network: nn.Module, source: Source) -> Tensor:
    """What a network does, (1, H, W, 3), beside pictures that nothing learns from."""
    if isinstance(task, AutoencoderTask) and isinstance(network, Autoencoder):
        return _there_and_back(network, task.device)
    if isinstance(task, ClipTask) and isinstance(network, Clip):
        return _matrix(*_seen_and_said(PocketText(network, VOCABULARY)), "cosine of caption and picture")
    if isinstance(task, PriorTask) and isinstance(network, Prior):
        return _found(task, network)
    if isinstance(task, DenoiserTask) and isinstance(network, Denoiser):
        return _made(task, network, source)
    raise TypeError(f"nothing can be drawn of a {type(network).__name__}")


def _there_and_back(network: Autoencoder, device: str) -> Tensor:
    x = as_pictures(_held_out()[0]).to(device)
    seen = network.forward(x).clamp(-1, 1)
    decibels = -10 * functional.mse_loss(seen / 2, x / 2).log10()
    cells = torch.cat([shown(x), shown(seen)]).cpu()
    return image_grid(
        cells, COUNT, title=f"{float(decibels):.1f} dB", row_labels=("picture", "there and back"), cell=128
    )


def _seen_and_said(text: PocketText) -> tuple[Tensor, Tensor]:
    """Unit vectors (COUNT, 128) of held-out pictures and of their captions."""
    pictures, captions = _held_out()
    return text.embed_pictures(torch.from_numpy(pictures).float() / 255), text.embed_texts(captions)


def _found(task: PriorTask, network: Prior) -> Tensor:
    """What the prior finds by captions, beside the vectors of the true pictures."""
    pictures, _ = _seen_and_said(task.text)
    condition = heard(task.text, task.text.tokenize("\n".join(_held_out()[1])).to(task.device))
    x = _walked(LearnedField(network, task.kind.prediction), task, condition, (pictures.shape[1],), 1.0)
    return _matrix(
        pictures, functional.normalize(x.cpu(), dim=-1), "cosine of the prior's vector and picture"
    )


def _matrix(pictures: Tensor, others: Tensor, title: str) -> Tensor:
    """A row for each caption, a column for each picture, brighter where they are alike."""
    seen, captions = _held_out()
    cosines = others @ pictures.T  # (captions, pictures)
    tiles = ((1 + cosines) / 2).clamp(0, 1)[:, :, None, None, None].expand(-1, -1, *seen.shape[1:])
    top = torch.from_numpy(seen).float() / 255
    return image_grid(
        torch.cat([top, tiles.flatten(0, 1)]),
        COUNT,
        title=title,
        labels=[*[""] * COUNT, *(f"{float(each):.2f}" for each in cosines.flatten())],
        row_labels=("", *captions),
    )


def _made(task: DenoiserTask, network: Denoiser, source: Source) -> Tensor:
    """Pictures, or the frames of videos, of fixed prompts or of held-out pictures' vectors."""
    autoencoder = load(source.weights / f"{AUTOENCODER}.safetensors", lambda built: Autoencoder())[0]
    decoder = PocketDecoder(autoencoder.to(task.device))
    condition, prompts = _asked(task, network.shape.frames > 0)
    each = 1 if network.shape.frames else SAMPLES
    field = LearnedField(network, task.kind.prediction, task.nothing)
    condition = condition.to(task.device).repeat_interleave(each, dim=0)
    cells = decoder.decode(_walked(field, task, condition, network.shape.sample, SCALE))
    if task.kind.told == PICTURE:
        sources = torch.from_numpy(_held_out()[0]).float() / 255
        cells = torch.cat([sources[:, None], cells.view(-1, each, *cells.shape[1:])], dim=1).flatten(0, 1)
    columns = len(cells) // len(prompts)
    # Above the first of each row, where there is more room than beside it.
    labels = [
        word for prompt in prompts for word in (prompt.removeprefix("a person "), *[""] * (columns - 1))
    ]
    return image_grid(cells, columns, title=f"{STEPS} steps, α = {SCALE:g}", labels=labels, cell=192)


def _asked(task: DenoiserTask, is_video: bool) -> tuple[Tensor, list[str]]:
    """What is told to the network, (L, S + 1, 128), and in words."""
    if task.kind.told == PICTURE:
        loud = LOUDNESS * _seen_and_said(task.text)[0]
        return told(loud[:, None], loud), _held_out()[1]
    prompts = list(WALKS if is_video else PROMPTS)
    return heard(task.text, VOCABULARY.batch(prompts).to(task.device)), prompts


def _walked(
    field: LearnedField,
    task: DenoiserTask | PriorTask,
    condition: Tensor,
    shape: tuple[int, ...],
    scale: float,
) -> Tensor:
    """What DDIM makes of noise, a sample for each condition."""
    kind = task.kind
    levels = levels_to_visit(kind.schedule(), STEPS)
    noise = NoiseStreams(0, range(len(condition)))
    x = noise(torch.empty(len(condition), *shape)) * kind.schedule().initial_scale(levels[0])
    asked = field.given(condition)
    guided = asked if scale == 1 else GuidedField(asked, field, scale)
    for state in walk(guided, x.to(task.device), plan("ddim", levels)):
        x = state.x
    return x


def _held_out() -> tuple[numpy.ndarray[tuple[int, ...], numpy.dtype[numpy.uint8]], list[str]]:
    """Pictures (COUNT, 64, 64, 3) that nothing learns from, and their captions."""
    import random

    seeds = range(HELD_OUT_FROM, HELD_OUT_FROM + COUNT)
    pictures, scenes = render(seeds)
    return pictures, [caption(scene, random.Random(seed)) for scene, seed in zip(scenes, seeds, strict=True)]
