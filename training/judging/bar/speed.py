"""How long one picture takes: 50 DDIM steps with guidance, on two cores."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from .bench import Bench
from .lines import Line, below

CORES = 2
TIMES = 5


def lines(bench: Bench) -> Iterator[Line]:
    """A process from its start to its end, and the median of later pictures within one."""
    load = f"(load {os.getloadavg()[0]:.1f} before)"
    begun = time.perf_counter()
    _child(bench.weights, 1)
    cold = time.perf_counter() - begun
    yield below("one picture, 50 DDIM steps with guidance, 2 cores: cold, s", cold, 6, load)
    yield below("the same, warm, s", float(_child(bench.weights, 1 + TIMES)), 2, load)


def _child(weights: Path, times: int) -> str:
    words = [sys.executable, "-m", __name__, str(weights), "--times", str(times)]
    own = {**os.environ, "OMP_NUM_THREADS": str(CORES)}
    return subprocess.run(words, check=True, capture_output=True, text=True, env=own).stdout


def main() -> None:
    """Draw as many pictures one by one and print the median of the seconds, the first left out."""
    parser = argparse.ArgumentParser(description="Draw pictures one by one.")
    parser.add_argument("weights", type=Path)
    parser.add_argument("--times", type=int, default=1)
    given = parser.parse_args()
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:CORES])
    from ..sampling import Painter, Way

    painter, taken = Painter("pocket", given.weights), []
    for index in range(given.times):
        begun = time.perf_counter()
        painter.paint(["a tree in the desert"], Way(scale=3.0), index)
        taken.append(time.perf_counter() - begun)
    print(sorted(taken[1:] or taken)[len(taken[1:]) // 2])


if __name__ == "__main__":
    main()
