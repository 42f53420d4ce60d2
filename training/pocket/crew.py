"""Processes that work for another one, and end when it does."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing.connection import wait

from .arrays import Array

AT_ONCE = 256


def end_with_parent() -> None:
    """End this process as soon as the one that started it has ended, however that was; leave Ctrl-C to it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_after, args=(parent.sentinel,), daemon=True).start()


def _end_after(sentinel: int) -> None:
    wait([sentinel])
    os._exit(1)


def spread(work: Callable[[range], Array], seeds: range, workers: int) -> Iterator[Array]:
    """What `work` makes of the seeds, piece by piece in their order, on several processes.

    Args:
        work: a function of a module: it travels to other processes.
        seeds: of what is made.
        workers: how many processes.
    """
    pieces = [seeds[start : start + AT_ONCE] for start in range(0, len(seeds), AT_ONCE)]
    workers = min(workers, len(pieces))
    if workers <= 1:
        yield from map(work, pieces)
        return
    # Spawned, not forked: a process with torch's threads in it must not be copied.
    context = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(workers, mp_context=context, initializer=end_with_parent)
    try:
        yield from pool.map(work, pieces)
    finally:
        pool.shutdown(cancel_futures=True)
