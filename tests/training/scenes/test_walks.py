"""The walking person: where they face, where they go, and that the place stands still."""

from __future__ import annotations

import random
from dataclasses import replace

import numpy as np
import pytest
from scorefield.training.scenes.captions import WORDS
from scorefield.training.scenes.paint import PALETTE
from scorefield.training.scenes.walks import FRAMES, Walk, draw_walk, walk, walk_caption

WALKS = [walk(seed) for seed in range(4000)]
PLAIN = Walk("snow", False, "right", "forwards", "red", 0.55, 0.3, 3.5, 0.0, 1)


def clip(shown: Walk) -> np.ndarray:
    """The frames (8, 64, 64, 3) as numbers that can be subtracted."""
    return np.stack([np.asarray(frame) for frame in draw_walk(shown)]).astype(int)


def columns(shown: Walk, color: tuple[int, int, int]) -> np.ndarray:
    """In each frame, the mean column of the pixels of one colour."""
    near = np.abs(clip(shown) - color).max(-1) < 12
    return np.array([np.nonzero(frame)[1].mean() for frame in near])


def test_a_seed_is_a_clip():
    assert walk(5) == WALKS[5] and len(set(WALKS)) == len(WALKS)
    assert [f.tobytes() for f in draw_walk(walk(5))] == [f.tobytes() for f in draw_walk(walk(5))]
    assert len(draw_walk(walk(5))) == FRAMES == 8


def test_a_quarter_walks_backwards_either_way():
    backwards = [w for w in WALKS if w.direction == "backwards"]
    assert len(backwards) / len(WALKS) == pytest.approx(0.25, abs=0.03)
    for some in (backwards, WALKS):
        assert sum(w.facing == "left" for w in some) / len(some) == pytest.approx(0.5, abs=0.06)


def test_the_figure_stays_in_the_picture():
    for w in WALKS:
        assert 0.45 <= w.size <= 0.60 and 3 <= w.speed <= 4
        assert all(0.19 < w.place(frame) < 0.81 for frame in range(FRAMES))


@pytest.mark.parametrize("facing", ["left", "right"])
@pytest.mark.parametrize("direction", ["forwards", "backwards"])
def test_the_figure_moves_where_it_faces_or_against_it(facing, direction):
    shown = replace(PLAIN, facing=facing, direction=direction, x=0.5 if facing == "left" else 0.4)
    ahead = 1 if facing == "right" else -1
    way = ahead if direction == "forwards" else -ahead
    shirt = columns(shown, PALETTE["red"])
    assert np.diff(shirt).mean() == pytest.approx(way * 3.5, abs=0.5)
    # The face is ahead of the hair, whichever way the figure goes.
    skins, hairs = ((255, 214, 178), (232, 178, 136), (176, 116, 78)), ((58, 40, 34), (112, 66, 36))
    for frame in clip(shown):
        head = frame[: int(64 * (0.90 - 0.72 * shown.size))]
        face, hair = (
            np.mean([np.nonzero((head == c).all(-1))[1].mean() for c in some if (head == c).all(-1).any()])
            for some in (skins, hairs)
        )
        assert ahead * (face - hair) > 2


def test_backwards_is_the_same_stride_the_other_way_round():
    """The clip of a walk, reversed in time, is a walk backwards."""
    end = PLAIN.place(FRAMES - 1)
    back = replace(PLAIN, direction="backwards", x=end, phase=PLAIN.phase + (FRAMES - 1) / FRAMES)
    assert np.abs(clip(back)[::-1] - clip(PLAIN)).max() <= 2


def test_the_background_stands_still():
    for w in WALKS[:6]:
        frames = clip(w)
        where = np.zeros(64, bool)
        for frame in range(FRAMES):
            middle, half = w.place(frame) * 64, 0.45 * w.size * 64
            where[max(0, int(middle - half)) : int(middle + half) + 1] = True
        assert (frames[:, :, ~where] == frames[0][:, ~where]).all()
        assert (frames[:, :8] == frames[0, :8]).all()
        assert (frames[1:] != frames[:-1]).any(axis=(1, 2, 3)).all()


SAID = [(w, walk_caption(w, random.Random(w.seed)).split()) for w in WALKS]


def test_walk_captions_are_true_words():
    for w, words in SAID:
        said = set(words)
        assert said <= set(WORDS) and "walking" in said
        assert words[0] == ("a" if "person" in said else "walking")
        assert said & {"forwards", "backwards"} <= {w.direction}
        assert said & {"left", "right"} <= {"right" if w.motion > 0 else "left"}
        assert "night" not in said or w.night
        assert "shirt" not in said or w.shirt in said


def test_walk_captions_name_the_direction_in_three_of_four():
    def share(some: set[str]) -> float:
        return sum(bool(some & set(words)) for _, words in SAID) / len(SAID)

    assert share({"forwards", "backwards"}) == pytest.approx(0.75, abs=0.03)
    assert share({"left", "right"}) == pytest.approx(0.35, abs=0.03)
    assert share({"person"}) == pytest.approx(0.75, abs=0.03)
    texts = {" ".join(words) for _, words in SAID}
    assert {"a person walking on the beach", "walking backwards", "walking to the right"} <= texts
