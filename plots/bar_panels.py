"""Named numbers as bars, longest first: for each thing that was asked one panel, all to one scale."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PIL import Image, ImageDraw
from torch import Tensor

from .lettering import MARGIN, cut, font, image_of, page, thumbnail, top_of
from .style import STYLE
from .wrapping import wrapped

PANEL_WIDTH = 600
PICTURE_SIDE = 128
LINE, BAR = 30, 20
GAP = 12
MOST_NAME = 240
MOST_ACROSS = 3
ASPECT = 1.4  # about how much wider than high the picture is to be


@dataclass(frozen=True)
class BarPanel:
    """One panel: its name, its bars by name, and the picture that it is about."""

    name: str
    bars: Sequence[tuple[str, float]]
    image: Tensor | None = None


def bar_panels(
    panels: Sequence[BarPanel],
    *,
    title: str = "",
    caption: str = "",
    written: Callable[[float], str] = "{:.3f}".format,
    highest: float | None = None,
) -> Tensor:
    """The panels, up to three in a row; the first bar of each stands out.

    Args:
        panels: at least one, each with at least one bar.
        title: above everything.
        caption: below the title.
        written: how a number stands behind its bar.
        highest: where the scale ends; by default at the highest number.

    Returns:
        An IMAGE, (1, height, width, 3).

    Raises:
        ValueError: nothing to draw, or more than fits on a picture.
    """
    if not panels or not all(panel.bars for panel in panels):
        raise ValueError("there is nothing to draw: every panel needs at least one bar")
    tall = max(_height(panel) for panel in panels)
    across = max(1, min(MOST_ACROSS, round(math.sqrt(ASPECT * len(panels) * tall / PANEL_WIDTH))))
    top = top_of(title, caption)
    width = 2 * MARGIN + across * PANEL_WIDTH + (across - 1) * GAP
    rows = -(-len(panels) // across)
    picture, draw = page(width, top + rows * (tall + GAP) - GAP + MARGIN, title, caption)
    values = [value for panel in panels for _, value in panel.bars]
    scale = _Scale(min(0.0, *values), max(highest or 0.0, *values), written, _name_room(panels))
    for place, panel in enumerate(panels):
        row, column = divmod(place, across)
        corner = MARGIN + column * (PANEL_WIDTH + GAP), top + row * (tall + GAP)
        draw.rectangle((*corner, corner[0] + PANEL_WIDTH - 1, corner[1] + tall - 1), STYLE.panel)
        _draw_panel(picture, draw, panel, corner, scale)
    return image_of(picture)


@dataclass(frozen=True)
class _Scale:
    """From numbers to lengths: 0 … 1 along the room for bars."""

    low: float
    high: float
    written: Callable[[float], str]
    name_room: int  # left of the bars

    def place(self, value: float) -> float:
        """Where a number stands."""
        return (value - self.low) / max(self.high - self.low, 1e-9)

    def words(self, value: float) -> str:
        """A number with a true minus."""
        return self.written(value).replace("-", "−")


def _name_lines(panel: BarPanel) -> list[str]:
    room = PANEL_WIDTH - 2 * GAP - _aside(panel)
    return wrapped(panel.name, room, 2, font(STYLE.text_size, bold=True).getlength)


def _aside(panel: BarPanel) -> int:
    """The room that its picture takes at the left."""
    return PICTURE_SIDE + GAP if panel.image is not None else 0


def _name_room(panels: Sequence[BarPanel]) -> int:
    """How wide the longest name is, as far as that leaves room for the bars."""
    most = min(MOST_NAME, (PANEL_WIDTH - 2 * GAP - max(_aside(panel) for panel in panels)) // 2)
    longest = max(font(STYLE.tick_size).getlength(name) for panel in panels for name, _ in panel.bars)
    return math.ceil(min(most, longest))


def _height(panel: BarPanel) -> int:
    bars = round(len(_name_lines(panel)) * 1.25 * STYLE.text_size) + GAP // 2 + LINE * len(panel.bars)
    return 2 * GAP + max(bars, PICTURE_SIDE if panel.image is not None else 0)


def _draw_panel(
    picture: Image.Image,
    draw: ImageDraw.ImageDraw,
    panel: BarPanel,
    corner: tuple[int, int],
    scale: _Scale,
) -> None:
    left, top = corner[0] + GAP, corner[1] + GAP
    if panel.image is not None:
        small = thumbnail(panel.image, PICTURE_SIDE)
        picture.paste(small, (left + (PICTURE_SIDE - small.width) // 2, top))
        left += PICTURE_SIDE + GAP
    letters = font(STYLE.text_size, bold=True)
    for line in _name_lines(panel):
        draw.text((left, top + STYLE.text_size), line, STYLE.text, letters, anchor="ls")
        top += round(1.25 * STYLE.text_size)
    _draw_bars(draw, panel.bars, (left, corner[0] + PANEL_WIDTH - GAP), top + GAP // 2, scale)


def _draw_bars(
    draw: ImageDraw.ImageDraw,
    bars: Sequence[tuple[str, float]],
    span: tuple[int, int],
    top: int,
    scale: _Scale,
) -> None:
    small = font(STYLE.tick_size)
    number_room = math.ceil(max(small.getlength(scale.words(value)) for _, value in bars))
    first = span[0] + scale.name_room + 8
    room = span[1] - number_room - 8 - first
    zero = first + scale.place(0.0) * room
    for place, (name, value) in enumerate(bars):
        middle = top + place * LINE + LINE / 2
        end = first + scale.place(value) * room
        left, right = sorted((zero, end))
        words = cut(name, small, scale.name_room)
        draw.text((span[0] + scale.name_room, middle), words, STYLE.text, small, anchor="rm")
        colour = STYLE.accent if place == 0 else STYLE.data
        draw.rectangle(
            (round(left), middle - BAR / 2, max(round(right), round(left) + 1), middle + BAR / 2), colour
        )
        ink = STYLE.text if place == 0 else STYLE.quiet
        draw.text((max(end, zero) + 6, middle), scale.words(value), ink, small, anchor="lm")
    draw.line((zero, top, zero, top + LINE * len(bars)), STYLE.axis, 1)
