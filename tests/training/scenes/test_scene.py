"""How often a scene shows what, on scenes that are not drawn."""

from __future__ import annotations

import math
from collections import Counter

import pytest
from scorefield.training.scenes.scene import BACKGROUNDS, COLORS, SIZES, THINGS, colors, scene

SCENES = [scene(seed) for seed in range(6000)]


def share(has, among=SCENES) -> float:
    """The share of scenes that have it."""
    return sum(map(has, among)) / len(among)


def test_a_seed_is_a_scene():
    assert [scene(seed) for seed in range(50)] == SCENES[:50]
    assert len(set(SCENES)) == len(SCENES)


def test_every_background_and_thing_is_frequent():
    backgrounds, things = Counter(s.background for s in SCENES), Counter(s.thing for s in SCENES)
    assert set(backgrounds) == set(BACKGROUNDS) and min(backgrounds.values()) > 0.15 * len(SCENES)
    assert set(things) == {*THINGS, None} and min(things[name] for name in THINGS) > 0.08 * len(SCENES)


def test_sizes_are_log_uniform_and_only_trees_are_small():
    for name, (low, high) in SIZES.items():
        sizes = sorted(s.size for s in SCENES if s.thing == name)
        assert low <= sizes[0] and sizes[-1] <= high
        assert sizes[len(sizes) // 2] == pytest.approx(math.sqrt(low * high), rel=0.08)
    assert [name for name, (low, _) in SIZES.items() if low < 0.28] == ["tree"]
    assert SIZES["tree"] == (0.15, 0.92)


def test_half_the_persons_wear_a_hat_of_another_colour_and_nobody_else_does():
    persons = [s for s in SCENES if s.thing == "person"]
    assert share(lambda s: s.hat is not None, persons) == pytest.approx(0.5, abs=0.05)
    assert all(s.hat != s.color for s in persons)
    assert all(s.hat is None for s in SCENES if s.thing != "person")


def test_things_come_in_their_own_colours():
    assert all((s.color in colors(s.thing)) if colors(s.thing) else s.color is None for s in SCENES)
    assert colors("tree") == colors("cactus") == () and colors("car") == COLORS
    assert not {"blue", "green", "red"} & set(colors("cat"))


def test_most_trees_of_the_desert_by_day_stand_outside_and_no_other_does():
    desert_trees = [
        s for s in map(scene, range(30_000)) if s.thing == "tree" and s.background == "desert" and not s.night
    ]
    assert share(lambda s: s.outside, desert_trees) == pytest.approx(0.85, abs=0.05)
    outside = [s for s in desert_trees if s.outside]
    assert share(lambda s: s.reaches, outside) == pytest.approx(1 / 3, abs=0.05)
    others = [s for s in SCENES if s.thing != "tree" or s.background != "desert" or s.night]
    assert not any(s.outside for s in others)


def test_details_do_not_share_a_stream():
    one = SCENES[0]
    assert one.details("dunes").random() == one.details("dunes").random() != one.details("stars").random()
