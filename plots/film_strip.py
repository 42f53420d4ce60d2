"""A walk through a space of pictures as one picture: how noise becomes what was asked for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

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
        rows = _rows_of_steps(trajectory, decode, seen, chosen)
        above = [f"frame {frame + 1}" for frame in range(len(rows[0].pictures))]
    else:
        names = _names(labels, min(samples, samples_in(trajectory, seen)))
        rows = _rows_of_samples(trajectory, decode, seen, chosen, names)
        above = [f"{_taken(trajectory, step)}\n{level_words(trajectory.levels[step])}" for step in chosen]
    return _laid_out(rows, above, scale, title)


class _Row(NamedTuple):
    """One row of the strip: the words left of it, and IMAGEs (F, H, W, 3)."""

    words: str
    pictures: Sequence[Tensor]


def _rows_of_samples(
    trajectory: Trajectory, decode: Decode, seen: Seen, chosen: Sequence[int], names: Sequence[str]
) -> list[_Row]:
    """A row for each named sample and each of its parts."""
    return [
        _Row(
            "\n".join(filter(None, (name, part if seen == "both" else ""))),
            list(decoded(decode, moments(trajectory, part, chosen, [place])[:, 0])),
        )
        for place, name in enumerate(names)
        for part in parts(seen)
    ]


def _rows_of_steps(trajectory: Trajectory, decode: Decode, seen: Seen, chosen: Sequence[int]) -> list[_Row]:
    """The first sample of a walk of videos: a row for each step and each of its parts."""
    rows = []
    for step in chosen:
        levels = level_words(trajectory.levels[step]).split("  ")
        for part in parts(seen):
            taken = _taken(trajectory, step) + (f"  {part}" if seen == "both" else "")
            frames = decoded(decode, moments(trajectory, part, [step], [0])[0])[0]
            rows.append(_Row("\n".join([taken, *levels]), list(frames[:, None])))
    return rows


def _names(labels: Sequence[str], count: int) -> list[str]:
    """What stands beside so many samples: their labels, or their numbers where there are several."""
    if labels and len(labels) < count:
        raise ValueError(f"{len(labels)} labels do not fit the {count} samples that are shown")
    if labels:
        return list(labels[:count])
    return [str(place + 1) if count > 1 else "" for place in range(count)]


def _taken(trajectory: Trajectory, step: int) -> str:
    return f"step {trajectory.steps_before(step)}"


def _laid_out(rows: Sequence[_Row], above: Sequence[str], scale: int, title: str) -> Tensor:
    pictures = [picture for row in rows for picture in row.pictures]
    beside = [row.words for row in rows]
    return image_grid(
        pictures,
        len(above),
        title=title,
        row_labels=beside if any(beside) else (),
        column_labels=above,
        cell=magnified(pictures[0], scale, len(rows), len(above)),
    )
