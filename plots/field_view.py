"""A field for the page's viewer: at all its times, from noise to data."""

from __future__ import annotations

from ..diffusion.field import ScoreModel
from .field_look import FieldLook
from .page_view import MOST_FIELD_MOMENTS, PageView, new_view


def field_view(
    model: ScoreModel, look: FieldLook, *, t: float = 1.0, t_start: float = 1.0, t_end: float = 0.0
) -> PageView:
    """A field at evenly spaced times, one of them `t`, at which the viewer opens.

    Args:
        model: the field, guided or not; of a guided one the page is given all three.
        look: with which arrows the viewer opens, over what.
        t: the moment to open at.
        t_start: of the first moment, as in `field_animation`.
        t_end: of the last one.
    """
    low, high = sorted((t_start, t_end))
    steps = MOST_FIELD_MOMENTS - 2
    times = {low + (high - low) * i / steps for i in range(steps + 1)} | {min(max(t, low), high)}
    line = sorted(times, reverse=t_start >= t_end)
    view = new_view(
        [model.schedule.at(each) for each in line],
        look.extent,
        start=line.index(min(max(t, low), high)),
        arrows=look.kind,
        length=look.length,
        shown="all" if look.parts else "guided",
        title=look.title,
    )
    view.put_data(look.points)
    view.put_field(model.field, range(len(line)))
    return view
