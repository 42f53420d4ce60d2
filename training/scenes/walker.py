"""A person in side view, as they walk."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from .backgrounds import backdrop
from .draw import NIGHT_DIM
from .figure import SHOES, TROUSERS, looks
from .paint import CANVAS, PALETTE, RGB, Pen, mix, reduced
from .scene import Scene
from .walks import FRAMES, Walk

if TYPE_CHECKING:
    from PIL import Image

_FOOT = 0.90  # from the top
_SWING = 0.52  # of a leg, in radians
_HIP, _SHOULDER = 0.43, 0.68


def frames(walk: Walk) -> list[Image.Image]:
    """The frames of a clip."""
    from PIL import ImageDraw

    scene = Scene(walk.background, night=walk.night, seed=walk.seed)
    still = backdrop(scene)
    skin, hair = looks(scene.details("looks"))
    pictures = []
    for frame in range(FRAMES):
        canvas = still.copy()
        place = walk.place(frame) * CANVAS, _FOOT * CANVAS, walk.size * CANVAS
        pen = Pen(ImageDraw.Draw(canvas), *place, dim=NIGHT_DIM if walk.night else 0.0)
        # Two steps a clip; backwards they run the other way round.
        turn = walk.phase + (1 if walk.direction == "forwards" else -1) * frame / FRAMES
        side = 1 if walk.facing == "right" else -1
        _figure(pen, side, math.sin(2 * math.pi * turn), PALETTE[walk.shirt], skin, hair)
        pictures.append(reduced(canvas))
    return pictures


def _figure(pen: Pen, side: int, swing: float, shirt: RGB, skin: RGB, hair: RGB) -> None:
    """The figure facing `side`, its near leg at `swing`, −1 behind … +1 in front."""
    _leg(pen, side, -swing, mix(TROUSERS, SHOES, 0.5))
    _leg(pen, side, swing, TROUSERS)
    pen.block((-0.13, 0.38, 0.13, 0.72), shirt, 0.07)
    _arm(pen, side, -swing, mix(shirt, SHOES, 0.3), skin)
    _head(pen, side, skin, hair)


def _leg(pen: Pen, side: int, swing: float, color: RGB) -> None:
    angle = swing * _SWING
    reach = _HIP - 0.05
    x, y = side * reach * math.sin(angle), _HIP - reach * math.cos(angle)
    pen.limb([(0, _HIP), (x, y)], 0.13, color)
    pen.limb([(x, y - 0.015), (x + side * 0.09, y - 0.015)], 0.075, SHOES)


def _arm(pen: Pen, side: int, swing: float, color: RGB, skin: RGB) -> None:
    angle = swing * 0.55
    x, y = side * 0.27 * math.sin(angle), _SHOULDER - 0.04 - 0.27 * math.cos(angle)
    pen.limb([(0, _SHOULDER - 0.04), (x, y)], 0.085, color)
    pen.oval(x, y, 0.05, 0.05, skin)


def _head(pen: Pen, side: int, skin: RGB, hair: RGB) -> None:
    pen.block((-0.05, 0.66, 0.05, 0.76), skin)
    # Hair hangs at the back, the nose points ahead.
    pen.oval(-side * 0.05, 0.85, 0.165, 0.15, hair)
    pen.oval(-side * 0.14, 0.76, 0.075, 0.10, hair)
    pen.oval(side * 0.04, 0.83, 0.13, 0.125, skin)
    pen.oval(side * 0.165, 0.82, 0.05, 0.04, skin)
    pen.oval(side * 0.10, 0.86, 0.025, 0.03, SHOES)
