"""A number as light: from dark to bright by lightness alone, so that every eye reads it."""

from __future__ import annotations

from PIL import ImageColor

from .style import STYLE

RAMP = ("#121c27", "#1d3f60", "#3f79ad", "#8fc1ea", "#e8f5ff")
LIGHT = 0.42
_STOPS = tuple(ImageColor.getrgb(colour)[:3] for colour in RAMP)


def ramp_colour(share: float) -> tuple[int, int, int]:
    """The colour at a share, 0 (dark) … 1 (bright)."""
    place = min(max(share, 0.0), 1.0) * (len(RAMP) - 1)
    first = min(int(place), len(RAMP) - 2)
    pairs = zip(_STOPS[first], _STOPS[first + 1], strict=True)
    red, green, blue = (round(one + (other - one) * (place - first)) for one, other in pairs)
    return red, green, blue


def ink_on(colour: tuple[int, int, int]) -> str:
    """The colour of words that are read on this one."""
    red, green, blue = (part / 255 for part in colour)
    return STYLE.page if 0.30 * red + 0.59 * green + 0.11 * blue > LIGHT else STYLE.text
