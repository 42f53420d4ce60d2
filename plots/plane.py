"""A square piece of the plane, −extent … extent both ways, ready to be drawn into."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.text import Text

from .canvas import add, new_figure, write
from .header import HEADER_HEIGHT, Key, Span, draw_header, draw_keys
from .style import DESIGN_WIDTH, STYLE
from .ticks import linear_ticks, tick_name

FOOTER_HEIGHT = 36.0
FOOTER_BASELINE = 12.0


@dataclass
class Plane:
    """A figure with a square plot on it.

    Attributes:
        figure: of size × size pixels.
        axes: whose data coordinates are those of the plane; what is drawn outside is cut off.
        caption: the words that an animation changes.
        unit: pixels per pixel of the 640-pixel design.
        extent: half the side.
        layers: what has been put on it, in the order in which it is drawn.
    """

    figure: Figure
    axes: Axes
    caption: Text
    unit: float
    extent: float
    layers: list[Artist] = field(default_factory=list)

    def put(self, *artists: Artist) -> None:
        """Draw these above what is there."""
        for artist in artists:
            artist.set_clip_on(True)
            self.axes.add_artist(artist)
            self.layers.append(artist)


def new_plane(
    extent: float,
    size: int,
    title: str,
    caption: str,
    keys: Sequence[Key] = (),
    data_keys: Sequence[Key] = (),
) -> Plane:
    """An empty plane with its grid.

    Args:
        extent: half the side, > 0.
        size: of the picture, in pixels.
        title: one line; shrunk and in the end cut to fit.
        caption: below the title, left.
        keys: below the title, right: what the colours on top mean.
        data_keys: below the plane: what the colours of the points mean.

    Raises:
        ValueError: extent not above 0, or a size out of range.
    """
    if not 0 < extent < float("inf"):
        raise ValueError(f"the plane's extent is a number above 0, got {extent:g}")
    figure = new_figure(size, size)
    unit = size / DESIGN_WIDTH
    top, bottom = round(HEADER_HEIGHT * unit), round(FOOTER_HEIGHT * unit)
    side = size - top - bottom
    left = (size - side) // 2
    _draw_panel(figure, left, bottom, side)
    axes = _square_axes(figure, left, bottom, side, extent)
    _draw_grid(figure, axes, left, extent, unit)
    span = Span(left, left + side, unit)
    text = draw_header(figure, span, title, caption, keys)
    draw_keys(figure, span, size - FOOTER_BASELINE * unit, data_keys)
    return Plane(figure, axes, text, unit, extent)


def _draw_panel(figure: Figure, left: int, bottom: int, side: int) -> None:
    add(figure, Rectangle((left, bottom), side, side, facecolor=STYLE.panel, edgecolor="none", zorder=-1))


def _square_axes(figure: Figure, left: int, bottom: int, side: int, extent: float) -> Axes:
    size = figure.bbox.width
    axes = figure.add_axes((left / size, bottom / size, side / size, side / size))
    axes.set_axis_off()
    axes.set_autoscale_on(False)
    axes.set_xlim(-extent, extent)
    axes.set_ylim(-extent, extent)
    return axes


def _draw_grid(figure: Figure, axes: Axes, left: int, extent: float, unit: float) -> None:
    places = [place for place in linear_ticks(-extent, extent, most=5) if abs(place) < 0.98 * extent]
    lines = [line for at in places for line in ([(at, -extent), (at, extent)], [(-extent, at), (extent, at)])]
    colours = [STYLE.axis if at == 0 else STYLE.grid for at in places for _ in range(2)]
    axes.add_collection(LineCollection(lines, colors=colours, linewidths=1.2 * unit), autolim=False)
    for at in places:
        height = axes.transData.transform((0, at))[1]
        down = figure.bbox.height - height + 0.35 * STYLE.tick_size * unit
        write(
            figure, left - 8 * unit, down, tick_name(at), STYLE.tick_size * unit, STYLE.quiet, align="right"
        )
