"""What a node costs here and in ComfyUI: the same trivial graphs, by turns, on one core, in one run.

    python benchmarks/against_comfyui.py --tree COMFYUI --python ITS_PYTHON [--most 100000] [--out FILE]

µs a node from parsed JSON to the finished run, validation included, the best of several. "V1" are the classes
that ComfyUI gets, read by our reader; "declared" the same nodes as our own are made. Sizes above the first
that took ComfyUI longer than --patience seconds, or that it refused, are ours alone.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from scorefield.graph.cache import MemoryCache
from scorefield.graph.contract import Definition
from scorefield.graph.result import RunResult
from scorefield.graph.run import Surroundings
from scorefield.graph.session import Session
from scorefield.graph.v1.reader import read_v1
from trivial_graphs import CLASSES, SHAPES, Api
from trivial_nodes import DECLARED

SIZES = (3, 99, 402, 999, 10_000, 100_000)
V1 = {name: read_v1(name, kind) for name, kind in CLASSES.items()}
NOWHERE = Surroundings(Path("never written"))
COLUMNS = ("nodes", "V1", "again", "declared", "again", "ComfyUI", "again", "times", "again")
Definitions = Mapping[str, Definition]


class Cost(NamedTuple):
    """Seconds of a run with nothing cached, and of the same again."""

    uncached: float
    cached: float


class ComfyUI:
    """The other executor, in its own process."""

    def __init__(self, tree: Path, python: Path, patience: float) -> None:
        child = Path(__file__).with_name("comfyui_child.py")
        self._process = subprocess.Popen(
            [python, child, tree.absolute()],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        self._patience = patience
        self._given_up: dict[str, str] = {}
        self._answer()

    def measure(self, shape: str, size: int, repeats: int) -> Cost | str:
        """What that graph costs it, or why there is no figure."""
        if shape in self._given_up:
            return self._given_up[shape]
        assert self._process.stdin is not None
        print(
            json.dumps({"shape": shape, "size": size, "repeats": repeats}),
            file=self._process.stdin,
            flush=True,
        )
        answer = self._answer()
        if "refused" in answer:
            self._given_up[shape] = "–"
            return f"refused: {answer['refused']}"
        if answer["uncached"] > self._patience:
            self._given_up[shape] = "–"
        return Cost(**answer)

    def _answer(self) -> Any:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise SystemExit("ComfyUI's process has ended; start benchmarks/comfyui_child.py to see why")
        return json.loads(line)

    def close(self) -> None:
        """Let the process end."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait()


def timed(session: Session, api: Api) -> tuple[float, RunResult]:
    """The seconds of one run, from JSON values to the result."""
    gc.collect()
    begun = time.perf_counter()
    result = session.run(session.prepare(api), NOWHERE)
    return time.perf_counter() - begun, result


def ours(api: Api, definitions: Definitions) -> Cost:
    """One run without a cache's help and the same with it."""
    session = Session(definitions, MemoryCache(limit=len(api)))
    uncached, first = timed(session, api)
    cached, second = timed(session, api)
    assert (len(first.executed), len(second.cached)) == (len(api), len(api))
    return Cost(uncached, cached)


def best(costs: list[Cost]) -> Cost:
    """The least of each."""
    return Cost(*(min(part) for part in zip(*costs, strict=True)))


def row(shape: str, size: int, comfy: ComfyUI) -> list[str]:
    """One line of the table: each side by turns."""
    api = SHAPES[shape](size)
    read, declared, theirs = [], [], []
    for turn in range(2):
        for _ in range(max(2, min(10, 20_000 // len(api)))):
            read.append(ours(api, V1))
            declared.append(ours(api, DECLARED))
        theirs.append(comfy.measure(shape, size, repeats=3 if size <= 500 else 1))
        if isinstance(theirs[-1], str) or (turn == 0 and theirs[-1].uncached > 5):
            break
    measured = [cost for cost in theirs if isinstance(cost, Cost)]
    cells = [str(len(api))]
    for cost in (best(read), best(declared)):
        cells += [f"{part / len(api) * 1e6:.1f}" for part in cost]
    if not measured:
        return [*cells, str(theirs[0]), "–", "–", "–"]
    other = best(measured)
    cells += [f"{part / len(api) * 1e6:,.0f}" for part in other]
    return cells + [f"{other[part] / best(read)[part]:,.0f}" for part in range(2)]


def report(comfy: ComfyUI, most: int) -> list[str]:
    """All tables as markdown, each row printed when it is there."""
    lines: list[str] = []

    def say(line: str) -> None:
        lines.append(line)
        print(line, flush=True)

    for shape in SHAPES:
        say(f'\n**{shape}** (µs a node; "again" is cached; "times" is ComfyUI over V1)\n')
        say("| " + " | ".join(COLUMNS) + " |")
        say("|" + "--:|" * len(COLUMNS))
        for size in (size for size in SIZES if size <= most):
            say("| " + " | ".join(row(shape, size, comfy)) + " |")
    return lines


def version_of(tree: Path) -> str:
    """What the tree calls itself."""
    text = (tree / "comfyui_version.py").read_text(encoding="utf-8")
    return text.rpartition("=")[2].strip().strip('"')


def main() -> None:
    """Measure, print, and write where that is wanted."""
    parser = argparse.ArgumentParser(description="What a node costs here and in ComfyUI.")
    parser.add_argument("--tree", type=Path, required=True, help="a ComfyUI checkout; it is not changed")
    parser.add_argument("--python", type=Path, required=True, help="a Python with what it needs")
    parser.add_argument("--most", type=int, default=10_000, help="the largest graph (100000: minutes more)")
    parser.add_argument("--patience", type=float, default=20.0, help="seconds ComfyUI may take for a graph")
    parser.add_argument("--out", type=Path, help="a markdown file to write the tables to")
    options = parser.parse_args()
    core = max(os.sched_getaffinity(0))
    os.sched_setaffinity(0, {core})
    load = os.getloadavg()[0]
    comfy = ComfyUI(options.tree, options.python, options.patience)
    head = [
        f"ComfyUI {version_of(options.tree)} and this, Python {sys.version.split()[0]}, "
        f"one core of {os.cpu_count()}, load {load:.1f} before"
    ]
    print(head[0])
    lines = head + report(comfy, options.most)
    comfy.close()
    if options.out is not None:
        options.out.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
