"""Two ways to do the same, timed by turns: what disturbs the machine hits both, and the median forgets it."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from typing import NamedTuple

import torch

Work = Callable[[int], object]  # so many steps


class Pair(NamedTuple):
    """Seconds a step of ours and of theirs, and the ratio of both; each the median over the rounds."""

    ours: float
    theirs: float
    ratio: float


def clock(device: str) -> float:
    """Seconds: by the clock once a GPU is done; on a CPU those that this process had, so that others on the
    machine do not count."""
    if torch.device(device).type != "cuda":
        return time.process_time()
    torch.cuda.synchronize(device)
    return time.perf_counter()


def seconds(work: Work, steps: int, device: str = "cpu") -> float:
    """How long so many steps take."""
    started = clock(device)
    work(steps)
    return clock(device) - started


def paired(ours: Work, theirs: Work, steps: int, rounds: int, device: str = "cpu") -> Pair:
    """Whole walks, all of them included."""
    return _rounds(lambda work: seconds(work, steps, device) / steps, ours, theirs, rounds, steps)


def paired_steps(ours: Work, theirs: Work, few: int, many: int, rounds: int, device: str = "cpu") -> Pair:
    """One step more: what a walk of many steps takes longer than one of few."""

    def more(work: Work) -> float:
        short = seconds(work, few, device)
        return (seconds(work, many, device) - short) / (many - few)

    return _rounds(more, ours, theirs, rounds, few)


def _rounds(take: Callable[[Work], float], ours: Work, theirs: Work, rounds: int, steps: int) -> Pair:
    for work in (ours, theirs):
        work(steps)
    found: list[tuple[float, float]] = []
    for turn in range(rounds):
        first, second = (ours, theirs) if turn % 2 == 0 else (theirs, ours)
        taken = take(first), take(second)
        found.append(taken if first is ours else taken[::-1])
    middle = statistics.median
    return Pair(middle(a for a, _ in found), middle(b for _, b in found), middle(a / b for a, b in found))
