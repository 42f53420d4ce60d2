"""How good the judge itself is, on renders that it has never seen."""

from __future__ import annotations

from collections.abc import Iterator

import torch

from ..accuracy import gait_accuracy, scene_accuracy
from ..augment import blurred
from .bench import Bench
from .lines import Line, at_least, figure

BLUR = 1.0  # standard deviation in pixels


def lines(bench: Bench) -> Iterator[Line]:
    """The accuracy of the classifier, also on blurred renders, and of the rule for walks."""
    found = scene_accuracy(bench.judge, bench.count(4000))
    yield at_least("judge: thing", found["thing"], 0.98)
    yield at_least("judge: hat", found["hat"], 0.97)
    for name in ("background", "night", "sun", "clouds"):
        yield figure(f"judge: {name}", found[name])
    yield figure("judge: tree area, mean error in % of the picture", found["tree area error"])

    def soft(pictures: torch.Tensor) -> torch.Tensor:
        width = torch.full((len(pictures), 1, 1, 1), BLUR)
        return blurred(pictures.movedim(-1, 1), width).movedim(1, -1)

    worse = scene_accuracy(bench.judge, bench.count(4000), soft)
    note = f"(hat {worse['hat']:.3f})"
    yield figure("judge: thing, of renders blurred by one pixel", worse["thing"], note)
    walks = gait_accuracy(bench.count(1000))
    yield at_least("judge of walks: direction", walks["direction"], 0.99, f"(facing {walks['faces']:.3f})")
