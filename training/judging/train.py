"""`python -m scorefield.training.judging.train`: rebuild the scoring classifier, and test it."""

from __future__ import annotations

import argparse
import os
from dataclasses import dataclass
from pathlib import Path

import torch

from ...models.pocket.checkpoint import save
from ..pocket.loop import Run, train
from ..pocket.state import State, read
from ..pocket.task import Plan
from .accuracy import PICTURES, scene_accuracy
from .classifier import WEIGHTS, load_judge
from .task import SceneTask

SCENES, PAIRS = 20_000, 10_000
PLAN = Plan(96_000, batch=96, learning_rate=2e-3, decay=0.7)


@dataclass(frozen=True)
class Size:
    """How much the classifier learns from, how long, and on how many renders it is tested."""

    scenes: int = SCENES
    pairs: int = PAIRS
    plan: Plan = PLAN
    tested: int = PICTURES

    def __call__(self, device: str) -> SceneTask:
        """The task, always on the CPU: trained anew it becomes the same classifier."""
        return SceneTask(self.scenes, self.pairs)


FULL = Size()


def rebuild(runs: Path, path: Path = WEIGHTS, size: Size = FULL) -> dict[str, float]:
    """Train the classifier, going on where an earlier call stopped; its accuracy on held-out renders."""
    run = Run("judge", size, size.plan, runs)
    train(run)
    task = size("cpu")
    state = State(task.network)
    read(state, run.state_file)
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    card = {"name": "judge", "samples": size.plan.samples, "torch": torch.__version__}
    try:
        save(state.average, part, task.built(), card)
        found = scene_accuracy(load_judge(part), size.tested)
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
