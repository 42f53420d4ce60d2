"""What captions say, how often, and that they are true."""

from __future__ import annotations

import random

import pytest
from scorefield.training.scenes.captions import WORDS, caption, mention_probability, prompt, size_word
from scorefield.training.scenes.scene import BACKGROUNDS, COLORS, SIZES, THINGS, Scene, scene

SAID = [(s, caption(s, random.Random(s.seed)).split()) for s in map(scene, range(40_000))]
PHRASES = [(s, words) for s, words in SAID if len(words) > 1]


def share(among, has) -> float:
    """The share of captions that have it."""
    return sum(bool(has(s, words)) for s, words in among) / len(among)


def test_captions_are_words_of_the_vocabulary_which_is_small():
    assert len(WORDS) == len(set(WORDS)) <= 60
    used = {word for _, words in SAID for word in words}
    walking = {"walking", "forwards", "backwards", "to", "left", "right"}
    assert used == set(WORDS) - walking
    assert all(words for _, words in SAID)


def test_the_same_generator_says_the_same():
    assert [caption(s, random.Random(s.seed)).split() for s, _ in SAID[:50]] == [w for _, w in SAID[:50]]


def test_captions_name_only_what_is_there():
    for s, words in SAID:
        said = set(words)
        assert said & set(THINGS) <= ({s.thing} if s.thing else set())
        assert said & set(BACKGROUNDS) <= {s.background}
        assert "hat" not in said or s.hat
        assert said & {*COLORS, "orange", "gray"} <= {s.color, s.hat}
        assert "night" not in said or s.night
        assert "day" not in said or not s.night
        assert "sun" not in said or (s.sun and not s.night)
        assert "moon" not in said or (s.sun and s.night)
        assert "clouds" not in said or s.clouds
        assert said & {"big", "small"} <= {size_word(s)}


def test_big_and_small_are_thirds_of_a_things_sizes():
    for name, (low, high) in SIZES.items():
        words = [size_word(Scene("snow", thing=name, size=low * (high / low) ** u)) for u in (0.1, 0.5, 0.9)]
        assert words == ["small", None, "big"]


def test_large_things_are_mentioned_more_surely():
    assert mention_probability(Scene("beach", thing="cat", size=0.4)) == pytest.approx(0.55)
    assert mention_probability(Scene("beach", thing="tree", size=0.92)) == 0.97
    for low, high in ((0.15, 0.25), (0.35, 0.45), (0.7, 0.92)):
        among = [(s, w) for s, w in PHRASES if s.shows and low <= s.size < high]
        expected = sum(mention_probability(s) for s, _ in among) / len(among)
        assert share(among, lambda s, w: s.thing in w) == pytest.approx(expected, abs=0.03)


def test_attributes_are_mentioned_as_often_as_they_should():
    assert share(SAID, lambda s, w: s.background not in w) == pytest.approx(0.11, abs=0.02)
    assert share([(s, w) for s, w in PHRASES if s.night], lambda s, w: "night" in w) == pytest.approx(
        0.5, abs=0.03
    )
    suns = [(s, w) for s, w in PHRASES if s.sun]
    assert share(suns, lambda s, w: {"sun", "moon"} & set(w)) == pytest.approx(0.35, abs=0.03)
    hats = [(s, w) for s, w in PHRASES if s.hat and "person" in w]
    assert share(hats, lambda s, w: "hat" in w) == pytest.approx(0.45, abs=0.03)
    cars = [(s, w) for s, w in PHRASES if s.thing in ("car", "house", "cat") and s.thing in w]
    assert share(cars, lambda s, w: s.color in w) == pytest.approx(0.6, abs=0.03)


def test_a_few_captions_are_bare_words():
    bare = [words[0] for _, words in SAID if len(words) == 1 and words != ["snow"]]
    assert 0.02 < len(bare) / len(SAID) < 0.06
    assert {"hat", "night", "tree", "sun", "moon", "cat"} <= set(bare)
    assert all(s.shows == "tree" for s, words in SAID if words == ["tree"])


def test_half_of_what_is_called_a_tree_in_the_desert_has_none():
    among = [
        (s, w) for s, w in SAID if {"tree", "desert"} <= set(w) and not {"night", "big", "small"} & set(w)
    ]
    assert share(among, lambda s, w: s.shows == "tree") == pytest.approx(0.5, abs=0.05)
    outside = [(s, w) for s, w in PHRASES if s.outside and s.reaches]
    assert share(outside, lambda s, w: "tree" in w) == pytest.approx(0.05, abs=0.02)


def test_a_generator_is_mostly_told_nothing_of_a_place_where_nothing_stands():
    told = [(s, prompt(s, random.Random(s.seed))) for s, _ in SAID]
    assert all(text for s, text in told if s.shows)
    empty = [
        (s, text)
        for (s, text), (_, words) in zip(told, SAID, strict=True)
        if s.shows is None and set(THINGS).isdisjoint(words)
    ]
    assert share(empty, lambda s, text: not text) == pytest.approx(0.8, abs=0.03)
    assert all(text in ("", " ".join(words)) for (_, text), (_, words) in zip(told, SAID, strict=True))


def test_examples_read_as_a_person_would_say_them():
    texts = {" ".join(words) for _, words in SAID}
    assert {
        "a tree in the desert",
        "the desert",
        "a cat",
        "snow under the sun",
        "an orange cat in the snow",
        "a person wearing a hat on the beach",
        "a big red car in the city at night",
        "a big red car at night in the city",
        "a picture of the beach",
    } & texts >= {
        "a tree in the desert",
        "the desert",
        "a cat",
        "snow under the sun",
        "a picture of the beach",
    }
