"""Contact sheets, to be looked at: `python -m scorefield.training.scenes.sheet OUT.png --kind things`."""

from __future__ import annotations

import argparse
import random
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from .captions import caption
from .counterfactual import ATTRIBUTES, counterfactual, pair_captions
from .draw import draw
from .paint import SIDE
from .scene import BACKGROUNDS, SIZES, THINGS, Scene, colors, scene
from .walks import draw_walk, walk, walk_caption

if TYPE_CHECKING:
    from PIL import Image

KINDS = ("scenes", "pairs", "walks", "things")
Tile = tuple["Image.Image", str]


def tiles(kind: str, seed: int) -> tuple[list[Tile], int]:
    """The pictures of a sheet with their captions, and how many stand in a row."""
    if kind == "scenes":
        return [(draw(scene(seed + index)), "") for index in range(96)], 12
    if kind == "walks":
        return list(_walks(seed)), 8
    if kind == "pairs":
        return list(_pairs(seed)), 8
    return list(_things(seed)), 10


def _walks(seed: int) -> Iterator[Tile]:
    for index in range(8):
        clip = walk(seed + index)
        text = walk_caption(clip, random.Random(seed + index))
        for number, frame in enumerate(draw_walk(clip)):
            yield frame, text if number == 0 else ""


def _pairs(seed: int) -> Iterator[Tile]:
    """Each attribute four times."""
    for index in range(4):
        for attribute in ATTRIBUTES:
            rng = random.Random(seed + index)
            person = attribute == "hat"
            first = Scene(
                rng.choice(BACKGROUNDS),
                thing="person" if person else rng.choice(("house", "cat", "umbrella", "car")),
                color="white",
                size=0.5 if person else 0.42,
                seed=seed + index,
            )
            second = counterfactual(first, attribute)
            texts = pair_captions(first, second, attribute, rng)
            yield from zip((draw(first), draw(second)), texts, strict=True)


def _things(seed: int) -> Iterator[Tile]:
    """Each thing in each background, smallest at night and largest by day."""
    for thing in THINGS:
        for column, background in enumerate(BACKGROUNDS * 2):
            night, number = column >= len(BACKGROUNDS), seed + column
            rng = random.Random(number)
            low, high = SIZES[thing]
            own = colors(thing)
            shown = replace(
                scene(number),
                background=background,
                night=night,
                thing=thing,
                color=own[column % len(own)] if own else None,
                hat=rng.choice(("red", "blue", "yellow", "black")) if thing == "person" else None,
                size=low if (column + THINGS.index(thing)) % 2 else high * 0.9,
                x=0.5,
                outside=False,
            )
            yield draw(shown), caption(shown, rng)


def sheet(kind: str, seed: int) -> Image.Image:
    """The sheet: pictures twice as large, captions beneath where there are any."""
    from PIL import Image, ImageDraw

    pictures, columns = tiles(kind, seed)
    wide, high = 2 * SIDE + 4, 2 * SIDE + (4 if kind == "scenes" else 26)
    page = Image.new("RGB", (columns * wide, -(-len(pictures) // columns) * high), (255, 255, 255))
    pen = ImageDraw.Draw(page)
    for index, (picture, text) in enumerate(pictures):
        left, top = index % columns * wide, index // columns * high
        page.paste(picture.resize((2 * SIDE, 2 * SIDE), Image.Resampling.NEAREST), (left, top))
        pen.text((left + 1, top + 2 * SIDE), _wrapped(text), fill=(0, 0, 0), font_size=9, spacing=1)
    return page


def _wrapped(text: str, width: int = 29) -> str:
    lines = [""]
    for word in text.split():
        if len(lines[-1]) + len(word) > width:
            lines.append("")
        lines[-1] += word + " "
    return "\n".join(lines)


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description="Draw a contact sheet of scenes.")
    parser.add_argument("out", type=Path)
    parser.add_argument("--kind", choices=KINDS, default="scenes")
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    sheet(given.kind, given.seed).save(given.out)


if __name__ == "__main__":
    main()
