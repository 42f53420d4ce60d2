"""How a field of the plane looks wherever it is shown: in a picture, in an animation, on the page."""

from __future__ import annotations

from dataclasses import dataclass

from ..diffusion.points import Points
from .arrows import ArrowKind, ArrowLength


@dataclass(frozen=True)
class FieldLook:
    """Which arrows are drawn, and what is around them.

    Attributes:
        points: the data beneath the arrows.
        kind: what the arrows are (see `arrows`).
        length: "unit", all the same, or "true", to one scale for all layers.
        parts: of one guided field: unconditional grey, conditional yellow and guided green.
        extent: half the side of the plane that is shown.
        title: above it.
        side: arrows along one side; by default 30, or 16 where several layers share the plane. The page has a
            grid of its own.
    """

    points: Points | None = None
    kind: ArrowKind = "-epsilon"
    length: ArrowLength = "unit"
    parts: bool = False
    extent: float = 2.0
    title: str = ""
    side: int | None = None
