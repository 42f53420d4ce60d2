"""The scoring classifier: what a picture shows, by a network that shares nothing with what it judges."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional

from ...models.pocket.checkpoint import load
from ...models.pocket.pictures import fitted
from ..scenes.scene import BACKGROUNDS, THINGS

WEIGHTS = Path(__file__).parent / "weights" / "judge.safetensors"
KINDS = (*THINGS, "nothing")
FEATURES = 64  # numbers in the layer that Fréchet distances are measured in
AT_ONCE = 256


class Logits(NamedTuple):
    """What the network says of B pictures, before any softmax."""

    thing: Tensor  # (B, KINDS)
    background: Tensor  # (B, BACKGROUNDS)
    sky: Tensor  # (B, 3): night, sun (or moon), clouds
    hat: Tensor  # (B,), of a person
    tree: Tensor  # (B, 32, 32), how much of each 2×2 pixels is tree
    features: Tensor  # (B, FEATURES)


def layer(inside: int, outside: int, stride: int = 1) -> nn.Sequential:
    """A convolution, normalised over groups of channels."""
    return nn.Sequential(
        nn.Conv2d(inside, outside, 3, stride, padding=1, bias=False), nn.GroupNorm(8, outside), nn.SiLU()
    )


class SceneClassifier(nn.Module):
    """Pictures (B, 3, 64, 64) in −1 … 1 → `Logits`."""

    def __init__(self) -> None:
        super().__init__()
        self.fine = nn.Sequential(nn.PixelUnshuffle(2), layer(12, 32), layer(32, 32), layer(32, 64, 2))
        self.middle = nn.Sequential(layer(64, 64), layer(64, 96, 2))
        self.coarse = nn.Sequential(layer(96, 96), layer(96, 128, 2))
        self.features = nn.Sequential(nn.Linear(256, FEATURES), nn.SiLU())
        self.thing, self.background = nn.Linear(FEATURES, len(KINDS)), nn.Linear(FEATURES, len(BACKGROUNDS))
        self.sky, self.hat = nn.Linear(FEATURES, 3), nn.Linear(FEATURES, 1)
        self.tree = nn.Sequential(layer(64 + 96, 48), nn.Conv2d(48, 4, 3, padding=1), nn.PixelShuffle(2))

    def forward(self, pictures: Tensor) -> Logits:
        """What is in them."""
        fine = self.fine(pictures)  # (B, 64, 16, 16)
        middle = self.middle(fine)  # (B, 96, 8, 8)
        coarse = self.coarse(middle)  # (B, 128, 4, 4)
        features = self.features(torch.cat([coarse.mean(dim=(2, 3)), coarse.amax(dim=(2, 3))], dim=1))
        near = torch.cat([fine, functional.interpolate(middle, scale_factor=2.0)], dim=1)
        return Logits(
            self.thing(features),
            self.background(features),
            self.sky(features),
            self.hat(features)[:, 0],
            self.tree(near)[:, 0],
            features,
        )


class Verdict(NamedTuple):
    """What is seen in B pictures, on the CPU."""

    thing: Tensor  # (B, KINDS) probabilities
    background: Tensor  # (B, BACKGROUNDS) probabilities
    night: Tensor  # (B,) probabilities, as the three that follow
    sun: Tensor
    clouds: Tensor
    hat: Tensor  # of a person, if there is one
    tree_area: Tensor  # (B,) share of the picture that is tree
    features: Tensor  # (B, FEATURES)

    def shows(self, kind: str) -> Tensor:
        """Whether that is the likeliest thing, (B,)."""
        return self.thing.argmax(dim=1) == KINDS.index(kind)

    def is_in(self, background: str) -> Tensor:
        """Whether that is the likeliest background, (B,)."""
        return self.background.argmax(dim=1) == BACKGROUNDS.index(background)

    def probability(self, kind: str) -> Tensor:
        """How likely that thing is, (B,)."""
        return self.thing[:, KINDS.index(kind)]

    def wears_hat(self) -> Tensor:
        """Whether it is a person with a hat, (B,)."""
        return self.shows("person") & (self.hat > 0.5)


class SceneJudge:
    """The trained classifier over workflow pictures."""

    def __init__(self, network: SceneClassifier, device: str = "cpu") -> None:
        self._network, self._device = network.to(device).eval(), device

    @torch.no_grad()
    def __call__(self, pictures: Tensor) -> Verdict:
        """What is seen in pictures (B, H, W, 3) in 0 … 1."""
        parts = [self._seen(part) for part in torch.split(fitted(pictures), AT_ONCE)]
        return Verdict(*(torch.cat(each) for each in zip(*parts, strict=True)))

    def _seen(self, pictures: Tensor) -> Verdict:
        said = Logits(*(each.cpu() for each in self._network(pictures.to(self._device))))
        night, sun, clouds = said.sky.sigmoid().unbind(dim=1)
        return Verdict(
            said.thing.softmax(dim=1),
            said.background.softmax(dim=1),
            night,
            sun,
            clouds,
            said.hat.sigmoid(),
            said.tree.sigmoid().mean(dim=(1, 2)),
            said.features,
        )


def load_judge(path: Path = WEIGHTS, device: str = "cpu") -> SceneJudge:
    """The classifier that lies beside this file.

    Raises:
        ValueError: it is not there, or no classifier; `python -m scorefield.training.judging.train` makes it.
    """
    return SceneJudge(load(path, lambda built: SceneClassifier())[0], device)
