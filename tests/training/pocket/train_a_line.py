"""Train a line in a process of its own, perhaps until it is killed.

train_a_line.py FOLDER WORKERS SAVE_SECONDS [self|parent STEP]
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import sys
import time
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from line import LineTask, line_run
from scorefield.training.pocket.loop import WorkerEnded, train


class MortalTask(LineTask):
    """A line that kills its process, or the one that started it, in the midst of a step."""

    def __init__(self, whom: str, step: int) -> None:
        super().__init__()
        self.whom, self.left = whom, step

    def loss(self, count, generator):
        time.sleep(0.002)
        self.left -= 1
        if self.left == 0:
            parent = multiprocessing.parent_process()
            victim = parent.pid if self.whom == "parent" and parent else os.getpid()
            with contextlib.suppress(ProcessLookupError):
                os.kill(victim, signal.SIGKILL)
        return super().loss(count, generator)


@dataclass(frozen=True)
class MakeMortal:
    """Makes it."""

    whom: str
    step: int

    def __call__(self, device: str) -> MortalTask:
        return MortalTask(self.whom, self.step)


def main(folder: str, workers: str, save_seconds: str, whom: str = "", step: str = "0") -> None:
    make = MakeMortal(whom, int(step))
    try:
        train(line_run(Path(folder), make=make, workers=int(workers), save_seconds=float(save_seconds)))
    except WorkerEnded as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main(*sys.argv[1:])
