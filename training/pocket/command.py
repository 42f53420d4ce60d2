"""`scorefield train pocket…`: rebuild a pocket model, going on where an earlier call was stopped."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass, replace
from pathlib import Path

import torch

from ...models.pocket.checkpoint import save
from .data import Place
from .finish import finished
from .loop import Run, train
from .recipes import POCKETS, Source
from .state import State, read
from .task import Task

SMOKE = Place(Path(), scenes=2_000, pairs=500, walks=100)


@dataclass(frozen=True)
class Training:
    """How a pocket model is rebuilt here.

    Attributes:
        name: of the model.
        weights: the folder it is written to, where those it needs lie too.
        runs: the folder of what was rendered, of its state and its log.
        workers: how many processes.
        device: "cpu" or "cuda".
        samples: how many examples are seen in all; None for as many as its recipe says.
        smoke: a size that only shows that it learns.
        seed: of its first weights and of all that is random.
    """

    name: str
    weights: Path
    runs: Path
    workers: int = 1
    device: str = "cpu"
    samples: int | None = None
    smoke: bool = False
    seed: int = 1

    def source(self) -> Source:
        """What its task is made from."""
        place = replace(SMOKE if self.smoke else Place(self.runs), folder=self.runs, workers=self.workers)
        return Source(place, self.weights, self.device, self.seed)

    def run(self) -> Run:
        """Its training."""
        plan = POCKETS[self.name].plan
        if self.samples is not None:
            plan = plan.shortened(self.samples)
        make = Maker(self.name, self.source())
        return Run(self.name, make, plan, self.runs, self.seed, self.workers, self.device)


@dataclass(frozen=True)
class Maker:
    """Makes the task of a recipe in another process: a recipe's own function cannot travel."""

    name: str
    source: Source

    def __call__(self, device: str) -> Task:
        """The task, on that device."""
        return POCKETS[self.name].make(replace(self.source, device=device))


def rebuild(training: Training) -> Path:
    """Train a pocket model and write it, whole or not at all; progress goes to stderr.

    Raises:
        ValueError: a model that it needs is not there; the text says which and how to make it.
    """
    recipe = POCKETS[training.name]
    missing = [name for name in recipe.needs if not (training.weights / f"{name}.safetensors").exists()]
    if missing:
        raise ValueError(f"{training.name} needs {', '.join(missing)}: train that first")
    run = training.run()
    # Made here once, so that the workers find what is rendered.
    recipe.make(training.source())
    train(run)
    return export(training)


def export(training: Training) -> Path:
    """The model as it stands now, from the running average of its weights."""
    run = training.run()
    task = run.make(training.device)
    state = State(task.network)
    if not read(state, run.state_file):
        raise ValueError(f"there is no training of {training.name} in {training.runs}")
    network = finished(training.name, state.average, training.source())
    card = {
        "name": training.name,
        "summary": POCKETS[training.name].summary,
        "samples": state.step * run.plan.batch,
        "seed": training.seed,
        "torch": torch.__version__,
    }
    training.weights.mkdir(parents=True, exist_ok=True)
    path = training.weights / f"{training.name}.safetensors"
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        save(network, part, task.built(), card)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    print(f"{training.name}: {card['samples']} samples, {path}", file=sys.stderr)
    return path
