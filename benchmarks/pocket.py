"""What the pocket models reach, as one table: line, bar, measured, and whether it holds.

    python benchmarks/pocket.py [--quick] [--only clip,video] [--weights FOLDER] [--device cuda] [--json OUT]

Everything is drawn from held-out seeds and judged by classifiers that share nothing with the models. --quick
takes an eighth of the pictures: it shows that all runs, and is too little to judge by.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import sys
import time
from pathlib import Path

from scorefield.models.library import WEIGHTS
from scorefield.training.judging.bar.bench import Bench
from scorefield.training.judging.bar.lines import Line, table
from scorefield.training.judging.bar.table import SECTIONS, measured

QUICK = 8


def main() -> None:
    """Measure and print; every line also goes to stderr as soon as it is known."""
    parser = argparse.ArgumentParser(description="How good the pocket models are.")
    parser.add_argument("--quick", action="store_true", help="an eighth of the pictures")
    parser.add_argument("--only", default="", help=f"some of {','.join(SECTIONS)}")
    parser.add_argument("--weights", type=Path, default=WEIGHTS, help="the folder of the models")
    parser.add_argument("--runs", type=Path, help="the folder of the trainings' states, for the precision")
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--json", type=Path, help="a file for the lines as data")
    given = parser.parse_args()
    names = given.only.split(",") if given.only else list(SECTIONS)
    unknown = set(names) - set(SECTIONS)
    if unknown:
        parser.error(f"no section is called {sorted(unknown)}: choose from {', '.join(SECTIONS)}")
    bench = Bench(given.weights, given.device, QUICK if given.quick else 1, given.runs)
    lines, begun = [], time.monotonic()
    for name, line in measured(bench, names):
        lines.append(line)
        print(f"{time.monotonic() - begun:5.0f} s  {name}: {' | '.join(line.cells())}", file=sys.stderr)
    print(table(lines))
    if given.json:
        given.json.write_text(json.dumps([_data(line) for line in lines], indent=1), encoding="utf-8")


def _data(line: Line) -> dict[str, object]:
    return dataclasses.asdict(line)


if __name__ == "__main__":
    main()
