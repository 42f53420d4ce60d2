"""The training loop: one process a core, or one for a GPU, with the same gradients in all of them.

What is random at a step comes from (seed, step, worker) alone, so that a training that was killed goes on as
if it had not been.
"""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import distributed, multiprocessing, nn

from ...diffusion.noise import stream
from .state import State, read, write
from .task import Plan, Task

SAVE_SECONDS = 120.0
LARGEST_GRADIENT = 1.0


@dataclass(frozen=True)
class Run:
    """One training on this machine.

    Attributes:
        name: of what is trained.
        make: makes the task in each worker, on its device; it travels to other processes.
        plan: how long and how fast.
        folder: where its state and its log lie.
        seed: of all that is random.
        workers: how many processes.
        device: "cpu" or "cuda".
    """

    name: str
    make: Callable[[str], Task]
    plan: Plan
    folder: Path
    seed: int = 0
    workers: int = 1
    device: str = "cpu"

    @property
    def state_file(self) -> Path:
        """Where it stands."""
        return self.folder / f"{self.name}.state.safetensors"

    @property
    def log_file(self) -> Path:
        """Its losses, one JSON object a line."""
        return self.folder / f"{self.name}.log.jsonl"


def train(run: Run) -> None:
    """Train to the end of the plan, from where an earlier call stopped."""
    run.folder.mkdir(parents=True, exist_ok=True)
    if run.workers == 1:
        _work(0, run, 0)
        return
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    multiprocessing.spawn(_work, (run, port), run.workers)  # type: ignore[no-untyped-call,attr-defined]


def _work(rank: int, run: Run, port: int) -> None:
    if run.device == "cpu":
        torch.set_num_threads(1)
    if port:
        distributed.init_process_group(
            "gloo", init_method=f"tcp://127.0.0.1:{port}", world_size=run.workers, rank=rank
        )
    try:
        _steps(rank, run)
    finally:
        if port:
            distributed.destroy_process_group()


def _steps(rank: int, run: Run) -> None:
    task = run.make(run.device)
    state = State(task.network)
    read(state, run.state_file)
    share = max(1, run.plan.batch // run.workers)
    log = Log(run) if rank == 0 else None
    saved = time.monotonic()
    while state.step < run.plan.steps:
        loss = _step(state, task, run, rank, share)
        if log is None:
            continue
        log.add(state.step, loss)
        state.follow(run.plan.average)
        if time.monotonic() - saved > SAVE_SECONDS:
            write(state, run.state_file)
            saved = time.monotonic()
    if rank == 0:
        write(state, run.state_file)


def _step(state: State, task: Task, run: Run, rank: int, share: int) -> torch.Tensor:
    for group in state.optimizer.param_groups:
        group["lr"] = run.plan.rate(state.step)
    state.optimizer.zero_grad(set_to_none=False)
    loss = task.loss(share, stream(run.seed, state.step, f"{run.name}:{rank}"))
    loss.backward()  # type: ignore[no-untyped-call]
    if run.workers > 1:
        _share_gradients(state.network, run.workers)
    nn.utils.clip_grad_norm_(state.network.parameters(), LARGEST_GRADIENT)
    state.optimizer.step()
    state.step += 1
    return loss.detach()


def _share_gradients(network: nn.Module, workers: int) -> None:
    """Every worker's gradient becomes the mean of all."""
    gradients = [parameter.grad for parameter in network.parameters() if parameter.grad is not None]
    flat = torch.cat([gradient.flatten() for gradient in gradients])
    distributed.all_reduce(flat)
    flat /= workers
    means = torch.split(flat, [gradient.numel() for gradient in gradients])
    for gradient, mean in zip(gradients, means, strict=True):
        gradient.copy_(mean.view_as(gradient))


class Log:
    """Writes the mean loss of every hundred steps, and says it."""

    EVERY = 100

    def __init__(self, run: Run) -> None:
        self._run, self._losses, self._began = run, list[torch.Tensor](), time.monotonic()

    def add(self, step: int, loss: torch.Tensor) -> None:
        """Note the loss of a step."""
        self._losses.append(loss)
        if step % self.EVERY and step < self._run.plan.steps:
            return
        mean = float(torch.stack(self._losses).mean())
        seconds = time.monotonic() - self._began
        rate = len(self._losses) * self._run.plan.batch / seconds
        line = {
            "step": step,
            "samples": step * self._run.plan.batch,
            "loss": round(mean, 5),
            "rate": round(rate),
        }
        with self._run.log_file.open("a") as file:
            file.write(json.dumps(line) + "\n")
        print(
            f"{self._run.name}  step {step}/{self._run.plan.steps}  loss {mean:.4f}  {rate:.0f}/s", flush=True
        )
        self._losses, self._began = [], time.monotonic()
