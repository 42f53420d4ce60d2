"""Scenes that a person asks for: by their attributes, by seed, or in pairs with and without one thing.

This stands outside `scenes`, whose code decides what the training data are.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count, islice
from typing import TYPE_CHECKING

from .scenes.captions import Mention, caption, nouns, phrase
from .scenes.counterfactual import counterfactual, pair_captions
from .scenes.scene import BACKGROUNDS, COLORS, HALF_WIDTHS, SIZES, THINGS, Scene, colors

if TYPE_CHECKING:
    from torch import Tensor

NOTHING, SHADOW, ANY, NONE = "nothing", "tree's shadow", "any", "none"
CHOSEN_THINGS = (*THINGS, SHADOW, NOTHING)
CHOSEN_COLORS = (ANY, *COLORS, "orange", "gray")
HATS = (NONE, ANY, *COLORS)
CAPTIONS = ("everything", "thing and place", "one word", "as in training")


@dataclass(frozen=True)
class Wish:
    """What is asked of a scene.

    Attributes:
        background: one of BACKGROUNDS.
        thing: one of CHOSEN_THINGS.
        color: one of CHOSEN_COLORS, of the thing or of a person's shirt.
        hat: one of HATS.
        night: whether it is night.
        sun: whether the sun is in the sky; at night, the moon.
        clouds: whether there are clouds.
        size: from the smallest, 0, to the largest, 1, that the thing comes in.
        x: from the left, 0, to the right, 1, as far as the thing stays in the picture.
    """

    background: str = "desert"
    thing: str = "tree"
    color: str = ANY
    hat: str = NONE
    night: bool = False
    sun: bool = False
    clouds: bool = False
    size: float = 0.5
    x: float = 0.5

    def scene(self, seed: int) -> Scene:
        """The scene with what was left open, and the details, from a seed.

        Raises:
            ValueError: what cannot be together: a colour that the thing does not come in, a hat without a
                person, a shadow without the desert's sun.
        """
        self._check()
        drawn = random.Random(f"chosen {seed}")
        shirt, hat = drawn.sample(COLORS, 2)
        thing = None if self.thing == NOTHING else "tree" if self.thing == SHADOW else self.thing
        low, high = SIZES[thing or "tree"]
        size = math.exp(math.log(low) + self.size * math.log(high / low))
        half = min(0.46, HALF_WIDTHS[thing or "tree"] * size + 0.02)
        own = colors(thing)
        drawn_color = shirt if shirt in own else drawn.choice(own) if own else None
        return Scene(
            background=self.background,
            night=self.night,
            sun=self.sun,
            clouds=self.clouds,
            thing=thing,
            color=drawn_color if self.color == ANY else self.color,
            hat=None if self.hat == NONE else hat if self.hat == ANY else self.hat,
            size=size,
            x=half + self.x * (1 - 2 * half),
            outside=self.thing == SHADOW,
            seed=seed,
        )

    def _check(self) -> None:
        own = colors(self.thing)
        if self.color != ANY and self.color not in own:
            there = f"choose {', '.join(own)}, or {ANY}" if own else f"it has its own: choose {ANY}"
            raise ValueError(f"{self.thing!r} does not come in {self.color}: {there}")
        if self.hat != NONE and self.thing != "person":
            raise ValueError(f"only a person wears a hat, and the thing is {self.thing!r}: choose {NONE}")
        if self.thing == SHADOW and (self.night or self.background != "desert"):
            raise ValueError(
                "a shadow alone lies on the desert's sand by day: choose the desert, and no night"
            )


def described(scene: Scene, how: str) -> str:
    """A caption, one of CAPTIONS: true of the picture, but as in training where that is asked for.

    Raises:
        ValueError: no such way to describe.
    """
    if how not in CAPTIONS:
        raise ValueError(f"there is no caption {how!r}: choose one of {', '.join(CAPTIONS)}")
    if how == "as in training":
        return caption(scene, random.Random(scene.seed))
    seen = scene.shows is not None
    if how == "one word":
        return nouns(scene)[1 if seen else 0]
    if how == "thing and place":
        return phrase(scene, Mention(thing=seen))
    return phrase(
        scene,
        Mention(seen, size=True, color=True, hat=True, hat_color=True, night=True, sun=True, clouds=True),
    )


def pictures_of(scenes: list[Scene]) -> Tensor:
    """The scenes as pictures (N, 64, 64, 3) in 0 … 1."""
    import torch

    from .scenes.memory import render_scenes

    return torch.from_numpy(render_scenes(scenes)).float() / 255


@dataclass(frozen=True)
class Contrast:
    """How to find scenes with and without what a word means.

    Attributes:
        attribute: what is changed, see `scenes.counterfactual`.
        suits: whether a scene can be one of the two.
        has: whether it shows what the word means.
    """

    attribute: str
    suits: Callable[[Scene], bool]
    has: Callable[[Scene], bool]


def _of_thing(thing: str) -> Contrast:
    return Contrast("presence", lambda scene: scene.shows == thing, lambda scene: scene.shows == thing)


def _of_background(background: str) -> Contrast:
    def is_there(scene: Scene) -> bool:
        return scene.background == background

    return Contrast("background", lambda scene: is_there(scene) and not scene.outside, is_there)


CONTRASTS: dict[str, Contrast] = {
    "hat": Contrast("hat", lambda scene: scene.thing == "person", lambda scene: scene.hat is not None),
    "night": Contrast("night", lambda scene: not scene.outside, lambda scene: scene.night),
    "sun": Contrast("sun", lambda scene: not scene.night, lambda scene: scene.sun),
    "moon": Contrast("sun", lambda scene: scene.night, lambda scene: scene.sun),
    "clouds": Contrast("clouds", lambda scene: True, lambda scene: scene.clouds),
    **{thing: _of_thing(thing) for thing in THINGS},
    **{background: _of_background(background) for background in BACKGROUNDS},
}


@dataclass(frozen=True)
class Pair:
    """Two scenes that are equal but for one thing, and captions that are."""

    shown: Scene
    missing: Scene
    text: str
    other_text: str


def pairs(word: str, seed: int, number: int) -> list[Pair]:
    """So many pairs with and without what the word means, from the first suitable scenes of rising seeds.

    Raises:
        ValueError: a word that there are no pairs of.
    """
    if word not in CONTRASTS:
        raise ValueError(f"there are no pairs of {word!r}: choose one of {', '.join(CONTRASTS)}")
    return list(islice(_pairs(CONTRASTS[word], seed), number))


def _pairs(contrast: Contrast, seed: int) -> Iterator[Pair]:
    from .scenes.scene import scene

    for one in map(scene, count(seed)):
        if contrast.suits(one):
            other = counterfactual(one, contrast.attribute)
            shown, missing = (one, other) if contrast.has(one) else (other, one)
            texts = pair_captions(shown, missing, contrast.attribute, random.Random(one.seed))
            yield Pair(shown, missing, *texts)
