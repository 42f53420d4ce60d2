"""A walk through a space of pictures as one picture: how noise becomes what was asked for."""

from __future__ import annotations

from collections.abc import Sequence

from torch import Tensor

from ..diffusion.sampling import Trajectory
from .grid import image_grid, magnified
from .walk_moments import (
    VIDEO,
    Decode,
    Seen,
    checked,
    decoded,
    level_words,
    moments,
    parts,
    samples_in,
    spread_out,
)


def film_strip(
    trajectory: Trajectory,
    decode: Decode,
    *,
    seen: Seen = "both",
    samples: int = 3,
    steps: int = 9,
    scale: int = 0,
    labels: Sequence[str] = (),
    title: str = "",
) -> Tensor:
    """The walk of some samples: a row for each, and a column for each of some steps. Of a video, of which the
    first sample is shown, a row for each step and a column for each frame.

    Args:
        trajectory: with what is to be seen recorded.
        decode: latents to pictures.
        seen: the noisy sample x, the estimate x0, or both in rows below each other.
        samples: at most so many, the first ones.
        steps: at most so many moments of the walk, the first and the last among them.
        scale: how many pixels a picture's pixel becomes on a side, less where there is no room; 0 chooses.
        labels: what the samples are called; by default they are numbered.
        title: above everything.

    Returns:
        An IMAGE, (1, height, width, 3).

    Raises:
        ValueError: a walk that cannot be shown (see `walk_moments.checked`), or labels that do not fit.
    """
    shape = checked(trajectory, seen)
    chosen = spread_out(len(trajectory), steps)
    if len(shape) == VIDEO:
        return _frame_strip(trajectory, decode, seen, chosen, scale, title)
    count = min(samples, samples_in(trajectory, seen))
    if labels and len(labels) < count:
        raise ValueError(f"{len(labels)} labels do not fit the {count} samples that are shown")
    pictures: list[Tensor] = []
    beside = []
    for place in range(count):
        for name in parts(seen):
            pictures += decoded(decode, moments(trajectory, name, chosen, [place])[:, 0])
            words = labels[place] if labels else str(place + 1) if count > 1 else ""
            beside.append("\n".join(filter(None, (words, name if seen == "both" else ""))))
    return image_grid(
        pictures,
        len(chosen),
        title=title,
        row_labels=beside if any(beside) else (),
        column_labels=[
            f"step {trajectory.steps_before(step)}\n{level_words(trajectory.levels[step])}" for step in chosen
        ],
        cell=magnified(pictures[0], scale, len(beside), len(chosen)),
    )


def _frame_strip(
    trajectory: Trajectory, decode: Decode, seen: Seen, chosen: Sequence[int], scale: int, title: str
) -> Tensor:
    """The first sample of a walk of videos."""
    pictures: list[Tensor] = []
    beside = []
    for step in chosen:
        for name in parts(seen):
            frames = decoded(decode, moments(trajectory, name, [step], [0])[0])[0]
            pictures += frames[:, None]
            taken = f"step {trajectory.steps_before(step)}"
            first = f"{taken}  {name}" if seen == "both" else taken
            beside.append("\n".join([first, *level_words(trajectory.levels[step]).split("  ")]))
    across = len(pictures) // len(beside)
    return image_grid(
        pictures,
        across,
        title=title,
        row_labels=beside,
        column_labels=[f"frame {frame + 1}" for frame in range(across)],
        cell=magnified(pictures[0], scale, len(beside), across),
    )
