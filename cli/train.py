"""`scorefield train NAME…`: rebuild weights that ship."""

from __future__ import annotations

import os
import sys
import time
from argparse import ArgumentParser, Namespace, RawDescriptionHelpFormatter
from pathlib import Path
from typing import TYPE_CHECKING

from ..graph.device import DEVICES, resolve_device
from ..graph.errors import Problem, brief, refuse, valid_names
from ..training.catalogue import CATALOGUE, POCKET_ALL, all_needs, in_order, is_pocket
from .exit_codes import DONE, FAILED, INTERRUPTED
from .interruption import stop_on_interrupt
from .output import print_problems

if TYPE_CHECKING:
    from ..training.pocket.command import Training

WEIGHTS = Path(__file__).parent.parent / "models" / "weights"
RUNS = Path("runs")
# What saving takes of the time that --minutes gives.
SPARE_SECONDS = 5.0
# Freed memory is kept for the next step instead of going back to the system each time.
_KEPT_MEMORY = {"MALLOC_MMAP_THRESHOLD_": str(1 << 30), "MALLOC_TRIM_THRESHOLD_": str(1 << 32)}

DESCRIPTION = f"""Rebuild weights that ship, each from nothing.

A pocket model's training can be stopped or killed at any moment: the same words go on with it. Its state, its
losses and its sample sheets lie in --runs.

Exit codes: 0 all is trained; 130 stopped before the end, by Ctrl-C or --minutes, and saved.

names: {POCKET_ALL}, or
""" + "\n".join(f"  {name:<20} {weight.summary}" for name, weight in CATALOGUE.items())


def add_train(parser: ArgumentParser) -> None:
    """Its options."""
    parser.description, parser.formatter_class = DESCRIPTION, RawDescriptionHelpFormatter
    parser.add_argument("names", metavar="NAME", nargs="*", help="which; several are made in order of need")
    parser.add_argument("--list", action="store_true", help="say what each needs and how long it takes")
    parser.add_argument(
        "--out", metavar="DIR", type=Path, help="where weights go; by default where they ship"
    )
    parser.add_argument("--seed", type=int, help="another seed than the recipe's")
    pocket = parser.add_argument_group("of pocket models")
    pocket.add_argument(
        "--runs", metavar="DIR", type=Path, default=RUNS, help="where what is unfinished lies (default: runs)"
    )
    pocket.add_argument("--workers", metavar="N", type=int, help="processes; by default one for each core")
    pocket.add_argument(
        "--device", choices=DEVICES, default="auto", help="auto is the GPU where there is one"
    )
    pocket.add_argument("--samples", metavar="N", type=int, help="another length than the recipe's")
    pocket.add_argument("--minutes", metavar="M", type=float, help="stop after that time, to be gone on with")
    pocket.add_argument(
        "--smoke", action="store_true", help="so small that it only shows that it learns; under RUNS/smoke"
    )
    pocket.add_argument("--export", action="store_true", help="do not train: write what is learnt so far")
    parser.add_argument("--debug", action="store_true", help="show tracebacks")


def train(options: Namespace) -> int:
    """Train what is asked for."""
    started = time.monotonic()
    if options.list:
        return _list()
    names = _checked(options)
    os.environ.update({name: size for name, size in _KEPT_MEMORY.items() if name not in os.environ})
    for name in names:
        if is_pocket(name):
            code = _train_pocket(name, options, started)
            if code != DONE:
                return code
        else:
            from ..training.command import rebuild

            rebuild(name, options.out or WEIGHTS, options.seed)
    return DONE


def _checked(options: Namespace) -> list[str]:
    """The names in order of need.

    Raises:
        InvalidWorkflow: a name that is none, an option that does not go with it, or a weight that it needs
            is neither there nor asked for.
    """
    try:
        names = in_order(options.names)
    except KeyError as error:
        wrong = error.args[0]
        known = valid_names(wrong, [*CATALOGUE, POCKET_ALL])
        raise refuse("unknown_name", f"no weight is called {brief(wrong)}", known) from None
    if not names:
        raise refuse("usage", "nothing to train was named", f"one of {', '.join([*CATALOGUE, POCKET_ALL])}")
    for option in ("samples", "minutes", "workers"):
        value = getattr(options, option)
        if value is not None and not value > 0:
            raise refuse("usage", f"--{option} has to be above 0, got {value}")
    toys = [name for name in names if not is_pocket(name)]
    for option in ("samples", "minutes", "smoke", "export"):
        if toys and getattr(options, option):
            raise refuse("usage", f"--{option} is for pocket models: {toys[0]} takes a minute from nothing")
    _check_needs(names, _out(options))
    return names


def _check_needs(names: list[str], out: Path) -> None:
    for name in names:
        missing = [
            need
            for need in CATALOGUE[name].needs
            if need not in names and not (out / f"{need}.safetensors").exists()
        ]
        if missing:
            first = [need for need in all_needs(name) if not (out / f"{need}.safetensors").exists()]
            raise refuse(
                "missing_weight",
                f"{name} needs {' and '.join(missing)}, and {out} has no such weight",
                f"scorefield train {' '.join([*first, name])} makes them too",
            )


def _train_pocket(name: str, options: Namespace, started: float) -> int:
    from ..training.pocket.command import export, rebuild
    from ..training.pocket.loop import WorkerEnded

    training = _training(name, options, started)
    try:
        if options.export:
            export(training)
            return DONE
        if rebuild(training, stop_on_interrupt) is not None:
            return DONE
    except ValueError as error:
        raise refuse("not_trained", str(error)) from error
    except WorkerEnded as error:
        print_problems([Problem("worker_ended", str(error))])
        return FAILED
    print(
        f"{name} is stopped and saved in {training.runs}: the same command goes on with it", file=sys.stderr
    )
    return INTERRUPTED


def _training(name: str, options: Namespace, started: float) -> Training:
    from ..training.pocket.command import Training

    runs = options.runs / "smoke" if options.smoke else options.runs
    deadline = None if options.minutes is None else started + 60 * options.minutes - SPARE_SECONDS
    return Training(
        name,
        _out(options),
        runs,
        options.workers or _cores(),
        resolve_device(options.device),
        options.samples,
        options.smoke,
        1 if options.seed is None else options.seed,
        deadline,
    )


def _out(options: Namespace) -> Path:
    """Where weights go: those of a smoke, which are good for nothing, not where any ship."""
    if options.out is not None:
        return Path(options.out)
    return Path(options.runs) / "smoke" / "weights" if options.smoke else WEIGHTS


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _list() -> int:
    from ..training.pocket.log import duration
    from ..training.pocket.recipes import POCKETS
    from ..training.recipes import TOYS

    for name, weight in CATALOGUE.items():
        cores = _cores() if is_pocket(name) else 1
        seen = POCKETS[name].plan.samples if is_pocket(name) else TOYS[name].recipe.steps
        takes = f"about {duration(seen / weight.rate / cores)} on {cores} core{'s' if cores > 1 else ''}"
        needs = f"; needs {', '.join(weight.needs)}" if weight.needs else ""
        print(f"{name:<20} {weight.summary}; {takes}{needs}")
    return DONE
