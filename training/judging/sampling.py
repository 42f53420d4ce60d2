"""Pictures and clips of a pocket model, many at once, as the nodes of a workflow would draw them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from ...diffusion.coordinates import as_flow
from ...diffusion.field import ScoreModel
from ...diffusion.guidance import GuidedField
from ...diffusion.noise import NoiseStreams
from ...diffusion.sampling import sample
from ...diffusion.solver import plan
from ...diffusion.spacing import levels_to_visit
from ...models.library import load
from ...models.pocket.pictures import SIDE, PocketDecoder
from ...models.pocket.text import PocketText, picture_condition

RULES = {
    **{name: name for name in ("ddpm", "ddpm large", "ddpm without noise", "ddim")},
    "flow": "euler",
}
Conditioning = list[list[Any]]


@dataclass(frozen=True)
class Way:
    """How noise becomes a picture.

    Attributes:
        sampler: one of RULES; "flow" walks a diffusion model in a flow's coordinates.
        steps: how many.
        scale: α of the guidance; at 1 there is none.
        negative: what guidance leads away from; nothing in particular by default.
        seed: of the noise.
        shift: how far the steps of "flow" are moved towards the noise.
    """

    sampler: str = "ddim"
    steps: int = 50
    scale: float = 1.0
    negative: str = ""
    seed: int = 0
    shift: float = 1.0


class Painter:
    """A pocket model with its text encoder and its decoder.

    Attributes:
        model: the score model.
        text: its CLIP.
        decoder: its autoencoder.
    """

    def __init__(self, name: str, folder: Path, device: str = "cpu") -> None:
        """Load a model by name.

        Raises:
            ValueError: it is not there; the text says which are.
        """
        self.model: ScoreModel
        self.model, text, decoder = load(name, device, folder)
        if not isinstance(text, PocketText) or not isinstance(decoder, PocketDecoder):
            raise ValueError(f"{name!r} is no pocket model")
        self.text, self.decoder = text, decoder
        self.at_once = 256 if device.startswith("cuda") else 32

    def paint(self, prompts: Sequence[str], way: Way, first: int = 0) -> Tensor:
        """One picture a prompt (N, 64, 64, 3), of a video model one clip (N, T, 64, 64, 3); sample i is that
        of noise stream `first` + i."""
        return self._painted(prompts, way, first, self._heard)

    def paint_like(self, vectors: Tensor, way: Way, first: int = 0) -> Tensor:
        """One picture (N, 64, 64, 3) a unit vector (N, 128), by a model that is told pictures."""
        return self._painted(vectors, way, first, picture_condition)

    def vectors(self, prompts: Sequence[str], way: Way, first: int = 0) -> Tensor:
        """What a prior makes of prompts: unit vectors of pictures, (N, 128)."""
        found = self._walked(prompts, way, first, self._heard)
        return torch.nn.functional.normalize(found, dim=-1)

    def told(self, prompts: Sequence[str], way: Way) -> ScoreModel:
        """The model as it is told prompts, guided as a way asks."""
        return self._guided(self._heard(prompts), way)

    def _heard(self, prompts: Sequence[str]) -> Conditioning:
        return self.text.encode_from_tokens_scheduled(self.text.vocabulary.batch(list(prompts)))

    def _painted(self, told: Any, way: Way, first: int, condition: Any) -> Tensor:
        latents = self._walked(told, way, first, condition)
        frames = latents.shape[2:3] if latents.ndim == 5 else ()
        pictures = torch.cat([self.decoder.decode(part) for part in torch.split(latents, self.at_once)])
        return pictures.view(len(latents), *frames, SIDE, SIDE, 3)

    @torch.no_grad()
    def _walked(self, told: Any, way: Way, first: int, condition: Any) -> Tensor:
        parts = []
        for start in range(0, len(told), self.at_once):
            some = told[start : start + self.at_once]
            guided = self._guided(condition(some), way)
            parts.append(_walk(guided, way, range(first + start, first + start + len(some))))
        return torch.cat(parts)

    def _guided(self, conditioning: Conditioning, way: Way) -> ScoreModel:
        told = self.model.given(conditioning)
        if way.scale == 1:
            return told
        away = self.model.given(self._heard([way.negative])).field if way.negative else self.model.field
        if way.scale == 0:
            return told.with_field(away)
        return told.with_field(GuidedField(told.field, away, way.scale))


def _walk(model: ScoreModel, way: Way, samples: range) -> Tensor:
    """The latents of these noise streams, (N, *shape)."""
    if way.sampler == "flow":
        model = as_flow(model, shift=way.shift)
    levels = levels_to_visit(
        model.schedule, way.steps, "continuous" if model.schedule.family == "flow" else "trailing"
    )
    streams = NoiseStreams(way.seed, samples)
    start = model.schedule.initial_scale(levels[0]) * streams(torch.zeros(len(samples), *model.shape))
    return sample(model.field, start.to(model.device), plan(RULES[way.sampler], levels), streams, ())[0].cpu()
