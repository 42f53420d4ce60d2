"""What guidance does: the tree that grows, and whether a picture shows what was asked for."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from ...scenes.captions import PLACES
from ...scenes.scene import BACKGROUNDS, THINGS
from ..classifier import KINDS
from ..sampling import Way
from .bench import Bench, share
from .lines import Line, at_least, at_most, figure, true

PROMPT = "a tree in the desert"
SCALES = (0.0, 1.0, 2.0, 4.0, 8.0)
STEPS = 50


def lines(bench: Bench) -> Iterator[Line]:
    """One prompt under rising guidance, then every thing in every place."""
    yield from _growing(bench)
    yield from _obeyed(bench)


def _growing(bench: Bench) -> Iterator[Line]:
    painter, count = bench.painter("pocket"), bench.count(256)
    probability, area = {}, {}
    for scale in SCALES:
        seen = bench.judge(painter.paint([PROMPT] * count, Way(steps=STEPS, scale=scale)))
        probability[scale] = float(seen.probability("tree").mean())
        area[scale] = 100 * float(seen.tree_area.mean())
    said = ", ".join(f"{scale:g}: {probability[scale]:.2f}" for scale in SCALES)
    yield at_most(f"P(tree) at α = 1, {PROMPT!r}", probability[1.0], 0.6, f"({said})")
    yield at_least("P(tree) at α = 4", probability[4.0], 0.9)
    yield at_least("tree area at α = 8 ÷ α = 1", area[8.0] / max(area[1.0], 1e-6), 4)
    rises = all(area[low] < area[high] for low, high in pairwise(SCALES[1:]))
    said = ", ".join(f"{scale:g}: {area[scale]:.1f} %" for scale in SCALES)
    yield true("tree area rises from α = 1 to 2, 4 and 8", rises, said)


def _obeyed(bench: Bench, scale: float = 4.0) -> Iterator[Line]:
    asked = [(thing, place) for thing in THINGS for place in BACKGROUNDS] * bench.count(8)
    prompts = [f"{one(thing)} {PLACES[place]}" for thing, place in asked]
    seen = bench.judge(bench.painter("pocket").paint(prompts, Way(steps=STEPS, scale=scale)))
    things = seen.thing.argmax(dim=1)
    right = things == things.new_tensor([KINDS.index(thing) for thing, _ in asked])
    places = seen.background.argmax(dim=1)
    there = places == places.new_tensor([BACKGROUNDS.index(place) for _, place in asked])
    each = right.view(-1, len(THINGS), len(BACKGROUNDS)).float().mean(dim=(0, 2))
    note = ", ".join(f"{thing} {value:.2f}" for thing, value in zip(THINGS, each.tolist(), strict=True))
    yield at_least(f"object accuracy at α = {scale:g}", share(right), 0.90, f"({note})")
    yield at_least(f"background accuracy at α = {scale:g}", share(there), 0.98)
    hats = ["a person wearing a hat " + PLACES[place] for place in BACKGROUNDS] * bench.count(16)
    worn = bench.judge(bench.painter("pocket").paint(hats, Way(steps=STEPS, scale=scale))).wears_hat()
    yield figure("persons with hats where they were asked for", share(worn))


def one(thing: str) -> str:
    """The thing with its article."""
    return f"an {thing}" if thing[0] in "aeiou" else f"a {thing}"
