"""Many cases at once, in one process, from the repository's root.

    python -m tests.fuzz [--cases 20000] [--seed 0] [--only KIND:NUMBER]

What is looked for: a crash, a traceback, a refusal without its place, a value that is not what a plain
evaluator says, or more than 5 seconds for one case. Prints how many cases of each kind ran, how many
were refused and why, and every failure with the words that show it again.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from random import Random
from types import FrameType

from hypothesis import HealthCheck, given, seed, settings
from scorefield.kept import OFF, VARIABLE

from .agreement import agrees, agrees_with_a_cache
from .damage import damaged
from .graphs import Case, cases
from .pack import DEFINITIONS, SAMPLE
from .refusals import Tally, check_command, check_run, check_values
from .texts import broken_picture, broken_text
from .words import SMALL, command_line
from .workflows import any_of_them, definitions, pages, prompts

MOST_SECONDS = 5.0
Check = Callable[[Random, Path, Tally], None]


class TooLong(BaseException):
    """A case that does not end; no `except Exception` may catch it."""


def values(rng: Random, folder: Path, tally: Tally) -> None:
    """Damaged JSON values, read, checked and signed."""
    check_values(damaged(any_of_them(rng), rng), definitions(), tally)


def texts(rng: Random, folder: Path, tally: Tally) -> None:
    """Files whose text is broken, checked from the command line."""
    path = folder / "workflow.json"
    path.write_bytes(broken_text(any_of_them(rng), rng))
    json = ["--json"] if rng.random() < 0.3 else []
    check_command(["check", str(path), *json], definitions(), tally)


def pictures(rng: Random, folder: Path, tally: Tally) -> None:
    """Pictures whose chunks are broken, likewise."""
    path = folder / rng.choice(("workflow.png", "workflow.webp"))
    number = rng.randrange(len(pages()))
    carried = {"prompt": prompts()[number], "workflow": pages()[number]}
    path.write_bytes(broken_picture(carried, rng))
    check_command(["check", str(path)], definitions(), tally)


def commands(rng: Random, folder: Path, tally: Tally) -> None:
    """Damaged workflows that run, with overrides and variations."""
    check_command(command_line(folder, rng), SMALL, tally)


def packs(rng: Random, folder: Path, tally: Tally) -> None:
    """Damaged graphs of V1 nodes, run where they can be."""
    check_run(damaged(SAMPLE, rng), DEFINITIONS, tally)


# Of a hundred cases, how many are of that kind; the rest are graphs against the oracle.
KINDS: dict[str, tuple[Check, int]] = {
    "values": (values, 40),
    "texts": (texts, 12),
    "pictures": (pictures, 10),
    "commands": (commands, 13),
    "packs": (packs, 10),
}


def run_case(kind: str, number: int, start: int, tally: Tally) -> str | None:
    """One case; what was wrong, if anything was."""
    with tempfile.TemporaryDirectory() as folder:
        signal.setitimer(signal.ITIMER_REAL, MOST_SECONDS)
        try:
            KINDS[kind][0](Random(f"{start}:{kind}:{number}"), Path(folder), tally)
        except (Exception, TooLong) as error:
            where = traceback.extract_tb(error.__traceback__)[-3:]
            places = " < ".join(f"{Path(frame.filename).name}:{frame.lineno}" for frame in reversed(where))
            return f"{type(error).__name__}: {str(error)[:400]} ({places})"
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
    return None


def run_graphs(count: int, start: int, tally: Tally) -> list[str]:
    """Graphs against the oracle; Hypothesis makes the smallest that still fails of one that does."""

    def timed(check: Callable[[], None]) -> None:
        signal.setitimer(signal.ITIMER_REAL, MOST_SECONDS)
        try:
            check()
        except TooLong:
            raise AssertionError(f"more than {MOST_SECONDS} s") from None
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)

    def alone(case: Case) -> None:
        expected = agrees(case)
        tally["graphs"] += 1
        for name in ("failed", "skipped", "blocked"):
            tally[f"graphs with {name} nodes"] += bool(getattr(expected, name))

    def on_a_cache(first: Case, second: Case) -> None:
        agrees_with_a_cache(first, second)
        tally["graphs on a cache"] += 1

    many = settings(deadline=None, database=None, suppress_health_check=list(HealthCheck), print_blob=False)
    third = count // 3
    tests = (
        given(cases())(lambda case: timed(lambda: alone(case))),
        given(cases(most=8), cases(most=8))(lambda a, b: timed(lambda: on_a_cache(a, b))),
    )
    failures = []
    for test, share in zip(tests, (count - third, third), strict=True):
        try:
            seed(start)(settings(many, max_examples=max(1, share))(test))()
        except Exception as error:
            failures.append("\n".join([f"{type(error).__name__}: {error}", *getattr(error, "__notes__", [])]))
    return failures


def run_all(count: int, start: int) -> int:
    """Every kind, and the report; the number of failures."""
    failures, begun = 0, time.perf_counter()
    for kind, (_, share) in KINDS.items():
        tally: Tally = Counter()
        number, kind_begun = count * share // 100, time.perf_counter()
        for index in range(number):
            wrong = run_case(kind, index, start, tally)
            if wrong is not None:
                failures += 1
                print(f"FAILED {kind}:{index} (--seed {start} --only {kind}:{index})\n  {wrong}", flush=True)
        _say(kind, number, time.perf_counter() - kind_begun, tally)
    tally, kind_begun = Counter(), time.perf_counter()
    rest = count - sum(count * share // 100 for _, share in KINDS.values())
    for wrong in run_graphs(rest, start, tally):
        failures += 1
        print(f"FAILED graphs\n{wrong}", flush=True)
    _say("graphs", tally["graphs"] + tally["graphs on a cache"], time.perf_counter() - kind_begun, tally)
    print(f"{count} cases in {time.perf_counter() - begun:.0f} s, {failures} failures")
    return failures


def _say(kind: str, count: int, seconds: float, tally: Tally) -> None:
    found = ", ".join(f"{name} {number}" for name, number in tally.most_common())
    print(f"{kind}: {count} cases in {seconds:.0f} s: {found}", flush=True)


def main() -> None:
    """Run what the words ask for."""
    parser = argparse.ArgumentParser(description="Look for what breaks the executor and the command line.")
    parser.add_argument("--cases", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only", metavar="KIND:NUMBER", help="that case alone")
    options = parser.parse_args()
    os.environ[VARIABLE] = OFF

    def stop(_signal: int, _frame: FrameType | None) -> None:
        raise TooLong

    signal.signal(signal.SIGALRM, stop)
    random.seed(options.seed)
    if options.only:
        kind, _, number = options.only.partition(":")
        wrong = run_case(kind, int(number), options.seed, Counter())
        print(wrong or "nothing is wrong")
        sys.exit(1 if wrong else 0)
    sys.exit(1 if run_all(options.cases, options.seed) else 0)


if __name__ == "__main__":
    main()
