"""The training loop: one process a core, or one for a GPU, with the same gradients in all of them.

What is random at a step comes from (seed, step, worker) alone, so that a training that was killed goes on as
if it had not been.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import torch
from torch import Tensor, distributed, multiprocessing, nn

from ...diffusion.noise import stream
from .chief import Chief
from .crew import end_with_parent
from .log import claim
from .state import STEP, State, read
from .task import Plan, Task

LARGEST_GRADIENT = 1.0


class WorkerEnded(RuntimeError):  # noqa: N818 - names what happened
    """A process that learnt with others is gone."""


class Flag(Protocol):
    """What a person sets to stop a training."""

    def is_set(self) -> bool:
        """Whether it was."""


@dataclass(frozen=True)
class Run:
    """One training on this machine.

    Attributes:
        name: of what is trained.
        make: makes the task in each worker, on its device; it travels to other processes.
        plan: how long and how fast.
        folder: where its state, its log and its sheets lie.
        seed: of all that is random.
        workers: how many processes.
        device: "cpu" or "cuda".
        sheet: draws what the average of the weights does, as a picture (1, H, W, 3).
        needs: a digest of each weight that the task is made with.
        deadline: the time.monotonic() at which it stops, to be gone on with later.
        save_seconds: how often it saves.
        sheet_seconds: how often it draws.
    """

    name: str
    make: Callable[[str], Task]
    plan: Plan
    folder: Path
    seed: int = 0
    workers: int = 1
    device: str = "cpu"
    sheet: Callable[[Task, nn.Module], Tensor] | None = None
    needs: dict[str, str] = field(default_factory=dict)
    deadline: float | None = None
    save_seconds: float = 120.0
    sheet_seconds: float = 600.0

    @property
    def state_file(self) -> Path:
        """Where it stands."""
        return self.folder / f"{self.name}.state.safetensors"

    @property
    def log_file(self) -> Path:
        """Its losses, one JSON object a line."""
        return self.folder / f"{self.name}.log.jsonl"

    def picture(self, of: str) -> Path:
        """A picture of it: its "loss" or its "sheet"."""
        return self.folder / f"{self.name}.{of}.png"

    def share(self, rank: int) -> int:
        """How many examples of a batch that worker takes."""
        return self.plan.batch // self.workers + (rank < self.plan.batch % self.workers)


def train(run: Run, stop: Flag | None = None) -> bool:
    """Train from where an earlier call stopped; True at the end of the plan, False if stopped before.

    Args:
        run: the training.
        stop: what is set to stop it after the step it is at.

    Raises:
        ValueError: more workers than examples in a batch, a state that is another training's, or another
            process is at this training.
        WorkerEnded: a worker ended; what was saved is kept.
    """
    stop = stop or threading.Event()
    if run.workers > run.plan.batch:
        raise ValueError(f"{run.workers} workers cannot share {run.plan.batch} examples: take fewer workers")
    with ExitStack() as held:
        claim(run.log_file, run.name, held)
        if run.workers > 1:
            _spawn(run, stop)
        else:
            _alone(run, stop)
    return steps_done(run.state_file) >= run.plan.steps


def steps_done(state_file: Path) -> int:
    """The step that a training is at."""
    from safetensors import safe_open

    with safe_open(state_file, framework="pt") as file:
        return int(file.get_tensor(STEP))


def _alone(run: Run, stop: Flag) -> None:
    threads = torch.get_num_threads()
    if run.device == "cpu":
        torch.set_num_threads(1)
    try:
        _steps(0, run, stop)
    finally:
        torch.set_num_threads(threads)


def _spawn(run: Run, stop: Flag) -> None:
    meeting = run.folder.absolute() / f".{run.name}.meeting"
    meeting.unlink(missing_ok=True)
    told = multiprocessing.get_context("spawn").Event()
    try:
        workers: Any = multiprocessing.spawn(  # type: ignore[no-untyped-call,attr-defined]
            _worker, (run, str(meeting), told), run.workers, join=False
        )
        while not workers.join(timeout=0.2):
            if stop.is_set():
                told.set()
    except (multiprocessing.ProcessExitedException, multiprocessing.ProcessRaisedException) as error:  # type: ignore[attr-defined]
        raise WorkerEnded(
            f"a worker of the training of {run.name} ended: {_reason(error)}. "
            "What was saved is kept: the same command goes on from there"
        ) from error
    finally:
        meeting.unlink(missing_ok=True)


def _reason(error: Exception) -> str:
    """The last line of what a worker said, or which signal ended it."""
    return [line for line in str(error).splitlines() if line.strip()][-1].strip()


def _worker(rank: int, run: Run, meeting: str, stop: Flag) -> None:
    end_with_parent()
    if Path("/sys/class/net/lo").exists():
        # The workers are on this machine: nobody else is to hear them.
        os.environ.setdefault("GLOO_SOCKET_IFNAME", "lo")
    torch.set_num_threads(1)
    store = distributed.FileStore(meeting, run.workers)  # type: ignore[attr-defined]
    distributed.init_process_group("gloo", store=store, world_size=run.workers, rank=rank)
    try:
        _steps(rank, run, stop)
    finally:
        distributed.destroy_process_group()


def _steps(rank: int, run: Run, stop: Flag) -> None:
    task = run.make(run.device)
    state = State(task.network)
    read(state, run.state_file)
    if state.step >= run.plan.steps:
        return
    chief = Chief(run, task, state, stop) if rank == 0 else None
    wanted = False
    while state.step < run.plan.steps and not wanted:
        loss, wanted = _step(state, task, run, rank, chief is not None and chief.wants_to_stop())
        if chief is not None:
            chief.after(loss)
    if chief is not None:
        chief.save()
        if not wanted:
            chief.draw()


def _step(state: State, task: Task, run: Run, rank: int, wanted: bool) -> tuple[Tensor, bool]:
    """One step; its loss, and whether the first worker wanted it to be the last for now."""
    for group in state.optimizer.param_groups:
        group["lr"] = run.plan.rate(state.step)
    state.optimizer.zero_grad(set_to_none=False)
    loss = task.loss(run.share(rank), chance(run, state.step, rank))
    loss.backward()  # type: ignore[no-untyped-call]
    if run.workers > 1:
        wanted = _share_gradients(state.network, run.share(rank) / run.plan.batch, wanted)
    nn.utils.clip_grad_norm_(state.network.parameters(), LARGEST_GRADIENT)
    state.optimizer.step()
    state.step += 1
    return loss.detach(), wanted


def chance(run: Run, step: int, rank: int) -> torch.Generator:
    """What decides all that is random at a step, on the run's device."""
    own = stream(run.seed, step, f"{run.name}:{rank}")
    return own if run.device == "cpu" else torch.Generator(run.device).manual_seed(own.initial_seed())


def _share_gradients(network: nn.Module, weight: float, wanted: bool) -> bool:
    """Every worker's gradient becomes the weighted mean of all; the wish to stop travels with them."""
    gradients = [parameter.grad for parameter in network.parameters() if parameter.grad is not None]
    flat = torch.cat([gradient.flatten() for gradient in gradients]) * weight
    flat = torch.cat([flat, torch.tensor([float(wanted)])])
    distributed.all_reduce(flat)
    means = torch.split(flat[:-1], [gradient.numel() for gradient in gradients])
    for gradient, mean in zip(gradients, means, strict=True):
        gradient.copy_(mean.view_as(gradient))
    return bool(flat[-1] > 0)
