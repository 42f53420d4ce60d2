"""A walk through a space of pictures as one sheet of small ones, small enough to be sent to a page, which
cuts it up again.

The sheet holds the parts one after the other, in each the samples, in each the moments, in each the frames of
a video; row by row, `columns` in a row.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from ..diffusion.sampling import Trajectory
from .walk_moments import Decode, Part, Seen, checked, decoded, moments, parts, samples_in, spread_out

MOST_PIXELS = 5_000_000
SMALLEST_SIDE = 64  # pictures are made no smaller than this for the sake of more of them
MOST_MOMENTS, FEWEST_MOMENTS = 65, 9
FEWEST_FRAMES = 8
# A sample of no more numbers is quick to decode: a page then gets every moment, however few a picture shows.
QUICK_TO_DECODE = 16_000


@dataclass(frozen=True)
class Choice:
    """What of a walk is on the sheet: which moments, samples, frames of a video, and at what size."""

    moments: list[int]
    samples: int
    frames: list[int]
    size: tuple[int, int]  # width and height of each picture

    @property
    def pixels(self) -> int:
        """Of one part."""
        return len(self.moments) * self.samples * len(self.frames) * self.size[0] * self.size[1]


@dataclass(frozen=True)
class WalkSheet:
    """The sheet, (H, W, 3), how it is cut (see the module), and what it was chosen from."""

    picture: Tensor
    parts: tuple[Part, ...]
    chosen: Choice
    whole: Choice
    columns: int


def moments_for_page(trajectory: Trajectory, seen: Seen, wanted: int) -> list[int]:
    """The moments that a page gets where a picture shows `wanted`: more, where that is quick.

    Raises:
        ValueError: see `walk_moments.checked`.
    """
    is_quick = math.prod(checked(trajectory, seen)) <= QUICK_TO_DECODE
    count = MOST_MOMENTS if is_quick else wanted
    return spread_out(len(trajectory), min(count, MOST_MOMENTS))


def walk_sheet(
    trajectory: Trajectory,
    decode: Decode,
    *,
    seen: Seen,
    samples: int,
    wanted: int,
    most_pixels: int = MOST_PIXELS,
) -> WalkSheet:
    """The sheet of a walk.

    Args:
        trajectory: with what is to be seen recorded.
        decode: latents to pictures; what the sheet has no room for is not decoded.
        seen: the noisy sample x, the estimate x0, or both.
        samples: at most so many, the first ones.
        wanted: how many moments, if there is room.
        most_pixels: of the whole sheet.

    Raises:
        ValueError: see `walk_moments.checked`.
    """
    shown = parts(seen)
    steps = moments_for_page(trajectory, seen, wanted)
    first = decoded(decode, moments(trajectory, shown[0], steps[-1:], [0])[0])[0]
    all_frames, height, width = first.shape[:3]
    whole = Choice(
        steps, min(samples, samples_in(trajectory, seen)), list(range(all_frames)), (width, height)
    )
    chosen = fitting(whole, most_pixels // len(shown))
    pictures = [
        _resized(picture, chosen.size)
        for part in shown
        for sample in range(chosen.samples)
        for video in decoded(decode, moments(trajectory, part, chosen.moments, [sample])[:, 0])
        for picture in video[chosen.frames]
    ]
    columns = max(1, round(math.sqrt(len(pictures) * chosen.size[1] / chosen.size[0])))
    return WalkSheet(_laid_out(pictures, columns), shown, chosen, whole, columns)


def fitting(whole: Choice, most_pixels: int) -> Choice:
    """What fits: smaller pictures first, then fewer frames, then fewer moments, then fewer samples; and the
    pictures still smaller where a single one is too large."""
    chosen = next((each for each in _ever_fewer(whole) if _shrunk(each, most_pixels, SMALLEST_SIDE)), None)
    if chosen is not None:
        return _shrunk(chosen, most_pixels, SMALLEST_SIDE) or chosen
    *_, fewest = _ever_fewer(whole)
    return _shrunk(fewest, most_pixels, 1) or fewest


def _ever_fewer(choice: Choice) -> Iterator[Choice]:
    yield choice
    while len(choice.frames) > FEWEST_FRAMES:
        choice = replace(choice, frames=choice.frames[::2])
        yield choice
    while len(choice.moments) > FEWEST_MOMENTS:
        places = spread_out(len(choice.moments) - 1, max(FEWEST_MOMENTS, len(choice.moments) // 2))
        choice = replace(choice, moments=[choice.moments[place] for place in places])
        yield choice
    while choice.samples > 1:
        choice = replace(choice, samples=choice.samples // 2)
        yield choice


def _shrunk(choice: Choice, most_pixels: int, smallest: int) -> Choice | None:
    """The same at the size at which it fits; None where that is smaller than the smallest."""
    scale = min(1.0, math.sqrt(most_pixels / choice.pixels))
    width, height = (max(1, int(side * scale)) for side in choice.size)
    if scale < 1.0 and max(width, height) < smallest:
        return None
    return replace(choice, size=(width, height))


def _resized(picture: Tensor, size: tuple[int, int]) -> Tensor:
    width, height = size
    if picture.shape[:2] == (height, width):
        return picture
    planes = picture.movedim(2, 0)[None]
    smaller = torch.nn.functional.interpolate(planes, (height, width), mode="area")
    return smaller[0].movedim(0, 2)


def _laid_out(pictures: Sequence[Tensor], columns: int) -> Tensor:
    height, width = pictures[0].shape[:2]
    rows = math.ceil(len(pictures) / columns)
    page = torch.zeros(rows * height, columns * width, 3)
    for place, picture in enumerate(pictures):
        y, x = place // columns * height, place % columns * width
        page[y : y + height, x : x + width] = picture
    return page
