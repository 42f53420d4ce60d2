"""How often the classifiers are right, on renders that they have never seen."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from ..pocket.data import HELD_OUT_FROM
from ..scenes.memory import render_walks
from ..scenes.scene import scene
from .classifier import KINDS, SceneJudge
from .examples import labelled, tree_mask
from .gait import gait

PICTURES, CLIPS = 4000, 1000


def scene_accuracy(
    judge: SceneJudge, count: int = PICTURES, made: Callable[[Tensor], Tensor] = lambda pictures: pictures
) -> dict[str, float]:
    """The share of right answers of each kind, and how far the tree's area is off, in % of the picture;
    `made` is done to the pictures (N, 64, 64, 3) before."""
    shown = [scene(HELD_OUT_FROM + index) for index in range(count)]
    truth = labelled(shown)
    seen = judge(made(truth.pictures.float() / 255))
    persons = truth.thing == KINDS.index("person")
    trees = truth.thing == KINDS.index("tree")
    areas = [float(tree_mask(each).mean()) for each in shown]
    off = (seen.tree_area - seen.tree_area.new_tensor(areas)).abs() * 100
    night, sun, clouds = truth.sky.bool().unbind(dim=1)
    right = {
        "thing": seen.thing.argmax(dim=1) == truth.thing,
        "background": seen.background.argmax(dim=1) == truth.background,
        "night": (seen.night > 0.5) == night,
        "sun": (seen.sun > 0.5) == sun,
        "clouds": (seen.clouds > 0.5) == clouds,
        "hat": ((seen.hat > 0.5) == truth.hat.bool())[persons],
    }
    return {
        **{name: float(each.float().mean()) for name, each in right.items()},
        "tree area error": float(off[trees].mean()),
        "tree area where there is none": float(off[~trees].mean()),
    }


def gait_accuracy(count: int = CLIPS) -> dict[str, float]:
    """The share of right answers: where it faces, where it goes, and whether that is backwards."""
    clips, shown = render_walks(range(HELD_OUT_FROM, HELD_OUT_FROM + count))
    seen = gait(torch.from_numpy(clips).float() / 255)
    faces = torch.tensor([each.facing == "right" for each in shown])
    goes = torch.tensor([each.motion > 0 for each in shown])
    right = {
        "faces": seen.faces_right == faces,
        "goes": seen.goes_right == goes,
        "direction": seen.backwards == (faces != goes),
    }
    return {name: float(each.float().mean()) for name, each in right.items()}
