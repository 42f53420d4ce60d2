"""The losses of a training, one JSON object a line, over all its restarts."""

from __future__ import annotations

import json
import sys
import time
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import torch

from .arrays import hold
from .task import Plan

if TYPE_CHECKING:
    from torch import Tensor

EVERY = 100
SAY_SECONDS = 5.0


class Logged(Protocol):
    """What is trained, as far as a log is concerned."""

    @property
    def name(self) -> str:
        """Of what is trained."""

    @property
    def plan(self) -> Plan:
        """How long and how fast."""

    @property
    def log_file(self) -> Path:
        """Where the lines go."""


class Log:
    """Writes the mean loss of every hundred steps (of a short training, of fewer), and says it on stderr."""

    def __init__(self, run: Logged) -> None:
        self._run, self._losses, self._began, self._said = run, list[torch.Tensor](), time.monotonic(), 0.0
        self._every = max(1, min(EVERY, run.plan.steps // 20))

    def add(self, step: int, loss: torch.Tensor) -> float | None:
        """Note the loss of a step; the mean, where one was written."""
        self._losses.append(loss)
        plan = self._run.plan
        if step % self._every and step < plan.steps:
            return None
        mean = float(torch.stack(self._losses).mean())
        rate = len(self._losses) * plan.batch / max(1e-9, time.monotonic() - self._began)
        line = {"step": step, "samples": step * plan.batch, "loss": round(mean, 5), "rate": round(rate)}
        with self._run.log_file.open("a") as file:
            file.write(json.dumps(line) + "\n")
        self._losses, self._began = [], time.monotonic()
        self._say(step, mean, rate)
        return mean

    def _say(self, step: int, mean: float, rate: float) -> None:
        plan, now = self._run.plan, time.monotonic()
        if now - self._said < SAY_SECONDS and step < plan.steps:
            return
        self._said = now
        left = duration((plan.steps - step) * plan.batch / rate)
        words = f"{self._run.name}  step {step}/{plan.steps}  loss {mean:.4f}  {rate:.0f}/s  {left} left"
        print(words, file=sys.stderr, flush=True)


def duration(seconds: float) -> str:
    """Seconds in words: 40 s, 12 min, 2.5 h."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"


def losses(log_file: Path) -> list[tuple[int, float]]:
    """Samples seen and mean loss, in order; of what was done twice after a kill, the last."""
    found: dict[int, float] = {}
    for line in log_file.read_text().splitlines() if log_file.exists() else []:
        said = _parsed(line)
        if said is not None:
            # What was learnt after the last save is gone.
            found = {samples: loss for samples, loss in found.items() if samples < said[0]}
            found[said[0]] = said[1]
    return sorted(found.items())


def _parsed(line: str) -> tuple[int, float] | None:
    try:
        said: dict[str, Any] = json.loads(line)
        return int(said["samples"]), float(said["loss"])
    except (ValueError, KeyError, TypeError):
        return None  # the line that a kill cut off


def loss_curve(log_file: Path, name: str) -> Tensor | None:
    """The losses over the samples seen, as a picture (1, H, W, 3); None without any."""
    from ...plots.line_chart import Series, line_chart

    known = [(samples, loss) for samples, loss in losses(log_file) if loss > 0]
    if not known:
        return None
    series = Series(name, [samples for samples, _ in known], [loss for _, loss in known])
    return line_chart([series], title=name, x_label="samples", y_label="loss", log_x=True)


def claim(log_file: Path, name: str, held: ExitStack) -> None:
    """Keep a training to this process as long as `held` lasts.

    Raises:
        ValueError: another process is at it.
    """
    log_file.parent.mkdir(parents=True, exist_ok=True)
    file = held.enter_context(log_file.open("ab"))
    if not hold(file, wait=False):
        raise ValueError(f"{name} is being trained in {log_file.parent} by another process: wait for it")
    if file.tell() and log_file.read_bytes()[-1:] != b"\n":
        file.write(b"\n")  # after a line that a kill cut off
        file.flush()
