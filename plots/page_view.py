"""What the page's viewer of the plane is given: a field at many moments, samples on their way, the data.

Everything lies on one line of moments, from noise to data. A page is sent at most
`nodes.page_file.MOST_BYTES`; what is longer is thinned out here, and a note says how.

| array               | shape        | what                                                              |
|---------------------|--------------|-------------------------------------------------------------------|
| epsilon, x0         | (L, F, P, 2) | what L layers of the field say at F moments, on a square grid     |
| x                   | (K, B, 2)    | where B samples are at each of K moments                          |
| group               | (B,)         | the class or the walk that each sample belongs to, −1 for none    |
| data, labels        | (N, 2), (N,) | the data and their classes                                        |
| curve, curve_labels | (M, 2), (M,) | the curve they were taken from                                    |
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor

from ..diffusion.field import Field
from ..diffusion.points import Points
from ..diffusion.prediction import Estimate
from ..diffusion.schedule import Level
from .arrows import PARTS, probes

SIDE = 30
MOST_FIELD_MOMENTS = 41
MOST_SAMPLES = 4000
MOST_POINTS = 4000
MOST_PLACES = 260_000  # samples × moments: 4 bytes each


@dataclass
class PageView:
    """What is sent, as it comes together."""

    about: dict[str, Any]
    arrays: dict[str, Tensor] = field(default_factory=dict)

    def note(self, words: str) -> None:
        """Say what was left out."""
        self.about["notes"].append(words)

    def put_data(self, points: Points | None) -> None:
        """The data beneath."""
        if points is None:
            return
        kept = slice(None, None, -(-len(points.xy) // MOST_POINTS))
        shown = points.xy[kept]
        if len(shown) < len(points.xy):
            self.note(f"{len(shown)} of {len(points.xy)} data points")
        self.about["classes"] = list(points.names)
        self.arrays["data"] = shown.float()
        if points.labels is not None:
            self.arrays["labels"] = points.labels[kept].short()
        if points.curve is not None:
            self.arrays["curve"] = points.curve.half()
            if points.curve_labels is not None:
                self.arrays["curve_labels"] = points.curve_labels.short()

    def put_field(self, asked: Field, places: Sequence[int]) -> None:
        """A field on a grid, at these places in the line of moments; those without noise are passed over."""
        moments = [Level(*each) for each in self.about["moments"]]
        seen = [place for place in thinned(places, MOST_FIELD_MOMENTS) if moments[place].sigma > 0]
        if not seen:
            return
        grid, _ = probes(self.about["extent"], SIDE)
        estimates = [_ask(asked, grid, moments[place]) for place in seen]
        layers = max((_layers(each) for each in estimates), key=len)
        self.about |= {"side": SIDE, "layers": layers, "field_at": seen}
        for name in ("epsilon", "x0"):
            stacked = torch.stack(
                [torch.stack([_part(each, layer, name) for each in estimates]) for layer in layers]
            )
            self.arrays[name] = stacked.half()


def new_view(moments: Sequence[Level], extent: float, **about: Any) -> PageView:
    """A view with nothing in it but its line of moments, as (alpha, sigma, t)."""
    line = [[float(number) for number in level] for level in moments]
    return PageView({"moments": line, "extent": extent, "classes": [], "notes": [], **about})


def thinned(things: Sequence[int], most: int) -> list[int]:
    """At most so many of them, evenly spread, the first and the last among them."""
    if len(things) <= most:
        return list(things)
    return [things[round(i * (len(things) - 1) / (most - 1))] for i in range(most)]


def _ask(asked: Field, x: Tensor, level: Level) -> Estimate:
    with torch.no_grad():
        return asked(x, level)


def _layers(estimate: Estimate) -> list[str]:
    return [""] if estimate.conditional is None else list(PARTS)


def _part(estimate: Estimate, layer: str, name: str) -> Tensor:
    """One layer of an estimate; a gap where guidance was off."""
    whole: Tensor = getattr(estimate, name)
    if layer in ("", "guided"):
        return whole
    part = getattr(estimate, layer)
    return torch.full_like(whole, torch.nan) if part is None else getattr(part, name)
