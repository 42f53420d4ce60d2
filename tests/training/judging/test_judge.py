"""The judge is right about renders that it has never seen, and about renders made worse."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest
import torch
from scorefield.models.pocket.checkpoint import card
from scorefield.training.judging.accuracy import scene_accuracy
from scorefield.training.judging.augment import blurred
from scorefield.training.judging.classifier import KINDS, WEIGHTS
from scorefield.training.judging.examples import PAIRS_FROM, SCENES_FROM, tree_mask
from scorefield.training.judging.train import PAIRS, SCENES
from scorefield.training.pocket import data
from scorefield.training.pocket.arrays import Place
from scorefield.training.scenes.draw import draw
from scorefield.training.scenes.scene import THINGS, Scene


def test_it_knows_held_out_scenes(judge):
    found = scene_accuracy(judge, 300)
    assert found["thing"] >= 0.98
    assert found["background"] >= 0.99
    assert found["hat"] >= 0.97
    assert min(found["night"], found["sun"], found["clouds"]) >= 0.97
    assert found["tree area error"] < 0.5
    assert found["tree area where there is none"] < 0.1


def test_it_knows_blurred_and_noisy_scenes(judge):
    generator = torch.Generator().manual_seed(0)

    def worse(pictures):
        width = torch.full((len(pictures), 1, 1, 1), 0.8)
        soft = blurred(pictures.movedim(-1, 1), width).movedim(1, -1)
        return (soft + 0.03 * torch.randn(soft.shape, generator=generator)).clamp(0, 1)

    found = scene_accuracy(judge, 200, worse)
    assert found["thing"] >= 0.95
    assert found["hat"] >= 0.95


def test_what_it_says_fits_together(judge, scenes):
    seen = judge(scenes.pictures[:64].float() / 255)
    assert torch.allclose(seen.thing.sum(dim=1), torch.ones(64), atol=1e-5)
    counted = sum(seen.shows(kind).sum() for kind in KINDS)
    assert counted == 64
    assert not (seen.wears_hat() & ~seen.shows("person")).any()


def test_a_batch_is_judged_as_its_pictures_are(judge, scenes):
    pictures = scenes.pictures[:5].float() / 255
    together, alone = judge(pictures), judge(pictures[3:4])
    assert torch.allclose(together.thing[3], alone.thing[0], atol=1e-5)
    assert torch.allclose(together.features[3], alone.features[0], atol=1e-4)


def test_its_seeds_are_nobody_elses():
    place = Place(Path())
    own = {*range(SCENES_FROM, SCENES_FROM + SCENES, 1000), *range(PAIRS_FROM, PAIRS_FROM + PAIRS, 1000)}
    assert max(own) < data.HELD_OUT_FROM
    assert min(own) >= max(data.PAIRS_FROM + place.pairs, data.WALKS_FROM + place.walks, place.scenes)


def test_its_file_says_how_good_it_is():
    held_out = card(WEIGHTS)["held out"]
    assert held_out["thing"] >= 0.98
    assert held_out["hat"] >= 0.97
    assert WEIGHTS.stat().st_size < 1_000_000


@pytest.mark.parametrize("night", [False, True])
def test_a_tree_mask_is_where_the_tree_is(night):
    tree = Scene("snow", night=night, thing="tree", size=0.8, seed=3)
    mask = tree_mask(tree)
    drawn = draw(tree), draw(dataclasses.replace(tree, thing=None))
    one, other = (torch.from_numpy(np.asarray(each).copy()) for each in drawn)
    same = (one == other).all(dim=-1)
    # Where nothing changes there is no tree, and where it is wholly tree no ground is left to see.
    assert mask[same].max() == 0
    assert not same[mask == 1].any()
    # By day its shadow changes the picture beside it.
    assert (mask > 0).sum() < (~same).sum() if not night else (mask > 0).sum() == (~same).sum()


def test_a_tree_mask_grows_with_the_tree():
    areas = [float(tree_mask(Scene("beach", thing="tree", size=size)).mean()) for size in (0.2, 0.4, 0.8)]
    assert areas[1] == pytest.approx(4 * areas[0], rel=0.1)
    assert areas[2] == pytest.approx(16 * areas[0], rel=0.1)


@pytest.mark.parametrize("thing", [name for name in THINGS if name != "tree"])
def test_other_things_have_no_tree_mask(thing):
    assert tree_mask(Scene("city", thing=thing, color="red", size=0.5)).sum() == 0
    assert tree_mask(Scene("desert", thing="tree", outside=True)).sum() == 0
