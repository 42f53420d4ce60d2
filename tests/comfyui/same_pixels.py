#!/usr/bin/env python3
"""Run workflows headless and compare their pictures with those another host made.

    same_pixels.py PICTURES WORKFLOW.json [WORKFLOW.json ...]

PICTURES holds a folder per workflow, as `open_in_comfyui.py --run --screenshots PICTURES` leaves it. Prints a
line for each picture and exits 1 unless every pixel of every frame is the same.
"""

import argparse
import sys
import tempfile
from pathlib import Path

import scorefield
from PIL import Image, ImageChops, ImageSequence


def difference(one: Path, other: Path) -> int:
    """The largest difference of a channel in any frame, 0 … 255; 256 where sizes or frame counts differ."""
    with Image.open(one) as first, Image.open(other) as second:
        if getattr(first, "n_frames", 1) != getattr(second, "n_frames", 1) or first.size != second.size:
            return 256
        frames = zip(ImageSequence.Iterator(first), ImageSequence.Iterator(second), strict=True)
        apart = [ImageChops.difference(a.convert("RGB"), b.convert("RGB")).getextrema() for a, b in frames]
    return max(high for extrema in apart for _, high in extrema)


def headless(workflow: Path, folder: Path) -> dict[str, Path]:
    """The pictures of a run, by name without its counter."""
    done = scorefield.run(workflow, out=folder)
    files = [Path(item["path"]) for ui in done.ui.values() for item in ui.get("images", ())]
    return {name_of(path): path for path in files}


def name_of(path: Path) -> str:
    """A picture's name without its counter: walk.webp of walk_00001_.webp."""
    return path.stem.rsplit("_", 2)[0] + path.suffix


def main() -> int:
    """Compare; the exit code."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("pictures", type=Path)
    parser.add_argument("workflows", type=Path, nargs="+")
    options = parser.parse_args()
    worst = 0
    for workflow in options.workflows:
        theirs = {name_of(path): path for path in (options.pictures / workflow.stem).glob("*_*_.*")}
        with tempfile.TemporaryDirectory() as folder:
            ours = headless(workflow, Path(folder))
            for name in sorted(ours.keys() | theirs.keys()):
                found = difference(theirs[name], ours[name]) if name in ours and name in theirs else 256
                print(
                    f"{workflow.stem}/{name}: {'same' if found == 0 else f'differs by {found}'}", flush=True
                )
                worst = max(worst, found)
    return int(worst > 0)


if __name__ == "__main__":
    sys.exit(main())
