#!/usr/bin/env python3
"""Kill a sweep at random moments, start it again with the same words, and say whether all is as it should be.

    kill_a_sweep.py [--times 50] [--seed 0] [--most-kills 3]

Each time a sweep of a real workflow (pictures, animations and texts, of which all runs, some or none share
one) is killed with SIGKILL at a moment drawn evenly over the time that it takes, perhaps more than once, and
then left to end. Its folder has to be that of a sweep that nobody killed: the same files, whole, none missing
and none twice. It prints a line each time, and exits 1 if any was otherwise.
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))
from sweep_trees import tree, unlike

STARTING = 0.3  # seconds in which a process only starts


def node(class_type: str, **inputs: Any) -> dict[str, Any]:
    return {"class_type": f"Scorefield{class_type}", "inputs": inputs}


WORKFLOW = {
    "1": node("Spiral", count=40),
    "2": node("CloudPlot", samples=["1", 0], size=160),
    "3": node("SaveImage", images=["2", 0], filename_prefix="plots/cloud"),
    "4": node("ClosedFormModel", points=["1", 0]),
    "5": node("FieldPlot", model=["4", 0], points=["1", 0], size=128),
    "6": node("SaveImage", images=["5", 0], filename_prefix="plots/field"),
    "7": node("FieldAnimation", model=["4", 0], frames=4, hold=0, size=96),
    "8": node("SaveAnimation", images=["7", 0], filename_prefix="field"),
    "9": node("Circle", count=20),
    "10": node("CloudPlot", samples=["9", 0], size=96),
    "11": node("SaveImage", images=["10", 0], filename_prefix="circle"),
}
VARIED = ["--vary", "Spiral.count=20:60:20", "--vary", "5.t=0.2:0.8:0.2"]


def sweep(folder: Path) -> list[str]:
    """The command, on the workflow beside the folder."""
    words = [sys.executable, "-m", "scorefield", "run", str(folder.parent / "workflow.json")]
    return [*words, *VARIED, "--out", str(folder), "--device", "cpu", "--no-cache"]


def run(folder: Path) -> float:
    """Run the sweep to its end; the seconds it took."""
    started = time.perf_counter()
    subprocess.run(sweep(folder), check=True, capture_output=True)
    return time.perf_counter() - started


def kill_after(folder: Path, seconds: float) -> bool:
    """Start the sweep and kill it then; whether it was still running."""
    process = subprocess.Popen(sweep(folder), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        return True
    return False


def attempts(folder: Path, times: int, most_kills: int, chance: random.Random) -> Iterator[list[str]]:
    """What was wrong, each time; nothing at best."""
    takes = run(folder)
    expected = tree(folder)
    count = sum(content != "a folder" for content in expected.values())
    print(f"nobody kills it: {count} files in {takes:.1f} s", flush=True)
    for number in range(1, times + 1):
        shutil.rmtree(folder)
        moments = [chance.uniform(STARTING, takes) for _ in range(chance.randint(1, most_kills))]
        killed = [moment for moment in moments if kill_after(folder, moment)]
        half = len(tree(folder)) if folder.exists() else 0
        run(folder)
        wrong = unlike(tree(folder), expected)
        said = ", ".join(f"{moment:.2f}" for moment in killed) or "never"
        verdict = "; ".join(wrong) or "the same"
        print(f"{number}: killed at {said} s with {half} of {len(expected)} there: {verdict}", flush=True)
        yield wrong


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--times", type=int, default=50)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--most-kills", type=int, default=3, help="in one attempt")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        Path(place, "workflow.json").write_text(json.dumps(WORKFLOW))
        chance = random.Random(options.seed)
        found = list(attempts(Path(place, "out"), options.times, options.most_kills, chance))
    bad = sum(map(bool, found))
    print(f"{len(found) - bad} of {len(found)} times the sweep ended as if nobody had killed it")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
