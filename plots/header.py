"""The two lines above every picture: its title; then a caption, and to the right what the colours mean."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from matplotlib.figure import Figure
from matplotlib.patches import Circle
from matplotlib.text import Text

from .canvas import add, line, width_of, write
from .shortening import shortened
from .style import STYLE

TITLE_BASELINE, CAPTION_BASELINE = 36.0, 68.0
HEADER_HEIGHT = 82.0
MARK, MARK_GAP, KEY_GAP = 16.0, 7.0, 20.0
SMALLEST_TITLE, SMALLEST_KEYS = 0.6, 0.6


@dataclass(frozen=True)
class Key:
    """One thing that a colour means."""

    name: str
    colour: str
    mark: Literal["dot", "line", "dashed"] = "dot"


@dataclass(frozen=True)
class Span:
    """Where a line of words may stand, in pixels, and the scale of the picture (1 at 640 pixels)."""

    left: float
    right: float
    unit: float

    @property
    def width(self) -> float:
        """From left to right."""
        return self.right - self.left


def draw_header(figure: Figure, span: Span, title: str, caption: str, keys: Sequence[Key]) -> Text:
    """Title, caption and keys; the caption is returned, because an animation changes it."""
    unit = span.unit
    size = STYLE.title_size * unit
    shrink, words = fitted(figure, title, size, span.width)
    write(figure, span.left, TITLE_BASELINE * unit, words, size * shrink, bold=True)
    text_size = STYLE.text_size * unit
    taken = width_of(figure, caption, text_size) + 1.5 * KEY_GAP * unit if caption else 0.0
    draw_keys(figure, Span(span.left + taken, span.right, unit), CAPTION_BASELINE * unit, keys, align="right")
    return write(figure, span.left, CAPTION_BASELINE * unit, caption, text_size, STYLE.quiet)


def fitted(figure: Figure, words: str, size: float, room: float) -> tuple[float, str]:
    """How much to shrink words so that they fit, and the words, cut short where shrinking is not enough."""
    shrink = 1.0
    # Letters stand on whole pixels, so a width does not shrink in proportion: try until it fits.
    while shrink > SMALLEST_TITLE and width_of(figure, words, size * shrink, bold=True) > room:
        shrink *= 0.97
    return shrink, shortened(words, room, lambda part: width_of(figure, part, size * shrink, bold=True))


def draw_keys(
    figure: Figure, span: Span, baseline: float, keys: Sequence[Key], align: Literal["left", "right"] = "left"
) -> None:
    """Marks with their names in one line: smaller where they would not fit, then fewer."""
    shown, unit = list(keys), span.unit
    while shown and _keys_width(figure, shown, unit) > span.width:
        if unit > SMALLEST_KEYS * span.unit:
            unit *= 0.97
        else:
            shown.pop()
    x = span.left if align == "left" else span.right - _keys_width(figure, shown, unit)
    for key in shown:
        x = _draw_key(figure, key, x, baseline, unit)


def _keys_width(figure: Figure, keys: Sequence[Key], unit: float) -> float:
    words = sum(width_of(figure, key.name, STYLE.text_size * unit) for key in keys)
    return words + unit * (len(keys) * (MARK + MARK_GAP) + max(0, len(keys) - 1) * KEY_GAP)


def _draw_key(figure: Figure, key: Key, x: float, baseline: float, unit: float) -> float:
    size = STYLE.text_size * unit
    middle = figure.bbox.height - baseline + 0.36 * size
    if key.mark == "dot":
        add(figure, Circle((x + MARK / 2 * unit, middle), 5.2 * unit, facecolor=key.colour, edgecolor="none"))
    else:
        # A dashed mark is two short strokes.
        cuts = [(0.0, 1.0)] if key.mark == "line" else [(0.0, 0.38), (0.62, 1.0)]
        for start, end in cuts:
            ends = [x + start * MARK * unit, x + end * MARK * unit]
            add(figure, line(ends, [middle] * 2, key.colour, 3.4 * unit))
    x += (MARK + MARK_GAP) * unit
    write(figure, x, baseline, key.name, size, STYLE.text)
    return x + width_of(figure, key.name, size) + KEY_GAP * unit
