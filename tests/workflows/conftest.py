"""The saved workflows, read once."""

from __future__ import annotations

import json
import shutil
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import scorefield
from PIL import Image

FOLDER = Path(scorefield.__file__).parent / "workflows"
NAMES = tuple(sorted(path.stem for path in FOLDER.glob("*.json")))


@pytest.fixture(scope="session")
def photos(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An input folder with what people are to bring along: here it is noise, of a size that no two share."""
    folder = tmp_path_factory.mktemp("input")
    for place, name in enumerate(("cat", "dog", "man", "with-hat", "without-hat", "photo")):
        pixels = np.random.default_rng(place).integers(0, 256, (30 + place, 40, 3), dtype=np.uint8)
        Image.fromarray(pixels).save(folder / f"{name}.png")
    own = folder / "scorefield"
    own.mkdir()
    for name in ("cat", "dog", "man"):
        shutil.copy(folder / f"{name}.png", own)
    return folder


@cache
def page(name: str) -> dict[str, Any]:
    """A saved workflow as JSON values; not to be changed."""
    read: dict[str, Any] = json.loads((FOLDER / f"{name}.json").read_text())
    return read


def texts(
    name: str, kind: str, out: Path, overrides: dict[str, Any] | None = None
) -> dict[str, dict[str, float]]:
    """What the nodes of one class say: by the first line of each text, its numbers by name."""
    nodes = [str(node["id"]) for node in page(name)["nodes"] if node["type"] == f"Scorefield{kind}"]
    done = scorefield.run(FOLDER / f"{name}.json", overrides, want=nodes, out=out)
    found = {}
    for node_id in nodes:
        text = done.values[node_id]["text"]
        for each in [text] if isinstance(text, str) else text:
            title, *lines = each.splitlines()
            pairs = (line.rsplit(maxsplit=1) for line in lines)
            found[title] = {words.strip(): float(value) for words, value in pairs}
    return found
