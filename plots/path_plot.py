"""Where samples went: all their paths over the data, and one to follow."""

from __future__ import annotations

from collections.abc import Sequence

from torch import Tensor

from ..diffusion.sampling import Trajectory
from .film import still
from .header import Key
from .path_layer import positions, thick_path, thin_paths, two_strokes
from .plane import Plane, new_plane
from .point_layer import data_keys
from .style import STYLE
from .ticks import significant
from .walk_look import WalkLook

COMPARED = (STYLE.unconditional, STYLE.guided)


def path_plot(
    walks: Sequence[Trajectory],
    look: WalkLook,
    *,
    names: Sequence[str] = ("unguided", "guided"),
    chosen: int | None = None,
    others: bool = True,
    size: int = 640,
) -> Tensor:
    """The paths of a walk, or of two to compare: the first is then drawn grey, the second green.

    Below the title stand the number of steps of the first and the noise they begin and end with.

    Args:
        walks: with x recorded; with "mean" recorded too, the chosen path of a single walk is drawn in two
            strokes a step, the model's move yellow and the fresh noise white.
        look: what is shown of them; the chosen path is shown always.
        names: what two walks are called.
        chosen: a sample to follow, drawn thick.
        others: whether the other samples are drawn at all.
        size: of the picture in pixels.

    Returns:
        An IMAGE, (1, size, size, 3).

    Raises:
        ValueError: no positions recorded, a sample that is not there, nothing to draw, numbers out of range.
    """
    if look.shown < 1 or (chosen is None and not others):
        raise ValueError("there is no path to draw: show at least one sample, or choose one to follow")
    for each in walks:
        _check_chosen(each, chosen)
    hairs = [positions(each, look.shown) for each in walks] if others else []
    followed = [] if chosen is None else [positions(each)[:, chosen] for each in walks]
    keys = look.keys() if others and len(walks) == 1 else data_keys(look.points)
    half, words = look.half_side(hairs or followed), walk_caption(walks[0])
    plane = new_plane(half, size, look.title, words, _keys(walks, chosen, names), keys)
    look.put_data(plane)
    _put_hairs(plane, hairs, look, is_behind=chosen is not None)
    if chosen is not None:
        _put_followed(plane, followed, walks[0].records.get("mean"), chosen)
    return still(plane.figure, plane.layers)


def walk_caption(trajectory: Trajectory) -> str:
    """How many steps a walk had, and from which σ to which."""
    first, last = (significant(trajectory.levels[i].sigma) for i in (0, -1))
    steps = len(trajectory)
    return f"{steps} step{'s' if steps != 1 else ''}   σ {first} → {last}"


def _check_chosen(trajectory: Trajectory, chosen: int | None) -> None:
    count = positions(trajectory).shape[1]
    if chosen is not None and not 0 <= chosen < count:
        raise ValueError(f"sample {chosen} was chosen, but the trajectory has samples 0 to {count - 1}")


def _put_hairs(plane: Plane, paths: Sequence[Tensor], look: WalkLook, is_behind: bool) -> None:
    """All samples of each walk, (S + 1, B, 2)."""
    colours: Sequence[str | list[str]] = COMPARED
    if len(paths) < 2:
        colours = [look.colours(x.shape[1]) for x in paths]
    for x, colour in zip(paths, colours, strict=True):
        plane.put(*thin_paths(plane, x, colour, is_behind))


def _put_followed(plane: Plane, paths: Sequence[Tensor], mean: Tensor | None, chosen: int) -> None:
    """The chosen sample of each walk, (S + 1, 2)."""
    if len(paths) > 1:
        # The two begin alike: the first is the wider one, so that it is seen on both sides of the second.
        for path, colour, width in zip(paths, COMPARED, (4.6, 2.2), strict=True):
            plane.put(*thick_path(plane, path, colour, width))
    elif mean is None:
        plane.put(*thick_path(plane, paths[0], STYLE.accent))
    else:
        plane.put(*two_strokes(plane, paths[0], mean[:, chosen].float().cpu()))


def _keys(walks: Sequence[Trajectory], chosen: int | None, names: Sequence[str]) -> list[Key]:
    if len(walks) > 1:
        return [Key(name, colour, "line") for name, colour in zip(names, COMPARED, strict=True)]
    if chosen is None or "mean" not in walks[0].records:
        return []
    fresh = (walks[0].records["mean"][:, chosen] != walks[0].x[1:, chosen]).any()
    model = Key("model", STYLE.conditional, "line")
    return [model, Key("fresh noise", STYLE.sample, "line")] if fresh else [model]
