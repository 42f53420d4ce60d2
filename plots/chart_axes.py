"""An empty chart: from numbers to places on the figure, with grid lines and what stands beside them.

The scales are worked out here and the axes are plain, so that no global setting of matplotlib's has a say.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from numpy.typing import NDArray

from .canvas import add, new_figure, write
from .header import HEADER_HEIGHT, Key, Span, draw_header
from .style import DESIGN_WIDTH, STYLE
from .ticks import linear_ticks, log_ticks, tick_name

LEFT, RIGHT, BOTTOM = 70.0, 34.0, 58.0


@dataclass(frozen=True)
class Scale:
    """From values to 0 … 1 along an axis; `log` scales have low > 0."""

    low: float
    high: float
    log: bool = False

    def place(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Where the values stand; NaN where the scale has no place for them."""
        if not self.log:
            return (values - self.low) / (self.high - self.low)
        usable = np.where(values > 0, values, np.nan)
        return np.asarray((np.log(usable) - math.log(self.low)) / (math.log(self.high) - math.log(self.low)))

    def ticks(self) -> list[float]:
        """The values that get a line."""
        return log_ticks(self.low, self.high) if self.log else linear_ticks(self.low, self.high)


def scale_of(values: NDArray[np.float64], log: bool, padding: float = 0.0) -> Scale:
    """The scale that holds these values, widened at both ends by a share of its length.

    Raises:
        ValueError: no finite value, or none above 0 for a logarithmic scale.
    """
    usable = values[np.isfinite(values) & ((values > 0) | (not log))]
    if len(usable) == 0:
        raise ValueError(f"there is nothing to draw: no value is finite{' and above 0' if log else ''}")
    low, high = float(usable.min()), float(usable.max())
    if log:
        low, high = math.log(low), math.log(high)
    if high - low <= 1e-12 * max(abs(low), abs(high), 1.0):
        low, high = low - 0.5, high + 0.5
    margin = padding * (high - low)
    low, high = low - margin, high + margin
    return Scale(math.exp(low), math.exp(high), True) if log else Scale(low, high)


@dataclass(frozen=True)
class Chart:
    """A figure with an empty chart: axes from 0 to 1 both ways, and the scales that lead there."""

    figure: Figure
    axes: Axes
    x: Scale
    y: Scale
    unit: float
    falling_x: bool = False

    def place_x(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Where values of x stand, 0 … 1 from left to right."""
        place = self.x.place(values)
        return 1 - place if self.falling_x else place

    def path(self, x: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.float64]:
        """The places (N, 2) of these values."""
        return np.stack([self.place_x(x), self.y.place(y)], axis=1)


def new_chart(
    x: Scale,
    y: Scale,
    size: tuple[int, int],
    title: str,
    x_label: str,
    y_label: str,
    keys: Sequence[Key],
    falling_x: bool = False,
) -> Chart:
    """A chart without lines: title, then the y label as its caption and the keys, grid, x label.

    Raises:
        ValueError: a size out of range.
    """
    width, height = size
    figure = new_figure(width, height)
    unit = width / (1.25 * DESIGN_WIDTH)
    left, top, bottom = LEFT * unit, (HEADER_HEIGHT + 6) * unit, BOTTOM * unit
    right = width - RIGHT * unit
    add(
        figure,
        Rectangle((left, bottom), right - left, height - top - bottom, facecolor=STYLE.panel, zorder=-1),
    )
    axes = figure.add_axes(
        (left / width, bottom / height, (right - left) / width, 1 - (top + bottom) / height)
    )
    axes.set_axis_off()
    axes.set_autoscale_on(False)
    axes.set_xlim(0, 1)
    axes.set_ylim(0, 1)
    chart = Chart(figure, axes, x, y, unit, falling_x)
    _draw_grid(chart, left, bottom)
    draw_header(figure, Span(left, right, unit), title, y_label, keys)
    write(figure, right, height - 12 * unit, x_label, STYLE.text_size * unit, STYLE.quiet, align="right")
    return chart


def _draw_grid(chart: Chart, left: float, bottom: float) -> None:
    figure, unit, size = chart.figure, chart.unit, STYLE.tick_size * chart.unit
    lines = []
    for tick in chart.x.ticks():
        at = float(chart.place_x(np.array([tick]))[0])
        lines.append([(at, 0.0), (at, 1.0)])
        across = chart.axes.transData.transform((at, 0))[0]
        down = figure.bbox.height - bottom + 1.4 * size
        write(figure, across, down, tick_name(tick), size, STYLE.quiet, align="center")
    for tick in chart.y.ticks():
        at = float(chart.y.place(np.array([tick]))[0])
        lines.append([(0.0, at), (1.0, at)])
        down = figure.bbox.height - chart.axes.transData.transform((0, at))[1] + 0.35 * size
        write(figure, left - 9 * unit, down, tick_name(tick), size, STYLE.quiet, align="right")
    chart.axes.add_collection(LineCollection(lines, colors=STYLE.grid, linewidths=1.2 * unit), autolim=False)
