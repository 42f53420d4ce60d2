"""The pictures themselves: the same every time, and told apart at night too."""

from __future__ import annotations

import hashlib
from dataclasses import replace

import numpy as np
import pytest
from scorefield.training.scenes.draw import draw
from scorefield.training.scenes.memory import render, render_walks
from scorefield.training.scenes.scene import BACKGROUNDS, SIZES, Scene, colors, scene


def pixels(s: Scene) -> np.ndarray:
    """The picture as numbers that can be subtracted."""
    return np.asarray(draw(s)).astype(int)


def test_a_scene_is_one_picture():
    for seed in range(10):
        assert draw(scene(seed)).tobytes() == draw(scene(seed)).tobytes()
    assert draw(scene(0)).size == (64, 64) and draw(scene(0)).mode == "RGB"
    assert len({hashlib.sha256(draw(scene(seed)).tobytes()).digest() for seed in range(50)}) == 50


def test_details_belong_to_the_seed():
    s = Scene("desert", thing="tree", seed=1)
    assert (pixels(s) != pixels(replace(s, seed=2))).any()


@pytest.mark.parametrize("night", [False, True])
@pytest.mark.parametrize("background", BACKGROUNDS)
def test_every_thing_in_every_colour_stands_out_at_its_smallest(background, night):
    """A fifth of the square on its height differs clearly from the same place without it."""
    for thing, (low, _) in SIZES.items():
        for color in colors(thing) or (None,):
            s = Scene(background, night=night, thing=thing, color=color, size=low, seed=4)
            without = pixels(replace(s, thing=None, color=None))
            distinct = np.linalg.norm(pixels(s) - without, axis=-1) > 40
            assert distinct.sum() > 0.2 * (low * 64) ** 2, (thing, color)


def test_things_stay_light_at_night():
    """They lose less of their light than the ground they stand on."""
    for background in BACKGROUNDS:
        by_day = Scene(background, thing="house", color="yellow", size=0.6, seed=3)
        at_night = replace(by_day, night=True)
        day, night = pixels(by_day).mean(-1), pixels(at_night).mean(-1)
        assert night[48, 32] / day[48, 32] > 1.2 * night[63, 2] / day[63, 2]


def test_a_shadow_lies_on_the_sand_and_nothing_stands_there():
    s = Scene("desert", sun=True, thing="tree", size=0.5, x=0.4, outside=True, seed=3)
    empty = pixels(replace(s, thing=None, outside=False))
    where = (pixels(s) != empty).any(-1)
    assert where.sum() > 100 and not where[:38].any()
    assert (pixels(s) <= empty).all()


def test_of_a_tree_too_far_outside_nothing_is_seen():
    s = Scene("desert", sun=True, thing="tree", size=0.5, x=0.4, outside=True, reaches=False, seed=3)
    assert (pixels(s) == pixels(replace(s, thing=None, outside=False))).all()


def ground_column(s: Scene) -> float:
    """The mean column of what the thing changes on the ground about its foot."""
    where = (pixels(s) != pixels(replace(s, thing=None, color=None))).any(-1)
    return np.nonzero(where[53:])[1].mean() - 64 * s.x


def test_by_day_things_cast_a_shadow_away_from_the_sun():
    for x, away in ((0.42, -1), (0.58, 1)):
        s = Scene("snow", sun=True, thing="umbrella", color="red", size=0.6, x=x, seed=3)
        bright = pixels(s) - pixels(replace(s, sun=False))
        assert away * (np.nonzero(bright.any(-1))[1].mean() - 32) < 0
        assert away * ground_column(s) > 2
        assert abs(ground_column(replace(s, night=True))) < 2


def test_rendering_in_parallel_is_rendering():
    alone, scenes = render(range(10, 23))
    together, same = render(range(10, 23), workers=2)
    assert alone.shape == (13, 64, 64, 3) and alone.dtype == np.uint8
    assert (alone == together).all() and scenes == same == [scene(seed) for seed in range(10, 23)]
    assert (alone[4] == np.asarray(draw(scene(14)))).all()


def test_walks_render_in_parallel_too():
    alone, walks = render_walks(range(3))
    together, same = render_walks(range(3), workers=2)
    assert alone.shape == (3, 8, 64, 64, 3)
    assert (alone == together).all() and walks == same


def test_nothing_to_draw_is_said():
    with pytest.raises(ValueError, match="at least one seed"):
        render(range(0))
