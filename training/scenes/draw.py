"""A scene as a picture of 64 × 64."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .backgrounds import backdrop
from .paint import CANVAS, Pen, reduced
from .scene import Scene
from .shadows import fallen_shadow, shadow
from .things import thing

if TYPE_CHECKING:
    from PIL import Image

NIGHT_DIM = 0.20  # things stay light enough at night to be recognised


def foot(size: float) -> float:
    """Where a thing of that size stands, from the top: small ones stand farther off."""
    return 0.66 + 0.32 * size


def draw(scene: Scene) -> Image.Image:
    """The picture."""
    from PIL import ImageDraw

    canvas = backdrop(scene)
    if scene.thing is not None:
        if scene.outside and scene.reaches:
            fallen_shadow(canvas, scene)
        elif not scene.outside:
            place = scene.x * CANVAS, foot(scene.size) * CANVAS, scene.size * CANVAS
            if not scene.night:
                shadow(canvas, scene, place)
            thing(Pen(ImageDraw.Draw(canvas), *place, dim=NIGHT_DIM if scene.night else 0.0), scene)
    return reduced(canvas)
