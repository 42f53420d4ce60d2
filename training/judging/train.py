"""`python -m scorefield.training.judging.train`: rebuild the scoring classifier, and test it."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

import torch

from ...models.pocket.checkpoint import save
from ..pocket.loop import Run, train
from ..pocket.state import State, read
from ..pocket.task import Plan
from .accuracy import scene_accuracy
from .classifier import WEIGHTS, load_judge
from .task import SceneTask

SCENES, PAIRS = 20_000, 10_000
PLAN = Plan(96_000, batch=96, learning_rate=2e-3, decay=0.7)


def make(device: str) -> SceneTask:
    """The task; the classifier is trained on the CPU, and anew gives the same."""
    return SceneTask(SCENES, PAIRS)


def rebuild(runs: Path, path: Path = WEIGHTS) -> dict[str, float]:
    """Train the classifier, going on where an earlier call stopped; its accuracy on held-out renders."""
    run = Run("judge", make, PLAN, runs)
    train(run)
    task = make("cpu")
    state = State(task.network)
    read(state, run.state_file)
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    card = {"name": "judge", "samples": PLAN.samples, "torch": torch.__version__}
    try:
        save(state.average, part, task.built(), card)
        found = scene_accuracy(load_judge(part))
        save(state.average, part, task.built(), {**card, "held out": found})
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    return found


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description="Rebuild the classifier that judges the pocket models.")
    parser.add_argument("--runs", type=Path, default=Path("runs"), help="the folder of its state and log")
    parser.add_argument("--weights", type=Path, default=WEIGHTS, help="the file it is written to")
    given = parser.parse_args()
    for what, value in rebuild(given.runs, given.weights).items():
        print(f"{what}: {value:.4f}")


if __name__ == "__main__":
    main()
