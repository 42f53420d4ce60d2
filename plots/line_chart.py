"""Numbers as lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from matplotlib.artist import Artist
from matplotlib.collections import LineCollection
from numpy.typing import NDArray
from torch import Tensor

from .canvas import width_of, write
from .chart_axes import Chart, Scale, new_chart, scale_of
from .film import still
from .header import Key
from .point_layer import discs
from .style import STYLE, series_colour

LineStyle = Literal["line", "dashed", "faint", "dots"]
KEY_MARKS: dict[LineStyle, Literal["dot", "line", "dashed"]] = {
    "line": "line",
    "dashed": "dashed",
    "faint": "line",
    "dots": "dot",
}
SIZE = (800, 500)
PADDING = 0.05


@dataclass(frozen=True)
class Series:
    """One line: x and y of the same length; NaN makes a gap. Without a name it has no key."""

    name: str
    x: Sequence[float]
    y: Sequence[float]
    style: LineStyle = "line"
    colour: str | None = None


@dataclass(frozen=True)
class Mark:
    """An x worth looking at: a dashed upright line with a word beside it."""

    x: float
    label: str


def line_chart(
    series: Sequence[Series],
    *,
    title: str = "",
    x_label: str = "",
    y_label: str = "",
    log_x: bool = False,
    log_y: bool = False,
    marks: Sequence[Mark] = (),
    falling_x: bool = False,
    size: tuple[int, int] = SIZE,
) -> Tensor:
    """Lines over a common x.

    Args:
        series: what to draw, lowest first.
        title: above it.
        x_label: below the chart, right.
        y_label: below the title, left.
        log_x: a logarithmic x axis; values that are not above 0 are left out. So is log_y.
        log_y: see log_x.
        marks: places along x to point out.
        falling_x: large x on the left: time as a sampler sees it.
        size: width and height in pixels.

    Returns:
        An IMAGE, (1, height, width, 3).

    Raises:
        ValueError: no series, x and y of different lengths, nothing finite to draw, or a size out of range.
    """
    if not series or any(len(each.x) != len(each.y) for each in series):
        raise ValueError("a chart needs at least one series, and as many x as y in each")
    colours = [each.colour or series_colour(place) for place, each in enumerate(series)]
    across, up = _scales(series, marks, log_x, log_y)
    chart = new_chart(across, up, size, title, x_label, y_label, _keys(series, colours), falling_x)
    lines = [_drawn(chart, each, colour) for each, colour in zip(series, colours, strict=True)]
    layers = [*(_mark(chart, mark) for mark in marks), *lines]
    for layer in layers:
        chart.axes.add_artist(layer)
    return still(chart.figure, layers)


def _scales(series: Sequence[Series], marks: Sequence[Mark], log_x: bool, log_y: bool) -> tuple[Scale, Scale]:
    """Those along x and up y that hold everything."""
    # Discs would be cut in half at the edge, lines are not.
    sideways = PADDING if any(each.style == "dots" for each in series) else 0.0
    across = _together([*(each.x for each in series), [mark.x for mark in marks]])
    up = _together([each.y for each in series])
    return scale_of(across, log_x, sideways), scale_of(up, log_y, PADDING)


def _keys(series: Sequence[Series], colours: Sequence[str]) -> list[Key]:
    return [
        Key(each.name, colour, KEY_MARKS[each.style])
        for each, colour in zip(series, colours, strict=True)
        if each.name
    ]


def _together(rows: Sequence[Sequence[float]]) -> NDArray[np.float64]:
    return np.concatenate([np.asarray(row, dtype=np.float64) for row in rows])


def _drawn(chart: Chart, series: Series, colour: str) -> Artist:
    places = chart.path(np.asarray(series.x, np.float64), np.asarray(series.y, np.float64))
    if series.style == "dots" or len(places) == 1:
        return discs(places, colour, 5.0 * chart.unit, chart.axes.transData)
    faint, dashed = series.style == "faint", series.style == "dashed"
    return LineCollection(
        [places],
        colors=colour,
        linewidths=(1.3 if faint else 3.0) * chart.unit,
        linestyles=(0, (2.2, 1.8)) if dashed else "solid",
        alpha=0.25 if faint else 1.0,
        capstyle="butt" if dashed else "round",
        joinstyle="round",
        transform=chart.axes.transData,
    )


def _mark(chart: Chart, mark: Mark) -> Artist:
    at = float(chart.place_x(np.array([mark.x]))[0])
    across, top = chart.axes.transData.transform((at, 1))
    size = STYLE.tick_size * chart.unit
    wide, gap = width_of(chart.figure, mark.label, size), 8 * chart.unit
    room = chart.axes.transData.transform((1, 1))[0] - across
    x = across + gap if room > wide + 2 * gap else across - gap - wide
    write(chart.figure, x, chart.figure.bbox.height - top + 1.5 * size, mark.label, size, STYLE.text)
    return LineCollection(
        [[(at, 0), (at, 1)]],
        colors=STYLE.quiet,
        linewidths=1.4 * chart.unit,
        linestyles=(0, (3, 3)),
        transform=chart.axes.transData,
    )
