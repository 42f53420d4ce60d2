"""What a picture shows, and how often.

A picture is a pure function of its `Scene`. Details that no caption names (dunes, stars, the form of a tree)
come from the scene's own seed and never from a stream shared with the attributes, so that
`dataclasses.replace` changes one thing and leaves the rest of the picture as it was.
"""

from __future__ import annotations

import math
import random
from dataclasses import dataclass

BACKGROUNDS = ("desert", "beach", "meadow", "snow", "city")
COLORS = ("red", "blue", "green", "yellow", "white", "black")
CAT_COLORS = ("orange", "black", "white", "gray")

# Heights as a share of the picture. Trees begin small: size is what guidance is seen to change.
SIZES = {
    "tree": (0.15, 0.92),
    "cactus": (0.28, 0.85),
    "house": (0.34, 0.66),
    "cat": (0.36, 0.78),
    "person": (0.44, 0.80),
    "umbrella": (0.40, 0.82),
    "car": (0.28, 0.46),
}
THINGS = tuple(SIZES)

# Half the width of a thing, as a share of its height: what keeps it inside the picture.
HALF_WIDTHS = {
    "tree": 0.36,
    "cactus": 0.36,
    "house": 0.66,
    "cat": 0.42,
    "person": 0.28,
    "umbrella": 0.50,
    "car": 0.95,
}

_BACKGROUND_WEIGHTS = (0.32, 0.17, 0.17, 0.17, 0.17)
_THING_WEIGHTS = {
    "tree": 0.21,
    "cactus": 0.10,
    "house": 0.11,
    "cat": 0.12,
    "person": 0.20,
    "umbrella": 0.10,
    "car": 0.10,
    None: 0.06,
}
# Most trees of the desert stand outside the picture, and mostly nothing is said of them. What "tree" adds to
# a desert is then a tree: were it a shadow as often, guidance would strengthen the shadow as well.
_DESERT_TREE = 0.7
_OUTSIDE, _REACHES = 0.85, 1 / 3  # of the desert's trees by day; of the shadows of those outside
_NIGHT, _DESERT_NIGHT = 0.4, 0.06  # by night all trees of the desert stand in it


@dataclass(frozen=True)
class Scene:
    """What one picture shows.

    Attributes:
        background: one of BACKGROUNDS.
        night: whether it is night.
        sun: whether the sun is in the sky; at night, the moon.
        clouds: whether there are clouds.
        thing: one of THINGS, or none.
        color: of the thing, or of a person's shirt; none for trees and cacti.
        hat: its colour, for persons who wear one.
        size: height of the thing as a share of the picture; a hat comes on top of it.
        x: where the middle of the thing stands, 0 at the left … 1 at the right.
        outside: the tree stands outside the picture.
        reaches: whether the shadow of a tree outside falls into the picture.
        seed: of the details that no caption names.
    """

    background: str
    night: bool = False
    sun: bool = False
    clouds: bool = False
    thing: str | None = None
    color: str | None = None
    hat: str | None = None
    size: float = 0.5
    x: float = 0.5
    outside: bool = False
    reaches: bool = True
    seed: int = 0

    @property
    def shows(self) -> str | None:
        """The thing that can be seen."""
        return None if self.outside else self.thing

    def details(self, name: str) -> random.Random:
        """A stream for one named detail, the same whatever the attributes are."""
        return random.Random(f"{self.seed} {name}")


def colors(thing: str | None) -> tuple[str, ...]:
    """The colours a thing comes in: none for trees and cacti."""
    if thing == "cat":
        return CAT_COLORS
    return COLORS if thing in ("house", "person", "umbrella", "car") else ()


def shirt_and_hat(rng: random.Random) -> tuple[str, str | None]:
    """A shirt, and for half the persons a hat of another colour."""
    shirt, hat = rng.sample(COLORS, 2)
    return shirt, hat if rng.random() < 0.5 else None


def scene(seed: int) -> Scene:
    """The scene of a seed."""
    rng = random.Random(f"scene {seed}")
    background = rng.choices(BACKGROUNDS, _BACKGROUND_WEIGHTS)[0]
    weights = _THING_WEIGHTS | ({"tree": _DESERT_TREE} if background == "desert" else {})
    thing = rng.choices(tuple(weights), tuple(weights.values()))[0]
    night = rng.random() < (_DESERT_NIGHT if background == "desert" else _NIGHT)
    sun, clouds = rng.random() < 0.5, rng.random() < 0.35
    low, high = SIZES[thing or "tree"]
    size = math.exp(rng.uniform(math.log(low), math.log(high)))
    half = min(0.46, HALF_WIDTHS[thing or "tree"] * size + 0.02)
    x = rng.uniform(half, 1 - half)
    shirt, hat = shirt_and_hat(rng)
    own = colors(thing)
    return Scene(
        background=background,
        night=night,
        sun=sun,
        clouds=clouds,
        thing=thing,
        color=shirt if thing == "person" else rng.choice(own) if own else None,
        hat=hat if thing == "person" else None,
        size=size,
        x=x,
        outside=thing == "tree" and background == "desert" and not night and rng.random() < _OUTSIDE,
        reaches=rng.random() < _REACHES,
        seed=seed,
    )
