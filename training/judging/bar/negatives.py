"""What a negative prompt takes away, and what it leaves."""

from __future__ import annotations

from collections.abc import Iterator

from ..classifier import Verdict
from ..sampling import Way
from .bench import Bench, share
from .lines import Line, at_most, below

SCALE, STEPS = 3.0, 20
CITY, PERSON = "the city", "a person on the beach"


def lines(bench: Bench) -> Iterator[Line]:
    """“night” against the city, “hat” against a person."""
    nights = share(_seen(bench, CITY, "", 256).night > 0.5)
    dark = share(_seen(bench, CITY, "night", 256).night > 0.5)
    yield at_most("negative “night”: nights in the city", dark, 0.05, f"(without it {nights:.3f})")
    plain, bare = _seen(bench, PERSON, "", 512), _seen(bench, PERSON, "hat", 512)
    hats, fewer = share(plain.wears_hat()), share(bare.wears_hat())
    note = f"({hats:.3f} → {fewer:.3f})"
    yield at_most("negative “hat”: hats with ÷ without it", fewer / hats if hats else 1.0, 0.5, note)
    lost = 100 * (share(plain.shows("person")) - share(bare.shows("person")))
    note = f"({share(plain.shows('person')):.3f} → {share(bare.shows('person')):.3f})"
    yield below("negative “hat”: persons lost, in points", lost, 5, note)


def _seen(bench: Bench, prompt: str, negative: str, count: int) -> Verdict:
    way = Way(steps=STEPS, scale=SCALE, negative=negative)
    return bench.judge(bench.painter("pocket").paint([prompt] * bench.count(count), way))
