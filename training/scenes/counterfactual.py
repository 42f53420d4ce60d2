"""The same scene with one attribute changed: hard negatives for contrastive training."""

from __future__ import annotations

import random
from dataclasses import replace

from .captions import Mention, phrase
from .scene import BACKGROUNDS, COLORS, SIZES, THINGS, Scene, colors, scene

ATTRIBUTES = ("hat", "night", "sun", "clouds", "presence", "kind", "background", "color")


def applicable(scene: Scene) -> tuple[str, ...]:
    """The attributes that can be changed in this scene, each visibly."""
    kept = {
        "hat": scene.thing == "person",
        "presence": scene.shows is not None,
        "kind": scene.shows is not None and bool(_other_kinds(scene)),
        "color": scene.color is not None,
        # Trees stand outside of the desert by day and nowhere else.
        "night": not scene.outside,
        "background": not scene.outside,
    }
    return tuple(name for name in ATTRIBUTES if kept.get(name, True))


def counterfactual(scene: Scene, attribute: str) -> Scene:
    """The scene with just that attribute changed; the new value comes from the scene's seed.

    Raises:
        ValueError: the scene has no such attribute to change.
    """
    if attribute not in applicable(scene):
        raise ValueError(f"this scene has no {attribute!r} to change: choose one of {applicable(scene)}")
    rng = scene.details(f"counterfactual {attribute}")
    if attribute == "hat":
        others = tuple(color for color in COLORS if color != scene.color)
        return replace(scene, hat=None if scene.hat else rng.choice(others))
    if attribute in ("night", "sun", "clouds"):
        return _toggled(scene, attribute)
    if attribute == "presence":
        return replace(scene, thing=None, color=None, hat=None)
    if attribute == "kind":
        return _other_kind(scene, rng)
    if attribute == "background":
        return replace(scene, background=rng.choice([b for b in BACKGROUNDS if b != scene.background]))
    taken = (scene.color, scene.hat)
    return replace(scene, color=rng.choice([name for name in colors(scene.thing) if name not in taken]))


def pair(seed: int) -> tuple[Scene, Scene, str]:
    """Two scenes and the attribute that sets them apart.

    Attributes are drawn evenly; the scene is then the first that has it, so that hats are as frequent as
    nights.
    """
    rng = random.Random(f"pair {seed}")
    attribute = rng.choice(ATTRIBUTES)
    while True:
        first = scene(rng.getrandbits(48))
        if attribute in applicable(first):
            break
    second = counterfactual(first, attribute)
    return (first, second, attribute) if rng.random() < 0.5 else (second, first, attribute)


def pair_captions(first: Scene, second: Scene, attribute: str, rng: random.Random) -> tuple[str, str]:
    """Captions of a pair that differ by the attribute and by nothing else."""
    about_thing = attribute in ("hat", "presence", "kind", "color")
    # Without a thing there is only the background to speak of.
    said = Mention(
        thing=not first.outside and (about_thing or rng.random() < 0.85),
        color=attribute == "color" or (attribute != "kind" and rng.random() < 0.4),
        hat=attribute == "hat" or (attribute != "kind" and rng.random() < 0.5),
        hat_color=rng.random() < 0.4,
        background=attribute in ("background", "presence") or rng.random() < 0.7,
        night=attribute == "night" or rng.random() < 0.7,
        day=attribute == "night" and rng.random() < 0.4,
        sun=attribute == "sun" or (attribute != "night" and rng.random() < 0.2),
        clouds=attribute == "clouds" or rng.random() < 0.2,
    )
    form = rng.random()
    return phrase(first, said, form), phrase(second, said, form)


def _toggled(scene: Scene, attribute: str) -> Scene:
    if attribute == "night":
        return replace(scene, night=not scene.night)
    return (
        replace(scene, sun=not scene.sun) if attribute == "sun" else replace(scene, clouds=not scene.clouds)
    )


def _other_kinds(scene: Scene) -> tuple[str, ...]:
    """The things that come in this thing's size."""
    fits = (name for name in THINGS if SIZES[name][0] <= scene.size <= SIZES[name][1])
    return tuple(name for name in fits if name != scene.thing)


def _other_kind(scene: Scene, rng: random.Random) -> Scene:
    kind = rng.choice(_other_kinds(scene))
    own = colors(kind)
    color = scene.color if scene.color in own else rng.choice(own) if own else None
    return replace(scene, thing=kind, color=color, hat=None)
