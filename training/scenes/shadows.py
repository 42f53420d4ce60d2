"""Shadows on the ground, always away from the sun's side."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from .backgrounds import sun_side
from .paint import CANVAS, RGB, Pen
from .scene import HALF_WIDTHS, Scene

if TYPE_CHECKING:
    from PIL import Image

_SHADE: RGB = (70, 44, 70)
_DARKNESS: RGB = (92, 92, 92)  # of 255, how much of the shade covers the ground


def shadow(canvas: Image.Image, scene: Scene, place: tuple[float, float, float]) -> None:
    """The shadow at the foot of the scene's thing, which stands at `place` (x, y, height)."""
    side = -sun_side(scene)

    def cast(pen: Pen) -> None:
        if scene.thing == "tree":
            _tree_shadow(pen, side)
        else:
            half = HALF_WIDTHS[scene.thing or "person"]
            pen.oval(side * 0.16, 0.0, half * 0.95, 0.065, _DARKNESS)

    _darken(canvas, cast, place)


def fallen_shadow(canvas: Image.Image, scene: Scene) -> None:
    """The long shadow of a tree that stands outside the picture."""
    side = -sun_side(scene)
    start = -0.04 if side > 0 else 1.04
    length = 0.50 + 0.45 * scene.size
    place = start * CANVAS, 0.84 * CANVAS, length * CANVAS
    _darken(canvas, lambda pen: _tree_shadow(pen, side), place)


def _tree_shadow(pen: Pen, side: int) -> None:
    pen.polygon([(0, -0.045), (side * 0.6, 0.03), (side * 0.6, 0.10), (0, 0.045)], _DARKNESS)
    pen.oval(side * 0.74, 0.065, 0.27, 0.11, _DARKNESS)


def _darken(canvas: Image.Image, cast: Callable[[Pen], None], place: tuple[float, float, float]) -> None:
    from PIL import Image, ImageDraw

    mask = Image.new("RGB", canvas.size)
    cast(Pen(ImageDraw.Draw(mask), *place))
    canvas.paste(_SHADE, (0, 0), mask.convert("L"))
