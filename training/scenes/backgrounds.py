"""The five places, by day and by night, without what stands in them."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from .paint import CANVAS, NIGHT, RGB, Pen, gradient, mix
from .scene import Scene

if TYPE_CHECKING:
    from PIL import Image

HORIZON = 0.60  # from the top; `foot` in draw.py keeps things below it

_DAY_SKIES: dict[str, tuple[RGB, RGB]] = {
    "desert": ((112, 190, 228), (255, 226, 170)),
    "beach": ((64, 170, 244), (176, 226, 255)),
    "meadow": ((104, 182, 255), (206, 236, 255)),
    "snow": ((166, 190, 228), (226, 232, 248)),
    "city": ((214, 188, 214), (255, 226, 206)),
}
_NIGHT_TOP: RGB = (22, 26, 84)
_NIGHT_HORIZONS: dict[str, RGB] = {
    "desert": (112, 76, 138),
    "beach": (48, 92, 176),
    "meadow": (60, 104, 150),
    "snow": (112, 126, 190),
    "city": (126, 82, 150),
}
_DIM = 0.5


def backdrop(scene: Scene) -> Image.Image:
    """The supersampled canvas with sky and ground."""
    from PIL import ImageDraw

    canvas = gradient(*_heaven(scene), HORIZON)
    # y upwards in shares of the picture, from its lower left corner.
    pen = Pen(ImageDraw.Draw(canvas), 0, CANVAS, CANVAS, dim=_DIM if scene.night else 0.0)
    _sky(pen, scene)
    _PLACES[scene.background](pen, scene)
    return canvas


def sun_side(scene: Scene) -> int:
    """+1 when the sun stands on the right: away from the thing, which must not hide it."""
    return 1 if scene.x < 0.5 else -1


def _heaven(scene: Scene) -> tuple[RGB, RGB]:
    """The sky's colours at the top and at the horizon."""
    if scene.night:
        return _NIGHT_TOP, _NIGHT_HORIZONS[scene.background]
    return _DAY_SKIES[scene.background]


def _sky(pen: Pen, scene: Scene) -> None:
    light = Pen(pen.draw, pen.x, pen.y, pen.height)
    if scene.night:
        _stars(light, scene)
    if scene.sun:
        rng = scene.details("sun")
        x, y = 0.5 + sun_side(scene) * rng.uniform(0.25, 0.36), rng.uniform(0.82, 0.87)
        if scene.night:
            _moon(light, x, y, mix(*_heaven(scene), (0.97 - y) / HORIZON))
        else:
            _sun(light, x, y)
    if scene.clouds:
        _clouds(light, scene)


def _sun(pen: Pen, x: float, y: float) -> None:
    pen.oval(x, y, 0.105, 0.105, (255, 240, 168))
    pen.oval(x, y, 0.082, 0.082, (255, 204, 20))


def _moon(pen: Pen, x: float, y: float, sky: RGB) -> None:
    pen.oval(x, y, 0.095, 0.095, (255, 246, 206))
    pen.oval(x + 0.05, y + 0.03, 0.08, 0.08, sky)


def _stars(pen: Pen, scene: Scene) -> None:
    rng = scene.details("stars")
    for column in range(8):
        x, y = (column + rng.uniform(0.2, 0.8)) / 8, rng.uniform(0.55, 0.97)
        pen.oval(x, y, 0.014, 0.014, (244, 240, 214))


def _clouds(pen: Pen, scene: Scene) -> None:
    rng = scene.details("clouds")
    color: RGB = (132, 140, 192) if scene.night else (255, 255, 255)
    side = sun_side(scene)
    places = (
        (0.5 - side * rng.uniform(0.18, 0.30), rng.uniform(0.80, 0.88), 1.0),
        (0.5 + side * rng.uniform(0.05, 0.25), rng.uniform(0.67, 0.72), 0.8),
    )
    for x, y, size in places:
        pen.block((x - 0.15 * size, y - 0.045 * size, x + 0.15 * size, y + 0.03 * size), color, 0.037 * size)
        pen.oval(x - 0.045 * size, y + 0.025 * size, 0.075 * size, 0.07 * size, color)
        pen.oval(x + 0.06 * size, y + 0.015 * size, 0.055 * size, 0.05 * size, color)


