"""Two ways to do the same, timed by turns: what disturbs the machine hits both, and the median forgets it."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from typing import NamedTuple

import torch

Work = Callable[[int], object]  # so many steps


class Taken(NamedTuple):
    """Seconds.

    Attributes:
        busy: those that this process had, all its threads together, so that others on the machine do not
            count; of a GPU those by the clock.
        clock: those by the clock.
    """

    busy: float
    clock: float


class Pair(NamedTuple):
    """Busy seconds a step of ours and of theirs, their ratio, and the ratio by the clock: each the median
    over the rounds. And the fewest that ours took in one."""

    ours: float
    theirs: float
    ratio: float
    clock_ratio: float
    fewest: float


def seconds(work: Work, steps: int, device: str = "cpu") -> Taken:
    """How long so many steps take, on a GPU until it is done."""
    started = _now(device)
    work(steps)
    ended = _now(device)
    return Taken(ended.busy - started.busy, ended.clock - started.clock)


def paired(ours: Work, theirs: Work, steps: int, rounds: int, device: str = "cpu") -> Pair:
    """Whole walks, all of them included."""

    def each(work: Work) -> Taken:
        taken = seconds(work, steps, device)
        return Taken(taken.busy / steps, taken.clock / steps)

    return _rounds(each, ours, theirs, rounds, steps)


def paired_steps(ours: Work, theirs: Work, few: int, many: int, rounds: int, device: str = "cpu") -> Pair:
    """One step more: what a walk of many steps takes longer than one of few."""

    def more(work: Work) -> Taken:
        short, long = seconds(work, few, device), seconds(work, many, device)
        return Taken(*((most - least) / (many - few) for most, least in zip(long, short, strict=True)))

    return _rounds(more, ours, theirs, rounds, few)


def _rounds(take: Callable[[Work], Taken], ours: Work, theirs: Work, rounds: int, steps: int) -> Pair:
    for work in (ours, theirs):
        work(steps)
    found: list[tuple[Taken, Taken]] = []
    for turn in range(rounds):
        first, second = (ours, theirs) if turn % 2 == 0 else (theirs, ours)
        taken = take(first), take(second)
        found.append(taken if first is ours else taken[::-1])
    middle = statistics.median
    return Pair(
        middle(our.busy for our, _ in found),
        middle(their.busy for _, their in found),
        middle(our.busy / their.busy for our, their in found),
        middle(our.clock / their.clock for our, their in found),
        min(our.busy for our, _ in found),
    )


def _now(device: str) -> Taken:
    if torch.device(device).type != "cuda":
        return Taken(time.process_time(), time.perf_counter())
    torch.cuda.synchronize(device)
    return Taken(*[time.perf_counter()] * 2)
