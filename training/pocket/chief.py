"""What only the first worker does: it follows the average, logs, saves, and draws what has been learnt."""

from __future__ import annotations

import sys
import time
from dataclasses import replace
from typing import TYPE_CHECKING

import torch

from .log import Log, loss_curve
from .state import State, write
from .task import Task

if TYPE_CHECKING:
    from pathlib import Path

    from torch import Tensor

    from .loop import Flag, Run


class Chief:
    """The first worker's duties beside its share of the batch."""

    def __init__(self, run: Run, task: Task, state: State, stop: Flag) -> None:
        self._run, self._task, self._state, self._stop, self._log = run, task, state, stop, Log(run)
        self._began = self._saved = self._drawn = time.monotonic()
        self._before = state.history.seconds
        state.history = replace(
            state.history,
            seed=run.seed,
            device=_name(run.device),
            workers=run.workers,
            needs=dict(run.needs),
        )

    def wants_to_stop(self) -> bool:
        """Whether a person asked for it, or time is up."""
        deadline = self._run.deadline
        return self._stop.is_set() or (deadline is not None and time.monotonic() > deadline)

    def after(self, loss: Tensor) -> None:
        """What is done after a step."""
        state, now = self._state, time.monotonic()
        mean = self._log.add(state.step, loss)
        if mean is not None:
            state.history.loss = mean
        state.follow(self._run.plan.average)
        if now - self._saved >= self._run.save_seconds:
            self.save()
        if now - self._drawn >= self._run.sheet_seconds:
            self.draw()

    def save(self) -> None:
        """Write where the training stands."""
        self._state.history.seconds = self._before + time.monotonic() - self._began
        write(self._state, self._run.state_file)
        self._saved = time.monotonic()

    def draw(self) -> None:
        """Draw the loss curve and the sample sheet; a disk that is full is no reason to stop learning."""
        try:
            _write_picture(loss_curve(self._run.log_file, self._run.name), self._run.picture("loss"))
            if self._run.sheet is not None:
                with torch.no_grad():
                    sheet = self._run.sheet(self._task, self._state.average)
                _write_picture(sheet, self._run.picture("sheet"))
        except OSError as error:
            print(f"{self._run.name}: no sheet was drawn: {error}", file=sys.stderr)
        self._drawn = time.monotonic()


def _write_picture(picture: Tensor | None, path: Path) -> None:
    from ...plots.picture_writer import png_bytes

    if picture is None:
        return
    part = path.with_name(f".{path.name}.part")
    try:
        part.write_bytes(png_bytes(picture[0]))
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def _name(device: str) -> str:
    return torch.cuda.get_device_name() if device == "cuda" else device
