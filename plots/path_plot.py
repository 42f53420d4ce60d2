"""Where samples went: all their paths over the data, and one to follow."""

from __future__ import annotations

from matplotlib.artist import Artist
from torch import Tensor

from ..diffusion.points import Points
from ..diffusion.sampling import Trajectory
from .film import still
from .header import Key
from .path_layer import fitted_extent, positions, thick_path, thin_paths, two_strokes
from .plane import Plane, new_plane
from .point_layer import colours_of, data_keys, data_layers, sample_keys
from .style import STYLE
from .ticks import significant


def path_plot(
    trajectory: Trajectory,
    points: Points | None = None,
    *,
    chosen: int | None = None,
    others: bool = True,
    other: Trajectory | None = None,
    labels: tuple[str, str] = ("unguided", "guided"),
    classes: Tensor | None = None,
    shown: int = 256,
    extent: float = 2.0,
    size: int = 640,
    title: str = "",
    caption: str | None = None,
) -> Tensor:
    """The paths of a trajectory.

    Args:
        trajectory: with x recorded; with "mean" recorded too, the chosen path is drawn in two strokes a step,
            the model's move yellow and the fresh noise white.
        points: the data beneath.
        chosen: a sample to follow, drawn thick.
        others: whether the other samples are drawn at all.
        other: a second trajectory to compare with: the first is drawn grey, this one green.
        labels: what the two are called.
        classes: (B,) or (1,) the class each sample was asked to be, which colours it (not when comparing).
        shown: at most so many samples, the first ones; the chosen one always.
        extent: half the side of the plane that is shown; 0 makes everything fit.
        size: of the picture in pixels.
        title: above it.
        caption: below the title; by default the number of steps and the noise they begin and end with.

    Returns:
        An IMAGE, (1, size, size, 3).

    Raises:
        ValueError: no positions recorded, a sample that is not there, nothing to draw, numbers out of range.
    """
    walks = [trajectory] if other is None else [trajectory, other]
    if shown < 1 or (chosen is None and not others):
        raise ValueError("there is no path to draw: show at least one sample, or choose one to follow")
    for each in walks:
        _check_chosen(each, chosen)
    drawn = [positions(each, shown) if others else positions(each)[:, chosen][:, None] for each in walks]
    half = extent or max(fitted_extent(x) for x in drawn)
    keys = _keys(trajectory, other, chosen, labels)
    samples = sample_keys(classes) if others and other is None else []
    words = walk_caption(trajectory) if caption is None else caption
    plane = new_plane(half, size, title, words, keys, [*data_keys(points), *samples])
    if points is not None:
        plane.put(*data_layers(plane, points, faint=True))
    if others:
        for place, x in enumerate(drawn):
            plane.put(*thin_paths(plane, x, _thin_colours(x, place, other, classes), chosen is not None))
    if chosen is not None:
        for place, each in enumerate(walks):
            plane.put(*_followed(plane, each, chosen, place, other))
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


def _thin_colours(x: Tensor, place: int, other: Trajectory | None, classes: Tensor | None) -> str | list[str]:
    if other is not None:
        return (STYLE.unconditional, STYLE.guided)[place]
    kept = classes if classes is None or len(classes) == 1 else classes[: x.shape[1]]
    return colours_of(kept, STYLE.sample, x.shape[1])


def _followed(
    plane: Plane, trajectory: Trajectory, chosen: int, place: int, other: Trajectory | None
) -> list[Artist]:
    path = positions(trajectory)[:, chosen]
    if other is not None:
        # The two begin alike: the first is the wider one, so that it is seen on both sides of the second.
        return thick_path(plane, path, (STYLE.unconditional, STYLE.guided)[place], (4.6, 2.2)[place])
    mean = trajectory.records.get("mean")
    if mean is None:
        return thick_path(plane, path, STYLE.accent)
    return two_strokes(plane, path, mean[:, chosen].float().cpu())


def _keys(
    trajectory: Trajectory, other: Trajectory | None, chosen: int | None, labels: tuple[str, str]
) -> list[Key]:
    if other is not None:
        return [Key(labels[0], STYLE.unconditional, "line"), Key(labels[1], STYLE.guided, "line")]
    if chosen is None or "mean" not in trajectory.records:
        return []
    fresh = (trajectory.records["mean"][:, chosen] != trajectory.x[1:, chosen]).any()
    model = Key("model", STYLE.conditional, "line")
    return [model, Key("fresh noise", STYLE.sample, "line")] if fresh else [model]
