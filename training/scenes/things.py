"""The things that stand in a picture, each 1 high with its foot at the origin."""

from __future__ import annotations

from .figure import person
from .paint import PALETTE, RGB, Pen, mix
from .scene import Scene

_BARK: RGB = (112, 66, 36)
_LEAF: RGB = (24, 116, 54)
_GLASS: RGB = (178, 222, 246)
_LAMP: RGB = (255, 220, 110)
_INK: RGB = (34, 34, 44)


def thing(pen: Pen, scene: Scene) -> None:
    """Draw the scene's thing."""
    if scene.thing == "person":
        person(pen, scene)
    elif scene.thing is not None:
        _DRAWN[scene.thing](pen, scene)


def tree_form(scene: Scene) -> str:
    """Which of the three kinds of tree the seed grows."""
    return scene.details("tree").choice(("round", "round", "pine", "flat"))


def _tree(pen: Pen, scene: Scene) -> None:
    {"round": _round_tree, "pine": _pine, "flat": _flat_tree}[tree_form(scene)](pen)


def _round_tree(pen: Pen) -> None:
    pen.polygon([(-0.075, 0), (-0.05, 0.5), (0.05, 0.5), (0.075, 0)], _BARK)
    for x, y, radius in ((-0.16, 0.56, 0.19), (0.16, 0.56, 0.19), (0.0, 0.72, 0.28)):
        pen.oval(x, y, radius, radius, _LEAF)
    pen.oval(-0.07, 0.78, 0.13, 0.12, (70, 166, 76))


def _pine(pen: Pen) -> None:
    pen.block((-0.06, 0, 0.06, 0.25), _BARK)
    for bottom, top, half in ((0.14, 0.58, 0.34), (0.38, 0.80, 0.27), (0.62, 1.0, 0.19)):
        pen.polygon([(-half, bottom), (0, top), (half, bottom)], (16, 98, 66))


def _flat_tree(pen: Pen) -> None:
    pen.polygon([(-0.07, 0), (-0.035, 0.75), (0.035, 0.75), (0.07, 0)], _BARK)
    pen.limb([(0.0, 0.45), (0.20, 0.75)], 0.05, _BARK)
    pen.oval(0.0, 0.80, 0.36, 0.12, _LEAF)
    pen.oval(-0.06, 0.88, 0.24, 0.12, _LEAF)
    pen.oval(-0.08, 0.90, 0.15, 0.06, (70, 166, 76))


def _cactus(pen: Pen, scene: Scene) -> None:
    green: RGB = (38, 150, 98)
    pen.limb([(0, 0.34), (-0.27, 0.34), (-0.27, 0.60)], 0.15, green)
    pen.limb([(0, 0.46), (0.27, 0.46), (0.27, 0.76)], 0.15, green)
    pen.block((-0.11, -0.02, 0.11, 1.0), green, 0.11)
    pen.block((-0.055, 0.06, -0.015, 0.92), (96, 190, 130), 0.02)


def _house(pen: Pen, scene: Scene) -> None:
    wall = PALETTE[scene.color or "white"]
    roof: RGB = (74, 78, 104) if scene.color == "red" else (158, 62, 44)
    pen.block((0.26, 0.66, 0.40, 0.98), mix(roof, _INK, 0.3))
    pen.block((-0.52, 0, 0.52, 0.60), wall)
    pen.polygon([(-0.66, 0.54), (0, 1.0), (0.66, 0.54)], roof)
    pen.block((-0.34, 0, -0.08, 0.40), (98, 58, 36))
    lamp = Pen(pen.draw, pen.x, pen.y, pen.height) if scene.night else pen
    pen.block((0.09, 0.15, 0.41, 0.43), (250, 250, 246) if scene.color != "white" else (120, 110, 120))
    lamp.block((0.125, 0.185, 0.375, 0.395), _LAMP if scene.night else _GLASS)


def _cat(pen: Pen, scene: Scene) -> None:
    name = scene.color or "orange"
    fur = PALETTE[name]
    shade = mix(fur, _INK, 0.22) if name != "black" else (70, 70, 84)
    pen.limb([(0.16, 0.07), (0.34, 0.09), (0.38, 0.24), (0.32, 0.38)], 0.10, shade)
    pen.oval(0, 0.24, 0.26, 0.24, fur)
    pen.polygon([(-0.17, 0.2), (-0.13, 0.6), (0.13, 0.6), (0.17, 0.2)], fur)
    for side in (-1, 1):
        pen.polygon([(side * 0.27, 1.0), (side * 0.27, 0.66), (side * 0.04, 0.86)], fur)
        pen.polygon([(side * 0.235, 0.93), (side * 0.23, 0.76), (side * 0.12, 0.85)], (244, 158, 160))
    pen.oval(0, 0.68, 0.28, 0.215, fur)
    pen.block((-0.012, 0.0, 0.012, 0.2), shade)
    pen.oval(0, 0.40, 0.11, 0.12, mix(fur, (255, 255, 255), 0.55 if name != "black" else 0.12))
    for side in (-1, 1):
        pen.oval(side * 0.12, 0.71, 0.062, 0.075, (120, 226, 96) if name in ("black", "gray") else _INK)
        if name in ("black", "gray"):
            pen.oval(side * 0.12, 0.71, 0.025, 0.06, _INK)
    pen.polygon([(-0.045, 0.62), (0.045, 0.62), (0, 0.57)], (238, 110, 120))


def _umbrella(pen: Pen, scene: Scene) -> None:
    color = PALETTE[scene.color or "red"]
    other: RGB = (186, 192, 208) if scene.color == "white" else (252, 252, 250)
    pen.block((-0.028, 0, 0.028, 0.97), (120, 84, 58))
    for rx, stripe in ((0.50, color), (0.31, other), (0.12, color)):
        pen.dome(0, 0.50, rx, 0.46, stripe)
    pen.oval(0, 0.965, 0.035, 0.035, color)


def _car(pen: Pen, scene: Scene) -> None:
    color = PALETTE[scene.color or "red"]
    pen.polygon([(-0.62, 0.56), (-0.42, 1.0), (0.26, 1.0), (0.56, 0.56)], color)
    pen.polygon([(-0.48, 0.60), (-0.35, 0.90), (-0.10, 0.90), (-0.10, 0.60)], _GLASS)
    pen.polygon([(0.02, 0.60), (0.02, 0.90), (0.21, 0.90), (0.40, 0.60)], _GLASS)
    pen.block((-0.94, 0.18, 0.94, 0.62), color, 0.12)
    lamp = Pen(pen.draw, pen.x, pen.y, pen.height)
    lamp.block((0.80, 0.40, 0.95, 0.54), (255, 240, 150), 0.05)
    for x in (-0.52, 0.52):
        pen.oval(x, 0.22, 0.23, 0.23, _INK)
        pen.oval(x, 0.22, 0.10, 0.10, (206, 210, 218))


_DRAWN = {
    "tree": _tree,
    "cactus": _cactus,
    "house": _house,
    "cat": _cat,
    "umbrella": _umbrella,
    "car": _car,
}
