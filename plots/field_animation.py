"""A field as time goes by."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor

from ..diffusion.field import Field
from ..diffusion.schedule import Level, Schedule
from .arrows import Arrows
from .field_look import FieldLook
from .field_plot import arrows_at, field_plane, level_caption
from .film import film


def field_animation(
    field: Field | Mapping[str, Field],
    schedule: Schedule,
    look: FieldLook,
    *,
    t_start: float = 1.0,
    t_end: float = 0.0,
    frames: int = 60,
    hold: int = 10,
    size: int = 480,
) -> Tensor:
    """The arrows of a field at evenly spaced t.

    Args:
        field: as in `field_plot`.
        schedule: which level each t is.
        look: which arrows, over what.
        t_start: of the first frame, 0 … 1.
        t_end: of the last one.
        frames: how many.
        hold: how many times more the last frame is shown.
        size: of the picture in pixels.

    Returns:
        An IMAGE, (frames + hold, size, size, 3).

    Raises:
        ValueError: t outside 0 … 1, no frame, or what `field_plot` refuses.
    """
    if not (0 <= t_start <= 1 and 0 <= t_end <= 1) or frames < 1:
        raise ValueError(f"t goes from 0 to 1 in 1 or more frames, not {t_start:g} → {t_end:g} in {frames}")
    times = torch.linspace(t_start, t_end, frames, dtype=torch.float64).tolist()
    levels = [schedule.at(t) for t in times]
    found = [arrows_at(field, level, look) for level in levels]
    return _filmed(found, levels, look, size, hold)


def _filmed(
    found: list[tuple[Tensor, dict[str, Arrows]]],
    levels: list[Level],
    look: FieldLook,
    size: int,
    hold: int,
) -> Tensor:
    x = found[0][0]
    # Guidance may be on in some frames only: the frame with the most layers names them all, in order.
    fullest = max((layers for _, layers in found), key=len)
    captions = [level_caption(level) for level in levels]
    plane, arrows = field_plane(x, fullest, look, size, max(captions, key=len))

    def move(frame: int) -> None:
        arrows.turn(found[frame][1])
        plane.caption.set_text(captions[frame])

    return film(plane.figure, [*plane.layers, plane.caption], len(levels), move, hold)
