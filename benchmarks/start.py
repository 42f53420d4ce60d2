"""How long a process takes from its start to its end, where it has next to nothing to do.

    python benchmarks/start.py [--times 7]

Seconds by the wall clock, median and least; every process is started afresh, the files it reads are warm.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

TRIVIAL = {
    "1": {"class_type": "ScorefieldTextImage", "inputs": {"text": "S", "size": 16}},
    "2": {"class_type": "ScorefieldSaveImage", "inputs": {"images": ["1", 0]}},
}


class Case(NamedTuple):
    """A process: its words, the exit code it should have, and what it may take."""

    name: str
    words: list[str]
    code: int = 0
    bound: float | None = None


def cases(folder: Path) -> list[Case]:
    """What is measured, with the files it needs written to that folder."""
    trivial, bare = folder / "trivial.json", folder / "no workflow.json"
    trivial.write_text(json.dumps(TRIVIAL), encoding="utf-8")
    bare.write_text('{"name": "something else"}', encoding="utf-8")
    run = ["-m", "scorefield", "run", str(trivial), "--out", str(folder / "out"), "--device", "cpu"]
    return [
        Case("python alone", ["-c", ""]),
        Case("import scorefield", ["-c", "import scorefield"]),
        Case("--help", ["-m", "scorefield", "--help"]),
        Case("check, not a workflow", ["-m", "scorefield", "check", str(bare)], 2, 0.5),
        Case("check, a trivial graph", ["-m", "scorefield", "check", str(trivial)]),
        Case("run, a trivial graph", run, 0, 2.5),
    ]


def seconds(case: Case) -> float:
    """One process, from start to end.

    Raises:
        SystemExit: it ended otherwise than it should.
    """
    begun = time.perf_counter()
    done = subprocess.run([sys.executable, *case.words], capture_output=True, text=True)
    taken = time.perf_counter() - begun
    if done.returncode != case.code:
        raise SystemExit(f"{case.name} ended with {done.returncode}:\n{done.stderr}")
    return taken


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="How long a process takes that has nothing to do.")
    parser.add_argument("--times", type=int, default=7, help="how often each is started")
    times = parser.parse_args().times
    print(f"Python {sys.version.split()[0]}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} before\n")
    print("| process | median s | least s | bound s |\n|---|--:|--:|--:|")
    with tempfile.TemporaryDirectory() as folder:
        measured = cases(Path(folder))
        taken: list[list[float]] = [[] for _ in measured]
        for _ in range(times):
            for case, found in zip(measured, taken, strict=True):
                found.append(seconds(case))
    for case, found in zip(measured, taken, strict=True):
        bound = "" if case.bound is None else f"< {case.bound}"
        print(f"| {case.name} | {statistics.median(found):.2f} | {min(found):.2f} | {bound} |")


if __name__ == "__main__":
    main()
