"""A person who faces us, with or without a hat."""

from __future__ import annotations

import random

from .paint import PALETTE, RGB, Pen, mix
from .scene import Scene

TROUSERS: RGB = (60, 66, 100)
SHOES: RGB = (46, 40, 44)
HAT_BOX = (-0.30, 0.83, 0.30, 1.16)  # left, bottom, right, top: all that a hat covers


def looks(rng: random.Random) -> tuple[RGB, RGB]:
    """Skin and hair."""
    skin = rng.choice(((255, 214, 178), (232, 178, 136), (176, 116, 78)))
    return skin, rng.choice(((58, 40, 34), (112, 66, 36)))


def person(pen: Pen, scene: Scene) -> None:
    """Draw the scene's person."""
    skin, hair = looks(scene.details("looks"))
    shirt = PALETTE[scene.color or "red"]
    for side in (-1, 1):
        inner, outer = sorted((side * 0.015, side * 0.135))
        pen.block((inner, 0.03, outer, 0.40), TROUSERS)
        inner, outer = sorted((side * 0.01, side * 0.17))
        pen.block((inner, 0, outer, 0.065), SHOES, 0.03)
        pen.limb([(side * 0.17, 0.60), (side * 0.225, 0.40)], 0.095, mix(shirt, SHOES, 0.16))
        pen.oval(side * 0.23, 0.36, 0.05, 0.05, skin)
    pen.block((-0.17, 0.35, 0.17, 0.68), shirt, 0.06)
    pen.block((-0.05, 0.62, 0.05, 0.72), skin)
    pen.oval(0, 0.84, 0.17, 0.165, hair)
    pen.oval(0, 0.805, 0.15, 0.135, skin)
    for side in (-1, 1):
        pen.oval(side * 0.06, 0.81, 0.024, 0.028, SHOES)
    if scene.hat is not None:
        hat(pen, PALETTE[scene.hat])


def hat(pen: Pen, color: RGB) -> None:
    """A tall hat with a wide brim and a band."""
    left, bottom, right, top = HAT_BOX
    band = mix(color, (255, 255, 255) if sum(color) < 200 else SHOES, 0.4)
    pen.block((-0.17, bottom + 0.06, 0.17, top), color, 0.05)
    pen.block((-0.17, bottom + 0.07, 0.17, bottom + 0.125), band)
    pen.block((left, bottom + 0.005, right, bottom + 0.085), color, 0.04)
