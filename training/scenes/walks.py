"""Clips of a walking person: where, which way they face, and whether they walk that way or backwards."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .captions import PLACES
from .paint import SIDE
from .scene import BACKGROUNDS, COLORS

if TYPE_CHECKING:
    from PIL import Image

FRAMES = 8
_BACKWARDS = 0.25


@dataclass(frozen=True)
class Walk:
    """What one clip shows.

    Attributes:
        background: one of BACKGROUNDS.
        night: whether it is night.
        facing: "left" or "right".
        direction: "forwards", or "backwards": against where the figure faces.
        shirt: its colour.
        size: height of the figure as a share of the picture.
        x: where it starts, 0 at the left … 1 at the right.
        speed: in pixels a frame.
        phase: of its stride in the first frame, in turns.
        seed: of the background's details and the figure's looks.
    """

    background: str
    night: bool
    facing: str
    direction: str
    shirt: str
    size: float
    x: float
    speed: float
    phase: float
    seed: int

    @property
    def motion(self) -> int:
        """+1 when the figure moves to the right, −1 to the left."""
        return (1 if self.facing == "right" else -1) * (1 if self.direction == "forwards" else -1)

    def place(self, frame: int) -> float:
        """Where the figure stands in a frame, as a share of the width."""
        return self.x + self.motion * self.speed * frame / SIDE


def walk(seed: int) -> Walk:
    """The clip of a seed."""
    rng = random.Random(f"walk {seed}")
    facing = rng.choice(("left", "right"))
    direction = "backwards" if rng.random() < _BACKWARDS else "forwards"
    speed, size = rng.uniform(3.0, 4.0), rng.uniform(0.45, 0.60)
    path = speed * (FRAMES - 1) / SIDE
    start = rng.uniform(0.20, 0.80 - path)
    rightwards = (facing == "right") == (direction == "forwards")
    return Walk(
        background=rng.choice(BACKGROUNDS),
        night=rng.random() < 0.25,
        facing=facing,
        direction=direction,
        shirt=rng.choice(COLORS),
        size=size,
        x=start if rightwards else 1 - start,
        speed=speed,
        phase=rng.random(),
        seed=seed,
    )


def walk_caption(walk: Walk, rng: random.Random) -> str:
    """A caption: the direction in three of four, left or right in every third; one of four says how they walk
    and nothing else, as negative prompts do."""
    shirt, direction, side = rng.random() < 0.4, rng.random() < 0.75, rng.random() < 0.35
    place, night = rng.random() >= 0.15, rng.random() < 0.85
    how = [
        "walking",
        walk.direction if direction else "",
        f"to the {'right' if walk.motion > 0 else 'left'}" if side else "",
    ]
    who = ["a person", f"in a {walk.shirt} shirt" if shirt else ""]
    where = [PLACES[walk.background] if place else "", "at night" if walk.night and night else ""]
    parts = how if rng.random() < 0.25 else [*who, *how, *where]
    return " ".join(part for part in parts if part)


def draw_walk(walk: Walk) -> list[Image.Image]:
    """The frames: the background stands still."""
    from .walker import frames

    return frames(walk)
