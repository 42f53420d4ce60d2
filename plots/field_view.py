"""A field for the page's viewer: at all its times, from noise to data."""

from __future__ import annotations

from ..diffusion.field import ScoreModel
from ..diffusion.points import Points
from .arrows import ArrowKind, ArrowLength
from .page_view import MOST_FIELD_MOMENTS, PageView, new_view


def field_view(
    model: ScoreModel,
    points: Points | None = None,
    *,
    t: float = 1.0,
    t_start: float = 1.0,
    t_end: float = 0.0,
    kind: ArrowKind = "-epsilon",
    length: ArrowLength = "unit",
    parts: bool = False,
    extent: float = 2.0,
    title: str = "",
) -> PageView:
    """A field at evenly spaced times, one of them `t`, at which the viewer opens.

    Args:
        model: the field, guided or not; of a guided one the page is given all three.
        points: the data beneath.
        t: the moment to open at.
        t_start: of the first moment; as in `field_animation`, which explains the rest.
        t_end: of the last one.
    """
    low, high = sorted((t_start, t_end))
    steps = MOST_FIELD_MOMENTS - 2
    times = {low + (high - low) * i / steps for i in range(steps + 1)} | {min(max(t, low), high)}
    line = sorted(times, reverse=t_start >= t_end)
    view = new_view(
        [model.schedule.at(each) for each in line],
        extent,
        start=line.index(min(max(t, low), high)),
        arrows=kind,
        length=length,
        shown="all" if parts else "guided",
        title=title,
    )
    view.put_data(points)
    view.put_field(model.field, range(len(line)))
    return view
