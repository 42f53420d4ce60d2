"""A walk through a space of pictures as an animation: noise turning into pictures, all samples at once.

Videos play while they are denoised: each frame of the animation shows the next frame of the video.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import torch
from torch import Tensor

from ..diffusion.sampling import Trajectory
from .grid import GAP, image_grid, magnified
from .walk_moments import (
    Decode,
    Part,
    Seen,
    checked,
    decoded,
    level_words,
    moments,
    parts,
    samples_in,
    spread_out,
)

PAGE = 512  # how wide the samples are together, where the scale is not given
ONE_LINE = 480
FIGURE_SPACE, LINE_BREAK = "\u2007", "\n"
NAMES = {"x": "x, the sample", "x0": "x0, the estimate"}


def denoising_film(
    trajectory: Trajectory,
    decode: Decode,
    *,
    seen: Seen = "both",
    samples: int = 16,
    columns: int | None = None,
    frames: int = 0,
    hold: int = 10,
    scale: int = 0,
    labels: Sequence[str] = (),
    title: str = "",
) -> Tensor:
    """The samples of a walk in one picture for each moment.

    Args:
        trajectory: with what is to be seen recorded.
        decode: latents to pictures.
        seen: the noisy samples x, the estimates x0, or both side by side.
        samples: at most so many, the first ones.
        columns: how many in a row; by default about the square root.
        frames: how many moments, evenly spread over the walk; 0 for every step.
        hold: how many times more the last moment is shown; a video plays on meanwhile.
        scale: how many pixels a picture's pixel becomes on a side, less where there is no room; 0 chooses.
        labels: above the samples, one for each that is shown.
        title: above everything; the step stands below it.

    Returns:
        An IMAGE, (moments + hold, height, width, 3).

    Raises:
        ValueError: a walk that cannot be shown (see `walk_moments.checked`), labels that do not fit, a
            negative hold.
    """
    checked(trajectory, seen)
    if hold < 0:
        raise ValueError(f"the last frame is held for 0 frames or more, not {hold}")
    count, last = min(samples, samples_in(trajectory, seen)), len(trajectory)
    layout = _Layout(columns or math.ceil(math.sqrt(count)), scale, labels, title)
    pages: list[Tensor] = []
    for step in spread_out(last, frames or last + 1):
        moment = {
            name: decoded(decode, moments(trajectory, name, [step], range(count))[0]) for name in parts(seen)
        }
        shows = 1 + hold if step == last else 1
        pages += [_page(trajectory, step, moment, len(pages) + again, layout) for again in range(shows)]
    return _of_one_height(pages)


class _Layout(NamedTuple):
    """How the samples of a page lie, and its words; see `denoising_film`."""

    across: int
    scale: int
    labels: Sequence[str]
    title: str


def _page(
    trajectory: Trajectory, step: int, moment: Mapping[Part, Tensor], turn: int, layout: _Layout
) -> Tensor:
    """One moment, each part of which holds the samples (B, T, H, W, 3): of a video the frame whose turn it
    is."""
    sheets = {name: _sheet(videos[:, turn % videos.shape[1]], layout) for name, videos in moment.items()}
    beside = _side_by_side(sheets)
    words = _words(trajectory, step, beside.shape[2])
    return image_grid([_without_rim(beside)], 1, title=layout.title, column_labels=[words])


def _side_by_side(sheets: Mapping[Part, Tensor]) -> Tensor:
    if len(sheets) == 1:
        [alone] = sheets.values()
        return alone
    first, second = sheets.values()
    within = first[:, :-GAP, GAP:], second[:, :-GAP, :-GAP]  # between them their rims stay
    return image_grid(within, 2, column_labels=[NAMES[name] for name in sheets])


def _without_rim(page: Tensor) -> Tensor:
    """A grid as a picture in another, which has a rim of its own."""
    return page[:, :-GAP, GAP:-GAP]


def _sheet(pictures: Tensor, layout: _Layout) -> Tensor:
    across = layout.across
    rows = math.ceil(len(pictures) / across)
    cell = magnified(pictures, layout.scale, rows, across, max(96, PAGE // across))
    return image_grid(pictures, across, labels=layout.labels, cell=cell)


def _words(trajectory: Trajectory, step: int, room: int) -> str:
    last = str(trajectory.steps_before(len(trajectory)))
    # Figure spaces are as wide as digits: the words stay where they are.
    count = f"step {str(trajectory.steps_before(step)).rjust(len(last), FIGURE_SPACE)} of {last}"
    return f"{count}{'  ' if room >= ONE_LINE else LINE_BREAK}{level_words(trajectory.levels[step])}"


def _of_one_height(pages: Sequence[Tensor]) -> Tensor:
    """The pages as one batch; where words broke differently the lower ones get more room above."""
    height = max(page.shape[1] for page in pages)
    return torch.cat([_raised(page, height) for page in pages])


def _raised(page: Tensor, height: int) -> Tensor:
    above = page[:, :1, :1].expand(1, height - page.shape[1], page.shape[2], 3)
    return torch.cat([above, page], dim=1)
