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
from .path_layer import positions
from .walk_look import WalkLook


def walk_view(
    walks: Sequence[Trajectory],
    look: WalkLook,
    *,
    field: Field | None = None,
    names: Sequence[str] = (),
    follow: int | None = None,
    paths: bool = False,
) -> PageView:
    """One walk, or two to compare.

    Args:
        walks: with x recorded; the first one's levels are the moments.
        look: what is shown of them.
        field: whose arrows are drawn beneath.
        names: what two walks are called.
        follow: a sample to look at.
        paths: whether the viewer opens with whole paths rather than short trails.
    """
    count, steps = min(look.shown, MOST_SAMPLES // len(walks)), len(walks[0])
    placed = [positions(each, count) for each in walks]
    seen = thinned(range(steps + 1), max(2, MOST_PLACES // sum(x.shape[1] for x in placed)))
    view = new_view(
        [walks[0].levels[i] for i in seen],
        look.half_side(placed),
        start=0,
        title=look.title,
        trails="paths" if paths else "short",
        follow=follow,
    )
    _note(view, "moments", len(seen), steps + 1)
    _note(view, "samples", count, min(look.shown, positions(walks[0]).shape[1]))
    view.put_data(look.points)
    view.arrays["x"] = torch.cat([_at(x, seen, steps) for x in placed], dim=1).half()
    _put_groups(view, placed, names, look.classes)
    if field is not None:
        view.put_field(field, range(len(seen)))
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
    """Where samples ended, each cloud (B, 2), all of them; the rest as in `WalkLook` and `walk_view`."""
    ended = Level(1.0, 0.0, 0.0)
    walks = [Trajectory([ended], cloud[None].float().cpu()) for cloud in clouds]
    look = WalkLook(points, classes, max(len(cloud) for cloud in clouds), extent, title)
    return walk_view(walks, look, names=names)


def _note(view: PageView, what: str, got: int, asked_for: int) -> None:
    """Say what was left out, if anything was."""
    if got < asked_for:
        view.note(f"{got} of {asked_for} {what}")


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
