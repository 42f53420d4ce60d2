"""Pairs that differ by one attribute: as scenes, as pixels and as captions."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import fields

import numpy as np
import pytest
from scorefield.training.scenes.captions import WORDS
from scorefield.training.scenes.counterfactual import (
    ATTRIBUTES,
    applicable,
    counterfactual,
    pair,
    pair_captions,
)
from scorefield.training.scenes.draw import draw, foot
from scorefield.training.scenes.figure import HAT_BOX
from scorefield.training.scenes.scene import Scene, scene

PAIRS = [pair(seed) for seed in range(1500)]
MAY_CHANGE = {
    "presence": {"thing", "color", "hat"},
    "kind": {"thing", "color", "hat"},
}


def changed(a: Scene, b: Scene) -> set[str]:
    """The fields that differ."""
    return {field.name for field in fields(Scene) if getattr(a, field.name) != getattr(b, field.name)}


def pixels(s: Scene) -> np.ndarray:
    """The picture as numbers that can be subtracted."""
    return np.asarray(draw(s)).astype(int)


def moved(a: Scene, b: Scene) -> np.ndarray:
    """Which pixels differ (64, 64)."""
    return (pixels(a) != pixels(b)).any(-1)


def test_pairs_differ_by_their_attribute_and_by_nothing_else():
    for a, b, attribute in PAIRS:
        may = MAY_CHANGE.get(attribute, {attribute})
        assert changed(a, b) and changed(a, b) <= may
    # A thing of the other kind keeps its colour where it comes in that colour.
    kinds = [(a, b) for a, b, attribute in PAIRS if attribute == "kind"]
    assert any(a.color == b.color is not None for a, b in kinds)


def test_attributes_are_drawn_evenly_in_both_orders():
    counts = Counter(attribute for *_, attribute in PAIRS)
    assert set(counts) == set(ATTRIBUTES) and min(counts.values()) > 0.09 * len(PAIRS)
    hats = [a.hat is not None for a, _, attribute in PAIRS if attribute == "hat"]
    assert 0.35 < sum(hats) / len(hats) < 0.65
    assert pair(3) == PAIRS[3]


def test_an_attribute_that_is_not_there_cannot_change():
    with pytest.raises(ValueError, match="no 'hat' to change: choose one of"):
        counterfactual(Scene("desert", thing="tree"), "hat")
    shadow = Scene("desert", thing="tree", outside=True)
    assert set(applicable(shadow)) == {"sun", "clouds"}
    assert set(applicable(Scene("city"))) == {"night", "sun", "clouds", "background"}


@pytest.mark.parametrize("size", [0.44, 0.6, 0.8])
def test_a_hat_changes_only_where_the_hat_is(size):
    for background in ("snow", "city"):
        bare = Scene(
            background, sun=True, clouds=True, thing="person", color="white", size=size, x=0.4, seed=5
        )
        where = moved(bare, counterfactual(bare, "hat"))
        left, bottom, right, top = HAT_BOX
        inside = np.zeros((64, 64), bool)
        high = max(0, int(64 * (foot(size) - top * size)))
        low = int(np.ceil(64 * (foot(size) - bottom * size))) + 1
        inside[high:low, int(64 * (0.4 + left * size)) : int(np.ceil(64 * (0.4 + right * size))) + 1] = True
        assert not (where & ~inside).any()
        assert where.sum() > 0.5 * inside.sum()
        # The face below the brim stays as it was.
        assert not where[int(64 * (foot(size) - 0.80 * size)) :].any()


def test_the_sky_changes_only_the_sky():
    for seed in range(6):
        s = scene(seed)
        for attribute in ("sun", "clouds"):
            where = moved(s, counterfactual(s, attribute))
            assert where.any() and not where[26:].any()


def test_colour_and_presence_leave_the_far_side_alone():
    s = Scene("meadow", sun=True, thing="car", color="red", size=0.28, x=0.28, seed=2)
    for attribute in ("color", "presence", "kind"):
        where = moved(s, counterfactual(s, attribute))
        assert where.any() and not where[:, 40:].any()


@pytest.mark.parametrize("attribute", ATTRIBUTES)
def test_every_change_can_be_seen(attribute):
    pairs = [(a, b) for a, b, name in PAIRS[:400] if name == attribute][:12]
    assert min((np.abs(pixels(a) - pixels(b)).max(-1) > 24).sum() for a, b in pairs) >= 40


def test_pair_captions_differ_and_are_words():
    for number, (a, b, attribute) in enumerate(PAIRS):
        first, second = pair_captions(a, b, attribute, random.Random(number))
        assert first != second and {*first.split(), *second.split()} <= set(WORDS)


WORDS_OF = {"hat": {"hat"}, "night": {"night"}, "sun": {"sun", "moon"}, "clouds": {"clouds"}}


@pytest.mark.parametrize("attribute", WORDS_OF)
def test_pair_captions_say_the_attribute_of_the_one_that_has_it(attribute):
    for number, (a, b, name) in enumerate(PAIRS):
        if name == attribute:
            texts = pair_captions(a, b, name, random.Random(number))
            says = [bool(WORDS_OF[name] & set(text.split())) for text in texts]
            assert says == [bool(getattr(s, name)) for s in (a, b)]


def test_pair_captions_name_both_values():
    for number, (a, b, name) in enumerate(PAIRS):
        first, second = pair_captions(a, b, name, random.Random(number))
        if name in ("background", "color"):
            assert getattr(a, name) in first.split() and getattr(b, name) in second.split()
        if name in ("kind", "presence"):
            assert (a.thing or a.background) in first.split() and (b.thing or b.background) in second.split()


def test_a_pair_about_a_hat_is_said_alike_but_for_the_hat():
    bare = Scene("beach", thing="person", color="red", seed=1)
    worn = counterfactual(bare, "hat")
    for number in range(20):
        without, said = pair_captions(bare, worn, "hat", random.Random(number))
        with_color = said.replace(f" wearing a {worn.hat} hat", "").replace(" wearing a hat", "")
        assert with_color == without
