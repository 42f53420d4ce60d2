"""`scorefield train pocket…`: rebuild a pocket model, going on where an earlier call was stopped."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from ...models.pocket.checkpoint import save
from ..catalogue import CATALOGUE
from .arrays import Place, renderer
from .finish import finished
from .latents import digest
from .log import duration
from .loop import Flag, Run, train
from .recipes import POCKETS, Source
from .sheets import sheet
from .smoke import PLACE, check, shortened
from .state import State, read
from .task import Plan, Task

Interruptible = Callable[[], AbstractContextManager[Flag | None]]


@dataclass(frozen=True)
class Training:
    """How a pocket model is rebuilt here.

    Attributes:
        name: of the model.
        weights: the folder it is written to, where those it needs lie too.
        runs: the folder of what was rendered, of its state, its log and its sheets.
        workers: how many processes: those that draw, and on a CPU those that learn.
        device: "cpu" or "cuda".
        samples: how many examples are seen in all; None for as many as its recipe says.
        smoke: a size that only shows that it learns.
        seed: of its first weights and of all that is random.
        deadline: the time.monotonic() at which it stops, to be gone on with later.
    """

    name: str
    weights: Path
    runs: Path
    workers: int = 1
    device: str = "cpu"
    samples: int | None = None
    smoke: bool = False
    seed: int = 1
    deadline: float | None = None

    def source(self) -> Source:
        """What its task is made from."""
        place = replace(PLACE if self.smoke else Place(self.runs), folder=self.runs, workers=self.workers)
        return Source(place, self.weights, self.device, self.seed)

    def plan(self) -> Plan:
        """How long and how fast."""
        plan = POCKETS[self.name].plan
        if self.smoke:
            plan = shortened(self.name, plan)
        return plan if self.samples is None else plan.shortened(self.samples)

    def run(self) -> Run:
        """Its training.

        Raises:
            ValueError: a model that it needs is not there; the text says which and how to make it.
        """
        maker, plan = Maker(self.name, self.source()), self.plan()
        workers = 1 if self.device == "cuda" else min(self.workers, plan.batch)
        return Run(
            self.name,
            maker,
            plan,
            self.runs,
            self.seed,
            workers,
            self.device,
            maker.sheet,
            {name: digest(path) for name, path in self.needed().items()},
            self.deadline,
        )

    def needed(self) -> dict[str, Path]:
        """The weights that it is made with.

        Raises:
            ValueError: one is not there.
        """
        needs = CATALOGUE[self.name].needs
        missing = [name for name in needs if not (self.weights / f"{name}.safetensors").exists()]
        if missing:
            raise ValueError(
                f"{self.name} needs {' and '.join(missing)}, which {self.weights} has not: "
                f"first `scorefield train {' '.join(missing)}`, with the same --out"
            )
        return {name: self.weights / f"{name}.safetensors" for name in needs}


@dataclass(frozen=True)
class Maker:
    """Makes the task of a recipe in another process: a recipe's own function cannot travel."""

    name: str
    source: Source

    def __call__(self, device: str) -> Task:
        """The task, on that device; the global random state stays as it was."""
        with torch.random.fork_rng(devices=[]):
            return POCKETS[self.name].make(replace(self.source, device=device))

    def sheet(self, task: Task, network: nn.Module) -> Tensor:
        """What the network does, as a picture."""
        return sheet(task, network, self.source)


def rebuild(training: Training, interruptible: Interruptible = contextlib.nullcontext) -> Path | None:
    """Train a pocket model and write it, whole or not at all; progress goes to stderr.

    Args:
        training: what to do.
        interruptible: gives, while it learns, what is set to stop it.

    Returns:
        Where it was written; None if it was stopped before its end.

    Raises:
        ValueError: a model that it needs is not there, or what is in the folder is another training's.
        WorkerEnded: a process that learnt with others is gone.
    """
    run = training.run()
    # Made here once, so that the workers find what is rendered, and what is wrong is known before they start.
    _going_on(run, run.make(training.device))
    with interruptible() as stop:
        at_end = train(run, stop)
    if not at_end:
        return None
    if training.smoke:
        print(check(training.name, run.log_file), file=sys.stderr)
    return export(training)


def export(training: Training) -> Path:
    """The model as it stands now, from the running average of its weights.

    Raises:
        ValueError: nothing has been learnt yet.
    """
    run = training.run()
    task = run.make(training.device)
    state = _going_on(run, task)
    if not state.step:
        raise ValueError(f"there is no training of {training.name} in {training.runs}")
    network = finished(training.name, state.average, training.source())
    training.weights.mkdir(parents=True, exist_ok=True)
    path = training.weights / f"{training.name}.safetensors"
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        save(network, part, task.built(), card(training, state))
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    seen, took = state.step * run.plan.batch, duration(state.history.seconds)
    print(f"{training.name}: {seen} samples, {took}, {path}", file=sys.stderr)
    return path


def card(training: Training, state: State) -> dict[str, Any]:
    """How a model was made, for its file's header."""
    plan, place, history = training.plan(), training.source().place, state.history
    return {
        "name": training.name,
        "summary": CATALOGUE[training.name].summary,
        "data": {
            "renderer": renderer(),
            "scenes": place.scenes,
            "pairs": place.pairs,
            "walks": place.walks,
        },
        "made_with": history.needs,
        "samples": state.step * plan.batch,
        "batch": plan.batch,
        "learning_rate": plan.learning_rate,
        "warmup": plan.warmup,
        "decay": plan.decay,
        "average": plan.average,
        "final_loss": history.loss,
        "seed": training.seed,
        "device": history.device,
        "workers": history.workers,
        "seconds": round(history.seconds),
        "smoke": training.smoke,
        "torch": torch.__version__,
    }


def _going_on(run: Run, task: Task) -> State:
    """Where the training stands."""
    state = State(task.network)
    read(state, run.state_file)
    begun, seed = state.history.needs, state.history.seed
    if seed not in (None, run.seed):
        raise ValueError(
            f"the training in {run.state_file} was begun with --seed {seed}, not {run.seed}: "
            "give that seed, or another --runs"
        )
    for name in sorted(begun.keys() & run.needs.keys()):
        if begun[name] != run.needs[name]:
            print(
                f"warning: {run.name} was begun with another {name} than is there now: it goes on with this "
                f"one. Remove {run.state_file} to begin anew",
                file=sys.stderr,
            )
    return state
