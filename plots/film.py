"""From layers to an IMAGE: the background is drawn once, then only what is on it, frame by frame."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch
from matplotlib.artist import Artist
from matplotlib.figure import Figure
from torch import Tensor

from .canvas import agg_canvas, pixels, unstyle

Move = Callable[[int], None]


def still(figure: Figure, layers: Sequence[Artist]) -> Tensor:
    """The picture, (1, H, W, 3)."""
    return film(figure, layers, 1, lambda frame: None)


def film(figure: Figure, layers: Sequence[Artist], frames: int, move: Move, hold: int = 0) -> Tensor:
    """The pictures, (frames + hold, H, W, 3).

    Args:
        figure: with everything that stays as it is.
        layers: what is drawn above it in every frame, lowest first; artists of the figure.
        frames: how many.
        move: brings the layers to a frame.
        hold: how many times more the last frame is shown.

    Raises:
        ValueError: no frame, or a negative hold.
    """
    if frames < 1 or hold < 0:
        raise ValueError(
            f"a film has at least 1 frame and holds its last for 0 or more, got {frames} and {hold}"
        )
    canvas = agg_canvas(figure)
    unstyle(figure)
    for layer in layers:
        layer.set_animated(True)  # matplotlib's word for: not part of the background
    canvas.draw()
    background = canvas.copy_from_bbox(figure.bbox)
    pictures = torch.empty(frames + hold, *pixels(figure).shape)
    for frame in range(frames):
        canvas.restore_region(background)
        move(frame)
        for layer in layers:
            figure.draw_artist(layer)
        torch.div(torch.from_numpy(pixels(figure)), 255, out=pictures[frame])
    pictures[frames:] = pictures[frames - 1]
    return pictures
