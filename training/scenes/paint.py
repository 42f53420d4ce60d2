"""Colours, and a pen that draws in shares of the picture or of a thing's height."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL import Image, ImageDraw

RGB = tuple[int, int, int]
SIDE = 64
SUPERSAMPLING = 4
CANVAS = SIDE * SUPERSAMPLING

PALETTE: dict[str, RGB] = {
    "red": (222, 44, 48),
    "blue": (38, 92, 222),
    "green": (22, 150, 74),
    "yellow": (255, 208, 30),
    "white": (252, 252, 250),
    "black": (38, 38, 46),
    "orange": (232, 112, 28),
    "gray": (162, 167, 180),
}
NIGHT: RGB = (24, 30, 88)


def mix(first: RGB, second: RGB, share: float) -> RGB:
    """`first` with a share of `second` in it."""
    r, g, b = (round(p + (q - p) * share) for p, q in zip(first, second, strict=True))
    return r, g, b


@dataclass(frozen=True)
class Pen:
    """Draws with y upwards from a foot point; lengths are in units of `height`.

    Attributes:
        draw: on the supersampled canvas.
        x: of the foot, in canvas pixels.
        y: of the foot, in canvas pixels.
        height: of a length of 1, in canvas pixels.
        dim: how much of the night is in every colour.
    """

    draw: ImageDraw.ImageDraw
    x: float
    y: float
    height: float
    dim: float = 0.0

    def ink(self, color: RGB) -> RGB:
        """The colour in this light."""
        return mix(color, NIGHT, self.dim) if self.dim else color

    def at(self, x: float, y: float) -> tuple[float, float]:
        """A point on the canvas."""
        return self.x + x * self.height, self.y - y * self.height

    def box(self, left: float, bottom: float, right: float, top: float) -> tuple[float, float, float, float]:
        """A box on the canvas, as Pillow wants it."""
        return (*self.at(left, top), *self.at(right, bottom))

    def polygon(self, points: Sequence[tuple[float, float]], color: RGB) -> None:
        """A filled polygon."""
        self.draw.polygon([self.at(x, y) for x, y in points], fill=self.ink(color))

    def oval(self, x: float, y: float, rx: float, ry: float, color: RGB) -> None:
        """A filled ellipse about (x, y)."""
        self.draw.ellipse(self.box(x - rx, y - ry, x + rx, y + ry), fill=self.ink(color))

    def dome(self, x: float, y: float, rx: float, ry: float, color: RGB) -> None:
        """The upper half of an ellipse about (x, y), filled."""
        self.draw.pieslice(self.box(x - rx, y - ry, x + rx, y + ry), 180, 360, fill=self.ink(color))

    def block(self, box: tuple[float, float, float, float], color: RGB, round_by: float = 0.0) -> None:
        """A filled rectangle (left, bottom, right, top), its corners rounded."""
        place = self.box(*box)
        if round_by:
            self.draw.rounded_rectangle(place, radius=round_by * self.height, fill=self.ink(color))
        else:
            self.draw.rectangle(place, fill=self.ink(color))

    def limb(self, points: Sequence[tuple[float, float]], width: float, color: RGB) -> None:
        """A thick line with round ends and joints."""
        places = [self.at(x, y) for x, y in points]
        ink, radius = self.ink(color), width * self.height / 2
        self.draw.line(places, fill=ink, width=max(1, round(2 * radius)))
        for x, y in places:
            self.draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=ink)


def gradient(top: RGB, bottom: RGB, height: float) -> Image.Image:
    """A canvas that runs from `top` to `bottom` over the upper share `height`."""
    from PIL import Image

    rows = round(height * SIDE)
    column = [mix(top, bottom, min(1.0, row / rows)) for row in range(SIDE)]
    strip = Image.frombytes("RGB", (1, SIDE), bytes(value for color in column for value in color))
    return strip.resize((CANVAS, CANVAS), Image.Resampling.NEAREST)


def reduced(canvas: Image.Image) -> Image.Image:
    """The canvas as a picture: each pixel is the mean of its samples."""
    return canvas.reduce(SUPERSAMPLING)
