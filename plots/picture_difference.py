"""Two picture files, pixel by pixel, through all frames."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from .pixels import pixel_hash

_UNREADABLE = (OSError, ValueError, SyntaxError, EOFError, Image.DecompressionBombError)


class PixelDifference(NamedTuple):
    """How far two pictures differ.

    Attributes:
        width, height, frames: of the first.
        different: how many pixels differ, of all frames together.
        largest: the largest difference of any channel, of 255.
        different_frames: in how many frames a pixel differs.
        mismatch: why pixels cannot be compared, where they cannot: another size, other frames.
    """

    width: int
    height: int
    frames: int
    different: int = 0
    largest: int = 0
    different_frames: int = 0
    mismatch: str = ""

    @property
    def is_none(self) -> bool:
        """Whether the two are the same."""
        return not self.different and not self.mismatch

    @property
    def total(self) -> int:
        """All pixels of all frames."""
        return self.width * self.height * self.frames


def picture_difference(first: Path, second: Path) -> PixelDifference:
    """Compare two pictures or animations.

    Raises:
        OSError: one of them cannot be read as a picture.
    """
    try:
        with Image.open(first) as one, Image.open(second) as other:
            return _compare(one, other)
    except _UNREADABLE as error:
        raise OSError(f"cannot be read as a picture: {error}") from error


def hash_of_pixels(path: Path) -> str:
    """The hash of a picture's pixels as its record has it.

    Raises:
        OSError: it cannot be read as a picture.
    """
    try:
        with Image.open(path) as picture:
            return pixel_hash(np.asarray(frame) for frame, _ in _frames(picture))
    except _UNREADABLE as error:
        raise OSError(f"cannot be read as a picture: {error}") from error


def _compare(one: Any, other: Any) -> PixelDifference:
    frames, others = getattr(one, "n_frames", 1), getattr(other, "n_frames", 1)
    shape = PixelDifference(one.width, one.height, frames)
    if one.size != other.size:
        return shape._replace(mismatch=f"{_size(one)} pixels against {_size(other)}")
    if frames != others:
        return shape._replace(mismatch=f"{frames} frames against {others}")
    different, largest, different_frames = 0, 0, 0
    for (first, shown), (second, shown_again) in zip(_frames(one), _frames(other), strict=True):
        if shown != shown_again:
            return shape._replace(mismatch=f"a frame shown for {shown} ms against {shown_again} ms")
        distance = np.abs(_channels(first) - _channels(second)).max(axis=2)
        changed = int(np.count_nonzero(distance))
        different, largest = different + changed, max(largest, int(distance.max()))
        different_frames += changed > 0
    return shape._replace(different=different, largest=largest, different_frames=different_frames)


def _frames(picture: Any) -> Iterator[tuple[Any, Any]]:
    """Every frame, and for how long it is shown, in ms; None where the picture stands still."""
    for number in range(getattr(picture, "n_frames", 1)):
        picture.seek(number)
        picture.load()
        yield picture, picture.info.get("duration")


def _channels(frame: Any) -> NDArray[np.int16]:
    return np.asarray(frame.convert("RGBA"), dtype=np.int16)


def _size(picture: Any) -> str:
    return f"{picture.size[0]} × {picture.size[1]}"
