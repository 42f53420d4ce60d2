"""`python -m scorefield.training.judging.train`: rebuild the judge's classifiers, and test them."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import torch

from ...models.pocket.checkpoint import save
from ..pocket.loop import Run, train
from ..pocket.state import State, read
from ..pocket.task import Plan, Task
from .accuracy import scene_accuracy, walk_accuracy
from .classifier import WEIGHTS, load_judge
from .tasks import SceneTask, WalkTask
from .walk_classifier import load_walk_judge

RUNS = Path("runs")


@dataclass(frozen=True)
class Recipe:
    """One classifier: its examples, and how long it learns from them."""

    plan: Plan
    pictures: int
    pairs: int = 0

    def __call__(self, device: str) -> Task:
        """The task."""
        return SceneTask(self.pictures, self.pairs) if self.pairs else WalkTask(self.pictures)


RECIPES = {
    "scenes": Recipe(Plan(96_000, batch=96, learning_rate=2e-3, decay=0.7), 20_000, 10_000),
    "walks": Recipe(Plan(32_000, batch=64, learning_rate=2e-3, decay=0.7), 6_000),
}
ACCURACIES: dict[str, Callable[[Path], dict[str, float]]] = {
    "scenes": lambda path: scene_accuracy(load_judge(path)),
    "walks": lambda path: walk_accuracy(load_walk_judge(path)),
}


def rebuild(name: str, runs: Path, weights: Path = WEIGHTS) -> dict[str, float]:
    """Train one classifier, going on where an earlier call stopped; its accuracy on held-out renders."""
    recipe = RECIPES[name]
    run = Run(f"judge-{name}", recipe, recipe.plan, runs)
    train(run)
    task = recipe("cpu")
    state = State(task.network)
    read(state, run.state_file)
    weights.mkdir(parents=True, exist_ok=True)
    path = weights / f"{name}.safetensors"
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    card = {"name": name, "samples": recipe.plan.samples, "torch": torch.__version__}
    try:
        save(state.average, part, task.built(), card)
        found = ACCURACIES[name](part)
        save(state.average, part, task.built(), {**card, "held out": found})
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    return found


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description="Rebuild the classifiers that judge the pocket models.")
    parser.add_argument("names", nargs="*", choices=(*RECIPES, []), default=list(RECIPES))
    parser.add_argument("--runs", type=Path, default=RUNS, help="the folder of their state and log")
    parser.add_argument("--weights", type=Path, default=WEIGHTS, help="the folder they are written to")
    given = parser.parse_args()
    for name in given.names or RECIPES:
        for what, value in rebuild(name, given.runs, given.weights).items():
            print(f"{name}: {what} {value:.4f}")


if __name__ == "__main__":
    main()
