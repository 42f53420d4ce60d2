"""Samples for the page's viewer: on their way, or where they ended."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from ..diffusion.field import Field
from ..diffusion.points import Points
from ..diffusion.sampling import Trajectory
from ..diffusion.schedule import Level
from .page_view import MOST_PLACES, MOST_SAMPLES, PageView, new_view, thinned
from .path_layer import fitted_extent, positions


def walk_view(
    walks: Sequence[Trajectory],
    points: Points | None = None,
    *,
    field: Field | None = None,
    names: Sequence[str] = (),
    classes: Tensor | None = None,
    shown: int = 256,
    follow: int | None = None,
    paths: bool = False,
    extent: float = 2.0,
    title: str = "",
) -> PageView:
    """One walk, or two to compare.

    Args:
        walks: with x recorded; the first one's levels are the moments.
        points: the data beneath.
        field: whose arrows are drawn beneath.
        names: what two walks are called.
        classes: (B,) or (1,) the class each sample was asked to be.
        shown: at most so many samples, the first ones.
        follow: a sample to look at.
        paths: whether the viewer opens with whole paths rather than short trails.
        extent: half the side of the plane; 0 fits everything.
        title: above it.
    """
    count = min(shown, MOST_SAMPLES // len(walks))
    placed = [positions(each, count) for each in walks]
    total = sum(x.shape[1] for x in placed)
    steps = len(walks[0])
    seen = thinned(range(steps + 1), max(2, MOST_PLACES // total))
    half = extent or max(fitted_extent(x) for x in placed)
    levels = [walks[0].levels[i] for i in seen]
    view = new_view(levels, half, start=0, title=title, trails="paths" if paths else "short", follow=follow)
    if len(seen) <= steps:
        view.note(f"{len(seen)} of {steps + 1} moments")
    asked_for = min(shown, positions(walks[0]).shape[1])
    if count < asked_for:
        view.note(f"{count} of {asked_for} samples")
    view.put_data(points)
    view.arrays["x"] = torch.cat([_at(x, seen, steps) for x in placed], dim=1).half()
    _put_groups(view, placed, names, classes)
    if field is not None:
        view.put_field(field, range(len(levels)))
    return view


def cloud_view(
    clouds: Sequence[Tensor],
    points: Points | None = None,
    *,
    names: Sequence[str] = (),
    classes: Tensor | None = None,
    extent: float = 1.5,
    title: str = "",
) -> PageView:
    """Where samples ended, each cloud (B, 2); see `walk_view`."""
    ended = Level(1.0, 0.0, 0.0)
    walks = [Trajectory([ended], cloud[None].float().cpu()) for cloud in clouds]
    count = max(len(cloud) for cloud in clouds)
    return walk_view(walks, points, names=names, classes=classes, shown=count, extent=extent, title=title)


def _at(x: Tensor, seen: Sequence[int], steps: int) -> Tensor:
    """A walk at the same parts of its way, however many steps it took."""
    last = len(x) - 1
    return x[[round(i * last / max(steps, 1)) for i in seen]]


def _put_groups(
    view: PageView, placed: Sequence[Tensor], names: Sequence[str], classes: Tensor | None
) -> None:
    if len(placed) > 1:
        counts = torch.tensor([x.shape[1] for x in placed])
        view.arrays["group"] = torch.arange(len(placed)).repeat_interleave(counts).short()
        view.about["walks"] = list(names)
    elif classes is not None:
        view.arrays["group"] = classes.expand(max(len(classes), placed[0].shape[1]))[
            : placed[0].shape[1]
        ].short()
