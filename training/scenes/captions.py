"""What is said of a picture, in a small grammar.

A thing is mentioned the more surely the larger it is, which is what gives guidance something to amplify.
"""

from __future__ import annotations

import math
import random
from dataclasses import dataclass

from .scene import BACKGROUNDS, COLORS, SIZES, THINGS, Scene

WORDS: tuple[str, ...] = (
    *("a", "an", "the", "of", "in", "on", "at", "by", "to", "under", "and", "wearing", "picture"),
    *BACKGROUNDS,
    *("day", "night", "sun", "moon", "clouds"),
    *THINGS,
    *("hat", "shirt", "big", "small"),
    *COLORS,
    *("orange", "gray"),
    *("walking", "forwards", "backwards", "left", "right"),
)

PLACES = {
    "desert": "in the desert",
    "beach": "on the beach",
    "meadow": "in the meadow",
    "snow": "in the snow",
    "city": "in the city",
}
_BARE_WORD = 0.05
# Captions now and then tell of a tree that is not seen, least where its shadow is: less often than of any
# tree that is seen but the smallest. Guidance has then something to choose.
_UNSEEN, _ITS_SHADOW = 0.14, 0.05
# Of a place where nothing stands there is mostly nothing to say. "Nothing in particular" is then mostly empty
# and guidance strengthens things; if most of it held one, guidance would first weaken them all.
_SILENT = 0.8
# What often goes unsaid is there unasked: a negative prompt has then something to take away.
_HAT, _NIGHT = 0.45, 0.5


@dataclass(frozen=True)
class Mention:
    """Which attributes a caption says, where the picture has them."""

    thing: bool = True
    size: bool = False
    color: bool = False
    hat: bool = False
    hat_color: bool = False
    background: bool = True
    night: bool = False
    day: bool = False
    sun: bool = False
    clouds: bool = False


def mention_probability(scene: Scene) -> float:
    """How likely the thing is said."""
    if scene.thing is None:
        return 0.0
    if scene.outside:
        return _ITS_SHADOW if scene.reaches else _UNSEEN
    return min(0.97, 0.05 + 1.25 * scene.size)


def mention(scene: Scene, rng: random.Random) -> Mention:
    """Draw what to say."""
    return Mention(
        thing=rng.random() < mention_probability(scene),
        size=rng.random() < 0.35,
        color=rng.random() < 0.6,
        hat=rng.random() < _HAT,
        hat_color=rng.random() < 0.6,
        background=rng.random() >= 0.15,
        night=rng.random() < _NIGHT,
        day=rng.random() < 0.10,
        sun=rng.random() < 0.35,
        clouds=rng.random() < 0.30,
    )


def caption(scene: Scene, rng: random.Random) -> str:
    """A caption, never empty; now and then one bare word."""
    said = mention(scene, rng)
    bare, choice, form = rng.random() < _BARE_WORD, rng.random(), rng.random()
    if bare:
        words = nouns(scene)
        return words[int(choice * len(words))]
    return phrase(scene, said, form)


def prompt(scene: Scene, rng: random.Random) -> str:
    """What a generator is told of a picture: a caption, or nothing where there is mostly nothing to say."""
    said, silent = caption(scene, rng), rng.random() < _SILENT
    names_a_thing = not set(THINGS).isdisjoint(said.split())
    return "" if silent and scene.shows is None and not names_a_thing else said


def nouns(scene: Scene) -> tuple[str, ...]:
    """What can be seen, as single words."""
    words = {
        scene.background: True,
        scene.shows or "": scene.shows is not None,
        "hat": scene.hat is not None,
        "night": scene.night,
        "moon" if scene.night else "sun": scene.sun,
        "clouds": scene.clouds,
    }
    return tuple(word for word, there in words.items() if there)


def phrase(scene: Scene, said: Mention, form: float = 0.5) -> str:
    """The caption that says just this; `form`, 0 … 1, chooses between phrasings."""
    thing = _thing(scene, said) if said.thing and scene.thing is not None else ""
    place = PLACES[scene.background] if said.background and thing else ""
    subject = thing or ("snow" if scene.background == "snow" and form < 0.8 else f"the {scene.background}")
    times, sky = _time(scene, said), _sky(scene, said)
    # "at night in the city" one time in four
    parts = [subject, times, place, sky] if form < 0.25 else [subject, place, times, sky]
    text = " ".join(part for part in parts if part)
    return f"a picture of {text}" if 0.40 < form < 0.45 else text


def size_word(scene: Scene) -> str | None:
    """ "big" for the upper third of a thing's sizes, "small" for the lower one."""
    if scene.thing is None:
        return None
    low, high = SIZES[scene.thing]
    share = math.log(scene.size / low) / math.log(high / low)
    return "big" if share > 2 / 3 else "small" if share < 1 / 3 else None


def _thing(scene: Scene, said: Mention) -> str:
    size = size_word(scene) if said.size and not scene.outside else None
    color = scene.color if said.color else None
    if scene.thing == "person":
        return _person(scene, said, size)
    adjectives = [word for word in (size, color) if word]
    first = (adjectives or [scene.thing or ""])[0]
    article = "an" if first[0] in "aeiou" else "a"
    return " ".join([article, *adjectives, scene.thing or ""])


def _person(scene: Scene, said: Mention, size: str | None) -> str:
    shirt = f"in a {scene.color} shirt" if said.color and scene.color else ""
    hat = ""
    if said.hat and scene.hat:
        hat = f"wearing a {scene.hat} hat" if said.hat_color else "wearing a hat"
    return " ".join(part for part in ("a", size, "person", shirt, hat) if part)


def _time(scene: Scene, said: Mention) -> str:
    if scene.night:
        return "at night" if said.night else ""
    return "by day" if said.day else ""


def _sky(scene: Scene, said: Mention) -> str:
    sun = ("under the moon" if scene.night else "under the sun") if scene.sun and said.sun else ""
    clouds = "under clouds" if scene.clouds and said.clouds else ""
    return f"{sun} and clouds" if sun and clouds else sun or clouds
