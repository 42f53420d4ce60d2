"""How often the classifiers are right, on renders that they have never seen."""

from __future__ import annotations

from ..pocket.data import HELD_OUT_FROM
from ..scenes.scene import scene
from ..scenes.walks import walk
from .classifier import KINDS, SceneJudge
from .examples import labelled, tree_mask, walks
from .walk_classifier import WalkJudge

PICTURES, CLIPS = 4000, 1000


def scene_accuracy(judge: SceneJudge, count: int = PICTURES) -> dict[str, float]:
    """The share of right answers of each kind, and how far the tree's area is off, in % of the picture."""
    shown = [scene(HELD_OUT_FROM + index) for index in range(count)]
    truth = labelled(shown)
    seen = judge(truth.pictures.float() / 255)
    persons = truth.thing == KINDS.index("person")
    trees = truth.thing == KINDS.index("tree")
    # (N, 64, 64) of the pictures, exactly
    areas = [float(tree_mask(each).mean()) for each in shown]
    off = (seen.tree_area - truth.tree.new_tensor(areas, dtype=seen.tree_area.dtype)).abs() * 100
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


def walk_accuracy(judge: WalkJudge, count: int = CLIPS) -> dict[str, float]:
    """The share of right answers: where it faces, where it goes, and whether that is backwards."""
    clips, truth = walks([walk(HELD_OUT_FROM + index) for index in range(count)])
    seen = judge(clips.float() / 255)
    faces, goes = truth.bool().unbind(dim=1)
    right = {
        "faces": seen.faces_right == faces,
        "goes": seen.goes_right == goes,
        "direction": seen.backwards == (faces != goes),
    }
    return {name: float(each.float().mean()) for name, each in right.items()}
