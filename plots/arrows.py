"""What the arrows of a field are, as numbers: where they stand, where they point, how strong they are.

| kind      | the arrow at x           |                                                    |
|-----------|--------------------------|----------------------------------------------------|
| -epsilon  | −ε̂                       | the video's: the way back from the noise           |
| score     | −ε̂/sigma = ∇ log p(x)    | the same direction, longer where there is less noise |
| x0 - x    | x̂0 − x                   | all the way to where the field says x came from    |
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, NamedTuple, get_args

import torch
from torch import Tensor

from ..diffusion.field import Field
from ..diffusion.measures import probe_grid
from ..diffusion.prediction import Estimate
from ..diffusion.schedule import Level

ArrowKind = Literal["-epsilon", "score", "x0 - x"]
ARROW_KINDS: tuple[str, ...] = get_args(ArrowKind)
ArrowLength = Literal["unit", "true"]
ARROW_LENGTHS: tuple[str, ...] = get_args(ArrowLength)
PARTS = ("unconditional", "conditional", "guided")

UNIT_SHARE = 0.86  # of the grid's spacing: neighbours do not touch
LONGEST_SHARE = 1.6
STRONG_QUANTILE = 0.9  # a few outliers must not make all others look weak


class Arrows(NamedTuple):
    """Arrows ready to be drawn: each (P, 2) in the plane's units, and strength (P,) in 0 … 1."""

    along: Tensor
    strength: Tensor


def probes(extent: float, side: int) -> tuple[Tensor, float]:
    """A grid of side² places inside [−extent, extent]², half a spacing from the edge, and that spacing."""
    spacing = 2 * extent / side
    return probe_grid(extent - spacing / 2, side), spacing


def vectors(kind: ArrowKind, estimate: Estimate, x: Tensor, level: Level) -> Tensor:
    """The arrows of one estimate at x (P, 2), as long as they are.

    Raises:
        ValueError: an unknown kind.
    """
    if kind == "-epsilon":
        return -estimate.epsilon
    if kind == "score":
        return estimate.score(level)
    if kind == "x0 - x":
        return estimate.x0 - x
    raise ValueError(f"unknown kind of arrow {kind!r}: choose one of {', '.join(ARROW_KINDS)}")


def layers_of(
    field: Field, x: Tensor, level: Level, kind: ArrowKind, parts: bool = False
) -> dict[str, Tensor]:
    """The arrows of a field by name: "" for what it says, or a guided field's three parts in drawing order.

    Where guidance is off (outside its interval) only "conditional" and "guided" are there, and they agree.
    """
    with torch.no_grad():
        estimate = field(x, level)
    guided = vectors(kind, estimate, x, level)
    if not parts or estimate.conditional is None:
        return {"": guided}
    named = {"unconditional": estimate.unconditional, "conditional": estimate.conditional}
    drawn = {name: vectors(kind, part, x, level) for name, part in named.items() if part is not None}
    return {**drawn, "guided": guided}


def to_draw(layers: Mapping[str, Tensor], spacing: float, length: ArrowLength) -> dict[str, Arrows]:
    """Lengths that suit a grid: all the same, or true to one scale for all layers together.

    Raises:
        ValueError: an unknown way to draw lengths.
    """
    if length not in ARROW_LENGTHS:
        raise ValueError(f"unknown arrow length {length!r}: choose one of {', '.join(ARROW_LENGTHS)}")
    sizes = torch.cat([v.norm(dim=1) for v in layers.values()]).nan_to_num(0, 0, 0)
    tiny = torch.finfo(torch.float32).tiny
    longest, strong = (
        float(sizes.max().clamp(min=tiny)),
        float(sizes.quantile(STRONG_QUANTILE).clamp(min=tiny)),
    )

    def drawn(v: Tensor) -> Arrows:
        size = v.norm(dim=1, keepdim=True)
        scale = (
            LONGEST_SHARE * spacing / longest
            if length == "true"
            else UNIT_SHARE * spacing / size.clamp(min=tiny)
        )
        return Arrows(v * scale, (size[:, 0] / strong).clamp(max=1))

    return {name: drawn(v) for name, v in layers.items()}
