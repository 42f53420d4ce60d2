"""Train a line in a process of its own: train_a_line.py FOLDER WORKERS SAVE_SECONDS [SLOWLY]."""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from line import LineTask, line_run
from scorefield.training.pocket.loop import WorkerEnded, train


class SlowTask(LineTask):
    """A line that can be killed while it learns."""

    def loss(self, count, generator):
        time.sleep(0.02)
        return super().loss(count, generator)


@dataclass(frozen=True)
class MakeSlow:
    """Makes it."""

    def __call__(self, device: str) -> SlowTask:
        return SlowTask()


def main(folder: str, workers: str, save_seconds: str) -> None:
    run = line_run(Path(folder), make=MakeSlow(), workers=int(workers), save_seconds=float(save_seconds))
    try:
        train(run)
    except WorkerEnded as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main(*sys.argv[1:])
