"""What a caption's picture looks like as a render: the scene that a prompt of the sheets and tables means."""

from __future__ import annotations

from dataclasses import replace

from ...models.pocket.vocabulary import Vocabulary
from ..pocket.data import HELD_OUT_FROM
from ..scenes.captions import WORDS
from ..scenes.scene import BACKGROUNDS, COLORS, THINGS, Scene, colors, scene

# Sizes at which each thing can be seen, not the smallest.
_SEEN = 0.42


def scenes_of(prompt: str, count: int, first: int = HELD_OUT_FROM) -> list[Scene]:
    """Held-out scenes that a prompt is true of, as many as asked for.

    Raises:
        ValueError: a word that no scene has.
    """
    Vocabulary(WORDS).tokens(prompt)
    words = set(prompt.split())
    return [_fitted(scene(first + index), words) for index in range(count)]


def _fitted(shown: Scene, words: set[str]) -> Scene:
    thing = next((name for name in THINGS if name in words), None)
    color = next((name for name in (*COLORS, "orange", "gray") if name in words), None)
    own = colors(thing)
    background = next((name for name in BACKGROUNDS if name in words), shown.background)
    color = color or (shown.details("sheet color").choice(own) if own else None)
    hat = shown.details("sheet hat").choice([each for each in COLORS if each != color])
    return replace(
        shown,
        background=background,
        night="night" in words,
        thing=thing,
        size=max(shown.size, _SEEN) if thing != "car" else 0.42,
        x=0.5,
        color=color,
        hat=hat if "hat" in words else None,
        outside=False,
    )