def _hill(pen: Pen, heights: tuple[float, float, float], color: RGB) -> None:
    """Ground up to a cosine through three heights, at the left, in the middle and at the right."""
    left, middle, right = heights
    points = [(0.0, 0.0)]
    for step in range(25):
        x = step / 24
        side = left if x < 0.5 else right
        points.append((x, middle + (side - middle) * (1 + math.cos(2 * math.pi * x)) / 2))
    pen.polygon([*points, (1.0, 0.0)], color)


def _desert(pen: Pen, scene: Scene) -> None:
    rng = scene.details("dunes")
    ends = [rng.uniform(0.40, 0.52), rng.uniform(0.34, 0.42), rng.uniform(0.40, 0.52)]
    _hill(pen, (ends[0], ends[1], ends[2]), (234, 150, 74))
    low, high = rng.uniform(0.20, 0.28), rng.uniform(0.32, 0.38)
    first, last = (low, high) if rng.random() < 0.5 else (high, low)
    _hill(pen, (first, (low + high) / 2, last), (250, 190, 108))


def _beach(pen: Pen, scene: Scene) -> None:
    shore = scene.details("shore").uniform(0.27, 0.30)
    pen.block((0, 0, 1, 1 - HORIZON + 0.02), (24, 116, 196))
    _hill(pen, (shore + 0.02, shore, shore + 0.03), (236, 250, 252))
    _hill(pen, (shore - 0.01, shore - 0.03, shore), (252, 224, 158))


def _meadow(pen: Pen, scene: Scene) -> None:
    rng = scene.details("hills")
    middle = rng.choice((0.34, 0.50))
    side = 0.84 - middle
    _hill(pen, (side, middle, side + rng.uniform(-0.05, 0.05)), (136, 204, 88))
    _hill(pen, (rng.uniform(0.26, 0.36), 0.30, rng.uniform(0.26, 0.36)), (168, 222, 102))


def _snow(pen: Pen, scene: Scene) -> None:
    rng = scene.details("mountains")
    first = rng.uniform(0.15, 0.30)
    for x, top in ((first, rng.uniform(0.60, 0.68)), (first + 0.48, rng.uniform(0.54, 0.66))):
        _mountain(pen, x, top)
    _hill(pen, (rng.uniform(0.34, 0.42), 0.36, rng.uniform(0.34, 0.42)), (218, 231, 250))


def _mountain(pen: Pen, x: float, top: float) -> None:
    slope = 1.15
    pen.polygon([(x - top * slope, 0), (x, top), (x + top * slope, 0)], (120, 148, 196))
    cap = 0.13
    pen.polygon(
        [
            (x, top),
            (x + cap * slope, top - cap),
            (x + 0.06, top - 0.09),
            (x, top - cap),
            (x - 0.06, top - 0.09),
            (x - cap * slope, top - cap),
        ],
        (255, 255, 255),
    )


def _city(pen: Pen, scene: Scene) -> None:
    rng = scene.details("towers")
    lit: RGB = (255, 216, 104)
    lamp = Pen(pen.draw, pen.x, pen.y, pen.height)
    left = rng.uniform(-0.16, -0.04)
    heights = rng.sample((0.50, 0.56, 0.63, 0.70), 4)
    for index, top in enumerate(heights):
        tower = ((142, 132, 172), (168, 150, 184))[index % 2]
        pen.block((left, 0, left + 0.26, top), tower)
        for x in (left + 0.045, left + 0.15):
            for row in range(2):
                y = top - 0.14 - 0.15 * row
                on = rng.random() < 0.75
                box = (x, y, x + 0.065, y + 0.085)
                if scene.night and on:
                    lamp.block(box, lit)
                else:
                    pen.block(box, (236, 232, 246) if not scene.night else mix(tower, NIGHT, 0.4))
        left += 0.29
    pen.block((0, 0, 1, 0.32), (124, 126, 140))
    pen.block((0, 0.30, 1, 0.345), (206, 202, 206))


_PLACES = {"desert": _desert, "beach": _beach, "meadow": _meadow, "snow": _snow, "city": _city}
