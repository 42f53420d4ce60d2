"""Walks: whether frames hang together, and whether the figure walks as it was told."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace

import torch

from ....diffusion.picture_measures import frame_correlation, sharpness
from ....models.pocket.family import SHIFT
from ...pocket.data import HELD_OUT_FROM
from ...scenes.captions import PLACES
from ...scenes.memory import render_walks
from ...scenes.walks import walk_caption
from ..gait import gait
from ..sampling import Painter, Way
from .bench import Bench, share
from .lines import Line, at_least, at_most, figure

PLAIN = Way("flow", 20, shift=SHIFT)
GUIDED = replace(PLAIN, scale=3.0)


def lines(bench: Bench) -> Iterator[Line]:
    """Clips of held-out captions beside renders, then prompts, then a negative prompt."""
    painter = bench.painter("pocket-video")
    yield from _beside_renders(painter, bench.count(64))
    yield from _obeyed(painter, bench.count(4))
    yield from _negative(painter, bench.count(100))


def _beside_renders(painter: Painter, count: int) -> Iterator[Line]:
    rendered, walks = render_walks(range(HELD_OUT_FROM, HELD_OUT_FROM + count))
    real = torch.from_numpy(rendered).float() / 255
    clips = painter.paint([walk_caption(each, random.Random(each.seed)) for each in walks], PLAIN)
    one, other = (float(frame_correlation(each).mean()) for each in (clips, real))
    yield at_least("video: neighbouring frames' correlation ÷ renders'", one / other, 0.9, f"({one:.3f})")
    yield figure("video: sharpness ÷ renders'", _sharpness(clips) / _sharpness(real))


def _obeyed(painter: Painter, times: int) -> Iterator[Line]:
    asked = [
        (direction, side, place)
        for direction in ("forwards", "backwards")
        for side in ("left", "right", "")
        for place in PLACES.values()
    ] * times
    prompts = [
        f"a person walking {direction}{f' to the {side}' if side else ''} {place}"
        for direction, side, place in asked
    ]
    seen = gait(painter.paint(prompts, GUIDED))
    wanted = torch.tensor([direction == "backwards" for direction, _, _ in asked])
    right = seen.backwards == wanted
    note = f"(forwards {share(right[~wanted]):.2f}, backwards {share(right[wanted]):.2f})"
    yield at_least("video: direction follows the prompt", share(right), 0.85, note)
    sided = torch.tensor([bool(side) for _, side, _ in asked])
    rightwards = torch.tensor([side == "right" for _, side, _ in asked])
    yield figure("video: left and right follow it", share((seen.goes_right == rightwards)[sided]))


def _negative(painter: Painter, count: int) -> Iterator[Line]:
    places = list(PLACES.values())
    prompts = [f"a person walking {places[index % len(places)]}" for index in range(count)]
    plain = share(gait(painter.paint(prompts, GUIDED)).backwards)
    fewer = share(gait(painter.paint(prompts, replace(GUIDED, negative="walking backwards"))).backwards)
    note = f"({plain:.3f} → {fewer:.3f})"
    ratio = fewer / plain if plain else 1.0
    yield at_most("video: negative “walking backwards”, backward walks with ÷ without it", ratio, 0.5, note)
    yield from _away_from_the_left(painter, prompts)


def _away_from_the_left(painter: Painter, prompts: list[str]) -> Iterator[Line]:
    seen = gait(painter.paint(prompts, replace(GUIDED, negative="walking to the left")))
    yield figure("video: negative “walking to the left”, walks to the right", share(seen.goes_right))


def _sharpness(clips: torch.Tensor) -> float:
    return float(sharpness(clips.flatten(0, 1)).mean())
