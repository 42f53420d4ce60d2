"""What the executor itself costs: graphs of trivial nodes, from JSON values to results.

    python benchmarks/executor.py [--most 100000]

µs per node, the best of several runs, and how many times that of the smallest graph. "check" reads,
validates and orders; "sign" hashes; "run" executes with nothing cached; "again" does all of it with
everything cached.
"""

from __future__ import annotations

import argparse
import itertools
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from scorefield.graph.cache import MemoryCache
from scorefield.graph.execution.executor import execute
from scorefield.graph.host import Host
from scorefield.graph.signature import sign
from scorefield.graph.validation import plan
from scorefield.graph.workflow import read_api
from trivial_graphs import Api, chain, chains_of_three
from trivial_nodes import DECLARED

HOST = Host(Path("never written"))
SIZES = (100, 1_000, 10_000, 100_000)


class Cost(NamedTuple):
    """Seconds of the parts of a run."""

    check: float
    sign: float
    run: float
    again: float


def measure(api: Api) -> Cost:
    """One run without a cache's help and one with it."""
    cache = MemoryCache(limit=len(api))
    times = [time.perf_counter()]
    planned = plan(read_api(api), DECLARED)
    times.append(time.perf_counter())
    signatures = sign(planned)
    times.append(time.perf_counter())
    first = execute(planned, HOST, cache=cache, signatures=signatures)
    times.append(time.perf_counter())
    second = execute(plan(read_api(api), DECLARED), HOST, cache=cache)
    times.append(time.perf_counter())
    assert (len(first.executed), len(second.cached)) == (len(api), len(api))
    return Cost(*(after - before for before, after in itertools.pairwise(times)))


def best(api: Api, repeats: int) -> Cost:
    """The least of every part over several runs: what it costs where nothing else disturbs."""
    return Cost(*(min(part) for part in zip(*(measure(api) for _ in range(repeats)), strict=True)))


def table(name: str, build: Callable[[int], Api], most: int) -> None:
    """Print one shape of graph at all sizes."""
    print(f"{name}: µs a node")
    print(
        f"{'nodes':>8} {'check':>7} {'sign':>7} {'run':>7} {'all':>7} {'ratio':>6} {'again':>8} {'ratio':>6}"
    )
    smallest: tuple[float, float] | None = None
    for size in (size for size in SIZES if size <= most):
        api = build(size)
        cost = best(api, repeats=max(3, min(20, 20_000 // size)))
        check, signing, run, again = (part / len(api) * 1e6 for part in cost)
        whole = check + signing + run
        smallest = smallest or (whole, again)
        ratios = whole / smallest[0], again / smallest[1]
        print(
            f"{len(api):>8} {check:>7.1f} {signing:>7.1f} {run:>7.1f} {whole:>7.1f} {ratios[0]:>6.2f}"
            f"  {again:>7.1f} {ratios[1]:>6.2f}"
        )


def main() -> None:
    """Print both tables."""
    parser = argparse.ArgumentParser(description="What the executor itself costs.")
    parser.add_argument("--most", type=int, default=10_000, help="the largest graph (100000: ten times more)")
    most = parser.parse_args().most
    table("chain", chain, most)
    table("wide (chains of 3)", chains_of_three, most)


if __name__ == "__main__":
    main()
