"""What the classifier learns from: scenes of its own seeds, with their attributes as labels."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import torch
from torch import Tensor

from ..scenes.counterfactual import pair
from ..scenes.draw import NIGHT_DIM, foot
from ..scenes.memory import render_scenes
from ..scenes.paint import CANVAS, Pen, reduced
from ..scenes.scene import BACKGROUNDS, Scene, scene
from ..scenes.things import thing
from .classifier import KINDS

if TYPE_CHECKING:
    from PIL import Image

# No picture that a pocket model learns from or is judged on has these seeds.
SCENES_FROM, PAIRS_FROM = 500_000_000, 510_000_000


class Scenes(NamedTuple):
    """N pictures and what they show."""

    pictures: Tensor  # (N, 64, 64, 3) uint8
    thing: Tensor  # (N,) index in KINDS
    background: Tensor  # (N,) index in BACKGROUNDS
    sky: Tensor  # (N, 3) float: night, sun, clouds
    hat: Tensor  # (N,) float
    tree: Tensor  # (N, 32, 32) uint8, how much of each 2×2 pixels is tree, of 255


def learnt(scenes: int, pairs: int, workers: int = 1) -> Scenes:
    """Scenes as they come, and pairs in which hats and nights are as frequent as all else."""
    shown = [scene(SCENES_FROM + index) for index in range(scenes)]
    for index in range(pairs):
        shown.extend(pair(PAIRS_FROM + index)[:2])
    return labelled(shown, workers)


def labelled(shown: list[Scene], workers: int = 1) -> Scenes:
    """The pictures of scenes with what they show."""
    return Scenes(
        torch.from_numpy(render_scenes(shown, workers)),
        torch.tensor([KINDS.index(each.shows or "nothing") for each in shown]),
        torch.tensor([BACKGROUNDS.index(each.background) for each in shown]),
        torch.tensor([[each.night, each.sun, each.clouds] for each in shown]).float(),
        torch.tensor([each.hat is not None for each in shown]).float(),
        torch.stack([_coarse_tree(each) for each in shown]),
    )


def tree_mask(scene: Scene) -> Tensor:
    """How much of each pixel is tree, (64, 64) in 0 … 1, exactly: what hides a black and a white ground."""
    if scene.shows != "tree":
        return torch.zeros(64, 64)
    black, white = (np.asarray(_on(scene, ground), np.float32)[..., 0] for ground in (0, 255))
    return torch.from_numpy(1 - (white - black) / 255)


def _on(scene: Scene, ground: int) -> Image.Image:
    """The scene's thing alone on a plain ground."""
    from PIL import Image, ImageDraw

    canvas = Image.new("RGB", (CANVAS, CANVAS), (ground, ground, ground))
    place = scene.x * CANVAS, foot(scene.size) * CANVAS, scene.size * CANVAS
    thing(Pen(ImageDraw.Draw(canvas), *place, dim=NIGHT_DIM if scene.night else 0.0), scene)
    return reduced(canvas)


def _coarse_tree(scene: Scene) -> Tensor:
    if scene.shows != "tree":
        return torch.zeros(32, 32, dtype=torch.uint8)
    shares = tree_mask(scene).view(32, 2, 32, 2).mean(dim=(1, 3))
    return (shares * 255).round().to(torch.uint8)
