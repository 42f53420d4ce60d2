"""Sample sheets, to be looked at: `python -m scorefield.training.judging.sheets OUT_DIR --weights FOLDER`.

Nothing on them is chosen: the noise streams are the first there are.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import Tensor

from ...models.library import WEIGHTS
from ...models.pocket.names import AUTOENCODER
from ...models.pocket.pictures import SIDE
from ..pocket.data import HELD_OUT_FROM
from ..scenes.memory import render, render_scenes
from ..scenes.walks import draw_walk, walk
from .bar.bench import Bench
from .sampling import Way
from .told import scenes_of

if TYPE_CHECKING:
    from PIL import Image

PROMPTS = (
    "a tree in the desert",
    "a cactus in the desert",
    "a red house in the snow",
    "a person on the beach",
    "a person wearing a hat in the meadow",
    "a black cat in the meadow",
    "an umbrella on the beach",
    "a blue car in the city",
    "a cat at night",
    "the city at night",
)
SCALES = (0.0, 1.0, 2.0, 4.0, 8.0)
SEEDS, MORE_SEEDS, RENDERS = 10, 12, 3
WALKS = (
    "a person walking forwards to the right in the desert",
    "a person walking forwards to the left on the beach",
    "a person walking backwards to the right in the meadow",
    "a person walking backwards to the left in the snow",
    "a person in a red shirt walking in the city",
    "a person walking",
)


def prompts(bench: Bench, scale: float = 3.0) -> Image.Image:
    """What the model draws of each prompt from ten seeds, and right of it renders."""
    painter, rows = bench.painter("pocket"), []
    for prompt in PROMPTS:
        renders = torch.from_numpy(render_scenes(scenes_of(prompt, RENDERS))).float() / 255
        rows.append(torch.cat([painter.paint([prompt] * SEEDS, Way(scale=scale)), renders]))
    title = f"DDIM, 50 steps, α = {scale:g}, seeds 0 … {SEEDS - 1}; the last {RENDERS} columns are renders"
    return _sheet(rows, list(PROMPTS), title)


def scales(bench: Bench, prompt: str = "a tree in the desert") -> Image.Image:
    """One prompt from the same noise under rising guidance."""
    painter = bench.painter("pocket")
    rows = [painter.paint([prompt] * MORE_SEEDS, Way(scale=scale)) for scale in SCALES]
    return _sheet(rows, [f"α = {scale:g}" for scale in SCALES], f"{prompt}: DDIM, 50 steps")


def samplers(bench: Bench, prompt: str = "a house in the desert") -> Image.Image:
    """One prompt from the same noise by every sampler."""
    ways = {
        "DDPM 100": Way("ddpm", 100),
        "DDPM 100, no noise": Way("ddpm without noise", 100),
        "DDIM 50": Way("ddim", 50),
        "flow 50": Way("flow", 50),
    }
    painter = bench.painter("pocket")
    rows = {name: painter.paint([prompt] * MORE_SEEDS, way) for name, way in ways.items()}
    return _sheet(list(rows.values()), list(rows), f"{prompt}: no guidance")


def steps(bench: Bench, prompt: str = "a cat in the meadow") -> Image.Image:
    """One prompt from the same noise in fewer and fewer steps."""
    counts = (100, 50, 20, 10, 5)
    painter = bench.painter("pocket")
    rows = [painter.paint([prompt] * MORE_SEEDS, Way(steps=count, scale=3.0)) for count in counts]
    return _sheet(rows, [f"{count} steps" for count in counts], f"{prompt}: DDIM, α = 3")


def flow(bench: Bench) -> Image.Image:
    """The prompts by the flow model."""
    painter = bench.painter("pocket-flow")
    rows = [painter.paint([prompt] * SEEDS, Way("flow", 50, 3.0)) for prompt in PROMPTS]
    return _sheet(rows, list(PROMPTS), "the flow model: Euler, 50 steps, α = 3")


def reconstructions(bench: Bench) -> Image.Image:
    """Held-out scenes and what the autoencoder makes of them."""
    seen = torch.from_numpy(render(range(HELD_OUT_FROM, HELD_OUT_FROM + 4 * MORE_SEEDS))[0]).float() / 255
    back = bench.decoder.decode(bench.decoder.encode(seen))
    rows = [
        row
        for pair in zip(torch.split(seen, MORE_SEEDS), torch.split(back, MORE_SEEDS), strict=True)
        for row in pair
    ]
    return _sheet(rows, ["renders", "there and back"] * 4, "the autoencoder")


def variations(bench: Bench) -> Image.Image:
    """Renders, each with pictures of its CLIP vector, and pictures of its caption."""
    painter, worded = bench.painter("pocket-unclip"), bench.painter("pocket")
    rows, labels = [], []
    for prompt in PROMPTS[:6]:
        source = torch.from_numpy(render_scenes(scenes_of(prompt, 1))).float() / 255
        vector = painter.text.embed_pictures(source)
        like = painter.paint_like(vector.expand(SEEDS - 1, -1), Way(scale=2.0))
        said = worded.paint([prompt] * (SEEDS - 1), Way(scale=2.0))
        rows += [torch.cat([source, like]), torch.cat([source, said])]
        labels += ["variations", prompt]
    return _sheet(rows, labels, "unCLIP: the first column is a render; α = 2")


def videos(bench: Bench) -> Image.Image:
    """Strips of walks: a render, then two clips of each prompt."""
    painter = bench.painter("pocket-video")
    render_ = torch.from_numpy(np.stack([np.asarray(each) for each in draw_walk(walk(HELD_OUT_FROM))]))
    rows, labels = [render_.float() / 255], ["render"]
    for prompt in WALKS:
        rows += list(painter.paint([prompt] * 2, Way("flow", 50, 3.0)))
        labels += [prompt, ""]
    return _sheet(rows, labels, "video: flow, 50 steps, α = 3, seeds 0 and 1")


SHEETS: dict[str, tuple[tuple[str, ...], Callable[[Bench], Image.Image]]] = {
    "prompts": (("pocket",), prompts),
    "scales": (("pocket",), scales),
    "samplers": (("pocket",), samplers),
    "steps": (("pocket",), steps),
    "reconstructions": ((AUTOENCODER,), reconstructions),
    "flow": (("pocket-flow",), flow),
    "variations": (("pocket", "pocket-unclip"), variations),
    "videos": (("pocket-video",), videos),
}


def _sheet(rows: list[Tensor], labels: list[str], title: str) -> Image.Image:
    """Rows of pictures (C, 64, 64, 3), each under its label."""
    from PIL import Image, ImageDraw, ImageFont

    from ...plots.canvas import font_file

    font = ImageFont.truetype(font_file(), 12)
    cell, line = 2 * SIDE, 15
    page = Image.new("RGB", (len(rows[0]) * (cell + 2), (len(rows)) * (cell + line) + 20), (255, 255, 255))
    pen = ImageDraw.Draw(page)
    pen.text((2, 2), title, fill=(0, 0, 0), font=font)
    for number, (row, label) in enumerate(zip(rows, labels, strict=True)):
        top = 20 + number * (cell + line)
        pen.text((2, top), label, fill=(0, 0, 0), font=font)
        for column, pixels in enumerate(row.mul(255).round().to(torch.uint8)):
            tile = Image.fromarray(pixels.numpy()).resize((cell, cell), Image.Resampling.NEAREST)
            page.paste(tile, (column * (cell + 2), top + line))
    return page


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description="Draw sample sheets of the pocket models.")
    parser.add_argument("out", type=Path)
    parser.add_argument("--weights", type=Path, default=WEIGHTS)
    parser.add_argument("--only", default="", help=f"some of {','.join(SHEETS)}")
    parser.add_argument("--device", default="cpu")
    given = parser.parse_args()
    wanted = given.only.split(",") if given.only else list(SHEETS)
    unknown = set(wanted) - set(SHEETS)
    if unknown:
        parser.error(f"no sheet is called {sorted(unknown)}: choose from {', '.join(SHEETS)}")
    given.out.mkdir(parents=True, exist_ok=True)
    bench = Bench(given.weights, given.device)
    for name in wanted:
        models, draw = SHEETS[name]
        if absent := bench.absent(models):
            print(f"{name}: not there: {', '.join(absent)}", file=sys.stderr)
            continue
        draw(bench).save(given.out / f"{name}.png")
        print(given.out / f"{name}.png")


if __name__ == "__main__":
    main()
