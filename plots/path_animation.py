"""Samples on their way, frame by frame, with short trails and, beneath them, the field they follow."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from matplotlib.lines import Line2D
from numpy.typing import NDArray
from torch import Tensor

from ..diffusion.field import Field
from ..diffusion.sampling import Trajectory
from ..diffusion.schedule import Level
from .arrow_layer import ArrowLayers
from .arrows import layers_of, probes, to_draw
from .canvas import line
from .field_plot import level_caption
from .film import Move, film
from .path_layer import positions
from .plane import Plane, new_plane
from .point_layer import dots
from .style import STYLE
from .walk_look import WalkLook

FIELD_SIDE = 24
FEW_SAMPLES = 300
TRAIL_FRAMES = 5
TRAIL_OPACITY = 0.4
# A stroke longer than this share of the plane is a jump of the noise, not a trail.
LONGEST_STROKE = 0.25


@dataclass(frozen=True)
class Moments:
    """What is seen in each of F frames: the samples at (F, B, 2) and the level they have come to."""

    xy: Tensor
    levels: list[Level]


def path_animation(
    trajectory: Trajectory,
    look: WalkLook,
    *,
    field: Field | None = None,
    frames: int = 60,
    hold: int = 10,
    size: int = 480,
) -> Tensor:
    """The samples of a trajectory moving.

    Args:
        trajectory: with x recorded.
        look: what is shown of it.
        field: whose arrows −ε̂ are drawn beneath at each frame's level.
        frames: how many the walk is spread over; where the steps are fewer, samples glide along them.
        hold: how many times more the last frame is shown.
        size: of the picture in pixels.

    Returns:
        An IMAGE, (frames + hold, size, size, 3).

    Raises:
        ValueError: no positions recorded, no frame or sample to show, or numbers out of range.
    """
    if frames < 1 or look.shown < 1:
        raise ValueError(
            f"an animation needs at least one frame and one sample, got {frames} and {look.shown}"
        )
    moments = moments_of(trajectory, frames, look.shown)
    captions = [level_caption(level) for level in moments.levels]
    plane = new_plane(look.half_side([moments.xy]), size, look.title, captions[0], data_keys=look.keys())
    turn = _put_field(plane, field, moments.levels) if field is not None else _stay
    look.put_data(plane)
    follow = _put_samples(plane, moments.xy, look.colours(moments.xy.shape[1]))

    def move(frame: int) -> None:
        plane.caption.set_text(captions[frame])
        turn(frame)
        follow(frame)

    return film(plane.figure, [*plane.layers, plane.caption], frames, move, hold)


def _stay(frame: int) -> None:
    """The move of what is not there."""


def moments_of(trajectory: Trajectory, frames: int, shown: int) -> Moments:
    """Frames evenly spread over the steps: whole steps where there are enough, else places in between."""
    x = positions(trajectory, shown)
    steps = len(x) - 1
    at = torch.linspace(0, steps, frames, dtype=torch.float64) if frames > 1 else torch.tensor([float(steps)])
    if steps >= frames - 1:
        at = at.round()
    before = at.floor().long().clamp(max=max(steps - 1, 0))
    part = (at - before).float()[:, None, None]
    after = (before + 1).clamp(max=steps)
    return Moments(torch.lerp(x[before], x[after], part), [trajectory.levels[int(i)] for i in at.floor()])


def _put_field(plane: Plane, field: Field, levels: Sequence[Level]) -> Move:
    x, spacing = probes(plane.extent, FIELD_SIDE)
    # At the end there may be no noise, and so no field: the last one stays.
    last = _last_with_noise(levels)
    seen = [level if level.sigma > 0 else last for level in levels]
    drawn = {
        level: to_draw(layers_of(field, x, level, "-epsilon"), spacing, "unit")
        for level in dict.fromkeys(seen)
    }
    arrows = ArrowLayers(plane, x, drawn[seen[0]])
    return lambda frame: arrows.turn(drawn[seen[frame]])


def _last_with_noise(levels: Sequence[Level]) -> Level:
    noisy = [level for level in levels if level.sigma > 0]
    if not noisy:
        raise ValueError("the field cannot be drawn: no frame shows a level with noise")
    return noisy[-1]


def _put_samples(plane: Plane, xy: Tensor, colours: str | list[str]) -> Move:
    places, longest = xy.numpy(), LONGEST_STROKE * 2 * plane.extent
    trails = [_trail(plane, age) for age in range(TRAIL_FRAMES)] if len(places) > 1 else []
    few = xy.shape[1] <= FEW_SAMPLES
    cloud = dots(plane, xy[0], colours, 4.8 if few else 3.0, 1.0 if few else 0.7, edge=few)
    plane.put(*trails, cloud)

    def follow(frame: int) -> None:
        cloud.set_offsets(places[frame])
        for age, trail in enumerate(trails):
            trail.set_data(*_strokes(places, frame - age, longest))

    return follow


def _trail(plane: Plane, age: int) -> Line2D:
    opacity = TRAIL_OPACITY * (1 - age / TRAIL_FRAMES)
    # A path per sample would be drawn one by one; all in one line with gaps are drawn at once.
    trail = line([], [], STYLE.quiet, 1.3 * plane.unit)
    trail.set_alpha(opacity)
    trail.set_transform(plane.axes.transData)
    return trail


def _strokes(
    places: NDArray[np.float32], frame: int, longest: float
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """The strokes that led to a frame as one line with gaps, x and y; none before the first."""
    if frame < 1:
        return places[0, :0, 0], places[0, :0, 1]
    before, after = places[frame - 1], places[frame]
    short = np.linalg.norm(after - before, axis=1) <= longest
    joined = np.stack([before, after, np.full_like(after, np.nan)], axis=1)[short].reshape(-1, 2)
    return joined[:, 0], joined[:, 1]
