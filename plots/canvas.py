"""A figure of so many pixels, the words on it, and the way from it to an IMAGE.

Nothing here writes matplotlib's global settings, and what an artist would read of them it is told instead:
fonts come by file, colours and sizes by argument. So another pack's style sheet does not change our pictures.
One point is one pixel.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any, Literal

import matplotlib
import numpy as np
import torch
from matplotlib.artist import Artist
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.lines import Line2D
from matplotlib.text import Text
from matplotlib.transforms import IdentityTransform
from numpy.typing import NDArray
from torch import Tensor

from .style import STYLE

POINTS_PER_INCH = 72
SMALLEST, LARGEST = 64, 4096


def new_figure(width: int, height: int) -> Figure:
    """An empty figure in the colour of the page.

    Raises:
        ValueError: a side below 64 or above 4096 pixels.
    """
    if not (SMALLEST <= width <= LARGEST and SMALLEST <= height <= LARGEST):
        raise ValueError(f"a picture has sides of {SMALLEST} to {LARGEST} pixels, not {width} × {height}")
    inches = (width / POINTS_PER_INCH, height / POINTS_PER_INCH)
    figure = Figure(figsize=inches, dpi=POINTS_PER_INCH, facecolor=STYLE.page, frameon=True)
    figure.set_layout_engine("none")
    FigureCanvasAgg(figure)
    return figure


def unstyle(figure: Figure) -> None:
    """Take off the figure's artists what they took from global settings when they were made."""
    for artist in figure.findobj():
        artist.set_sketch_params(None)
        artist.set_path_effects([])
        if hasattr(artist, "set_antialiased"):
            artist.set_antialiased(True)


def agg_canvas(figure: Figure) -> Any:
    """The FigureCanvasAgg that `new_figure` gave the figure; matplotlib has no types for what it does."""
    return figure.canvas


def pixels(figure: Figure) -> NDArray[np.uint8]:
    """What stands on the canvas now, (H, W, 3); a view that the next drawing changes."""
    shown: NDArray[np.uint8] = np.asarray(agg_canvas(figure).buffer_rgba())
    return shown[..., :3]


def as_image(frames: NDArray[np.uint8]) -> Tensor:
    """(B, H, W, 3) bytes as an IMAGE, float32 in 0 … 1."""
    return torch.from_numpy(frames).float().div_(255)


def font_file(bold: bool = False) -> Path:
    """DejaVu Sans, which comes with matplotlib and has the Greek letters."""
    return Path(
        matplotlib.get_data_path(), "fonts", "ttf", "DejaVuSans-Bold.ttf" if bold else "DejaVuSans.ttf"
    )


@cache
def _font(size: float, bold: bool) -> FontProperties:
    return FontProperties(fname=font_file(bold), size=size)


def write(
    figure: Figure,
    x: float,
    y: float,
    words: str,
    size: float,
    colour: str = STYLE.text,
    bold: bool = False,
    align: Literal["left", "center", "right"] = "left",
) -> Text:
    """Words with their baseline y pixels below the top edge, x from the left; added to the figure."""
    text = Text(
        x,
        figure.bbox.height - y,
        words,
        color=colour,
        fontproperties=_font(size, bold),
        horizontalalignment=align,
        verticalalignment="baseline",
        transform=IdentityTransform(),
        usetex=False,
        parse_math=False,
    )
    figure.add_artist(text)
    return text


def width_of(figure: Figure, words: str, size: float, bold: bool = False) -> float:
    """How many pixels wide the words are."""
    probe = write(figure, 0, 0, words, size, bold=bold)
    width = probe.get_window_extent(agg_canvas(figure).get_renderer()).width
    probe.remove()
    return float(width)


def add(figure: Figure, artist: Artist) -> None:
    """Put an artist whose places are in pixels (from the bottom left) on the figure."""
    artist.set_transform(IdentityTransform())
    figure.add_artist(artist)


def line(x: Sequence[float], y: Sequence[float], colour: str, width: float) -> Line2D:
    """A plain line so many pixels wide."""
    return Line2D(
        x,
        y,
        color=colour,
        linewidth=width,
        linestyle="-",
        marker="",
        solid_capstyle="butt",
        solid_joinstyle="round",
    )
