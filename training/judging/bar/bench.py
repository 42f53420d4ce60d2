"""What the table is measured with: the models, the judge, held-out scenes, and how much of it."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

import torch
from torch import Tensor

from ....diffusion.picture_measures import sharpness
from ....models.library import WEIGHTS
from ....models.pocket.autoencoder import Autoencoder
from ....models.pocket.checkpoint import load
from ....models.pocket.family import load_text
from ....models.pocket.names import AUTOENCODER, CLIP, NAMES, files
from ....models.pocket.pictures import PocketDecoder
from ....models.pocket.text import PocketText
from ...pocket.data import HELD_OUT_FROM
from ...scenes.captions import caption
from ...scenes.memory import render_scenes
from ...scenes.scene import Scene, scene
from ..classifier import SceneJudge, load_judge
from ..frechet import frechet_distance
from ..sampling import Painter, Way

# Where the pictures that Fréchet distances are taken to begin: not those whose captions are drawn.
REFERENCE_FROM, REFERENCES = HELD_OUT_FROM + 1_000_000, 4096


class Quality(NamedTuple):
    """How good a model's pictures of held-out captions are."""

    sharpness: float
    distance: float  # Fréchet's to renders of other scenes, in units of their features' variance


@dataclass
class Bench:
    """The models that are judged, and by how many pictures.

    Attributes:
        weights: the folder of the models.
        device: where they compute.
        one_in: only one of so many pictures is drawn; more than 1 is too few to judge by.
        runs: the folder of the trainings' states, in single precision; None if there is none.
    """

    weights: Path = WEIGHTS
    device: str = "cpu"
    one_in: int = 1
    runs: Path | None = None
    _qualities: dict[tuple[str, Way], Quality] = field(default_factory=dict)

    @cached_property
    def judge(self) -> SceneJudge:
        """The scoring classifier."""
        return load_judge(device=self.device)

    @cached_property
    def reference(self) -> Tensor:
        """The judge's features of held-out renders, (REFERENCES, FEATURES)."""
        shown = [scene(REFERENCE_FROM + index) for index in range(self.count(REFERENCES))]
        return self.judge(renders(shown)).features

    def painter(self, name: str) -> Painter:
        """A model by its name."""
        return Painter(name, self.weights, self.device)

    @cached_property
    def decoder(self) -> PocketDecoder:
        """The autoencoder."""
        network, _ = load(self.weights / f"{AUTOENCODER}.safetensors", lambda built: Autoencoder())
        return PocketDecoder(network.to(self.device))

    @cached_property
    def text(self) -> PocketText:
        """CLIP."""
        return load_text(self.weights / f"{CLIP}.safetensors", self.device)

    def absent(self, models: Sequence[str]) -> list[str]:
        """Which of the files that these models need are not there, by name."""
        own = [each for each in models if each in NAMES]
        needed = {*models, *(path.stem for name in own for path in files(name, self.weights))}
        return sorted(name for name in needed if not (self.weights / f"{name}.safetensors").exists())

    def count(self, full: int) -> int:
        """How many to draw where `full` are enough to judge by."""
        return full if self.one_in == 1 else max(2, full // self.one_in)

    def quality(self, name: str, way: Way) -> Quality:
        """The quality of a model's pictures of held-out captions, drawn in one way."""
        if (name, way) not in self._qualities:
            captions = [text for _, text in described(self.count(512))]
            pictures = self.painter(name).paint(captions, way)
            self._qualities[name, way] = self.quality_of(pictures)
        return self._qualities[name, way]

    def quality_of(self, pictures: Tensor) -> Quality:
        """The quality of these pictures."""
        distance = frechet_distance(self.judge(pictures).features, self.reference)
        return Quality(float(sharpness(pictures).mean()), distance / float(self.reference.var(dim=0).sum()))


def held_out(first: int = 0) -> Iterator[Scene]:
    """Scenes that nobody has learnt from, without end."""
    while True:
        yield scene(HELD_OUT_FROM + first)
        first += 1


def described(count: int) -> list[tuple[Scene, str]]:
    """Held-out scenes with a caption each."""
    return [
        (each, caption(each, random.Random(each.seed)))
        for each, _ in zip(held_out(), range(count), strict=False)
    ]


def renders(shown: list[Scene]) -> Tensor:
    """The pictures of scenes, (N, 64, 64, 3) in 0 … 1."""
    return torch.from_numpy(render_scenes(shown)).float() / 255


def share(holds: Tensor) -> float:
    """How many of (N,) are so, 0 … 1."""
    return float(holds.float().mean())
