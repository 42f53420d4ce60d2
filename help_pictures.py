"""The pictures on the nodes' help pages, drawn from what the saved workflows really give:

    python -m scorefield.help_pictures [NodeId ...]

A node's picture is its own output in the first workflow that its page names. Where it gives no picture, it is
that of the nearest node behind it that does, or else one that it takes, or that the workflow shows. Where a
workflow reads pictures of one's own, scenes of ours take their place.
"""

from __future__ import annotations

import io
import json
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .graph.contract import Definition
from .workflows import LARGE, every_demo

if TYPE_CHECKING:
    from PIL.Image import Image as Picture
    from torch import Tensor

HELP = Path(__file__).parent / "web" / "docs"
PICTURES = HELP / "pictures"
WIDEST, TALLEST = 480, 360
LARGEST = 25_000  # bytes
QUALITIES = (88, 80, 70, 60, 50, 40)
MOST_IN_A_GRID = 8
OWN = "Your own"  # the chapter of those that read pictures of one's own
SCENES = 16
TELLING_MOMENT = 0.62  # of an animation: the walk has left the noise and not yet arrived


@dataclass(frozen=True)
class Place:
    """Where a picture comes from: an output of a node of a saved workflow."""

    workflow: str
    node_id: str
    output: str

    @property
    def file(self) -> str:
        """The picture's file; pages that show the same share it."""
        return f"{self.workflow}-{self.node_id}.jpg"


def place_of(node: str, definitions: Mapping[str, Definition]) -> Place | None:
    """Where the picture of a node's page comes from; None where its page names no workflow that runs on what
    ships."""
    page = (HELP / f"{node}.md").read_text(encoding="utf-8")
    seen = re.search(r"^\*\*Seen in\*\* \*([a-z0-9-]+)\*", page, re.MULTILINE)
    if seen is None or seen[1] not in (*every_demo(), *LARGE[OWN]):
        return None
    saved = _saved(seen[1])
    own = next(str(each["id"]) for each in saved["nodes"] if each["type"] == node)
    for found in _behind(saved, own):
        definition = definitions.get(_types(saved)[found])
        for output in definition.outputs if definition else ():
            if output.type == "IMAGE":
                return Place(seen[1], found, output.name)
    shown = [link for link in saved["links"] if link[5] == "IMAGE"]
    _, giver, slot, *_ = min(shown, key=lambda link: (str(link[3]) != own, link[3]))
    return Place(seen[1], str(giver), definitions[_types(saved)[str(giver)]].outputs[slot].name)


def picture_of(images: Tensor | Sequence[Tensor], is_film: bool) -> Picture:
    """One picture of what an output gave: the telling moment of a film, some of a batch side by side, or some
    of what each value of a sweep gave, a row each; of a sweep that gave single pictures the last."""
    import torch
    from PIL import Image

    from .plots.grid import image_grid, magnified
    from .plots.picture_writer import to_bytes

    batch = images if isinstance(images, torch.Tensor) else images[-1]
    if is_film:
        batch = batch[round((len(batch) - 1) * TELLING_MOMENT)][None]
    elif len(batch) > 1:
        across = min(4, len(batch))
        rows = [batch[:MOST_IN_A_GRID]] if batch is images else [each[:across] for each in images]
        shown = torch.cat(rows)[..., :3]
        batch = image_grid(shown, across, cell=magnified(shown, 0, -(-len(shown) // across), across, 96))
    return _fitted(Image.fromarray(to_bytes(batch[:1, ..., :3])[0]))


def jpeg_of(picture: Picture) -> bytes:
    """The picture as a JPEG of at most `LARGEST` bytes, as good as that allows."""
    for quality in QUALITIES:
        stream = io.BytesIO()
        picture.save(stream, "JPEG", quality=quality, optimize=True, subsampling=0 if quality > 75 else 2)
        if stream.tell() <= LARGEST:
            return stream.getvalue()
    smaller = picture.resize((picture.width * 4 // 5, picture.height * 4 // 5))
    return jpeg_of(smaller)


def write(nodes: Sequence[str]) -> None:
    """Draw the pictures of these nodes' pages; each workflow runs once."""
    from .api import Session
    from .graph.cache import MemoryCache
    from .nodes import DEFINITIONS

    places = {node: place for node in nodes if (place := place_of(node, DEFINITIONS)) is not None}
    own = Path("output", "own")
    _draw_scenes(own / "scorefield")
    session = Session(out="output", cache=MemoryCache(max_bytes=2**30), input_folder=own)
    PICTURES.mkdir(exist_ok=True)
    for workflow in dict.fromkeys(place.workflow for place in places.values()):
        wanted = {node: place for node, place in places.items() if place.workflow == workflow}
        ids = list(dict.fromkeys(place.node_id for place in wanted.values()))
        given = session.run(_file(workflow), want=ids).values
        types = _types(_saved(workflow))
        for node, place in wanted.items():
            is_film = types[place.node_id].endswith(("Animation", "Frames", "TileVideos", "SweepGrid"))
            content = jpeg_of(picture_of(given[place.node_id][place.output], is_film))
            (PICTURES / place.file).write_bytes(content)
            print(f"{node}: {workflow}, {len(content)} bytes", flush=True)


def _draw_scenes(folder: Path) -> None:
    """Pictures that take the place of one's own."""
    from .training.scenes.draw import draw
    from .training.scenes.scene import scene

    folder.mkdir(parents=True, exist_ok=True)
    for seed in range(SCENES):
        draw(scene(seed)).save(folder / f"{seed:02}.png")


def _fitted(picture: Picture) -> Picture:
    """At most WIDEST × TALLEST; small pictures are enlarged by whole numbers, so that they stay crisp."""
    from PIL import Image

    scale = min(WIDEST / picture.width, TALLEST / picture.height)
    if scale >= 2:
        return picture.resize(
            (picture.width * int(scale), picture.height * int(scale)), Image.Resampling.NEAREST
        )
    if scale >= 1:
        return picture
    size = round(picture.width * scale), round(picture.height * scale)
    return picture.resize(size, Image.Resampling.LANCZOS)


def _saved(workflow: str) -> dict[str, Any]:
    saved: dict[str, Any] = json.loads(_file(workflow).read_text(encoding="utf-8"))
    return saved


def _file(workflow: str) -> Path:
    return Path(__file__).parent / "workflows" / f"{workflow}.json"


def _types(saved: Mapping[str, Any]) -> dict[str, str]:
    return {str(node["id"]): node["type"] for node in saved["nodes"]}


def _behind(saved: Mapping[str, Any], start: str) -> Iterator[str]:
    """The node and everything behind it, the nearest first."""
    waiting, met = [start], set[str]()
    while waiting:
        node_id = waiting.pop(0)
        if node_id not in met:
            met.add(node_id)
            yield node_id
            waiting += [str(link[3]) for link in saved["links"] if str(link[1]) == node_id]


if __name__ == "__main__":
    from .nodes import DEFINITIONS

    write(sys.argv[1:] or list(DEFINITIONS))
