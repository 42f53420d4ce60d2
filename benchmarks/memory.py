"""Whether a process that runs workflows for a long time grows.

    python benchmarks/memory.py [--runs 1000] [--budget 32M]

Resident memory in MiB after every hundredth run of a small real workflow (a model that ships, a walk, a
picture written to a folder), with another seed each time: without a cache, with one in memory that stays
below a budget, and with one on disk behind it. What is in use is what stays resident once the allocator
has given back its reserve; how far that has grown since the hundredth run stands behind it.
"""

from __future__ import annotations

import argparse
import contextlib
import ctypes
import gc
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import scorefield
from scorefield.graph.byte_count import parse_bytes
from scorefield.graph.cache import Cache, LayeredCache, MemoryCache
from scorefield.kept import disk_cache


def workflow(seed: int) -> dict[str, Any]:
    """A walk of a guided model that ships, drawn and saved, with its animation and its measures."""

    def node(kind: str, **inputs: Any) -> dict[str, Any]:
        return {"class_type": f"Scorefield{kind}", "inputs": inputs}

    return {
        "data": node("Spiral", classes="3"),
        "load": node("ScoreModel", name="toy-classes"),
        "ask": node("TextEncode", clip=["load", 1], text="dog"),
        "guide": node("CFGCombine", model=["load", 0], positive=["ask", 0]),
        "noise": node("NoiseSeed", seed=seed, batch=64),
        "walk": node("DDPMSampler", model=["guide", 0], noise=["noise", 0], steps=8),
        "plot": node("TrajectoryPlot", trajectory=["walk", 1], points=["data", 0], size=128),
        "film": node("TrajectoryAnimation", trajectory=["walk", 1], frames=2, hold=0, size=96),
        "measure": node("Measures", latent=["walk", 0], points=["data", 0]),
        "picture": node("SaveImage", images=["plot", 0]),
        "animation": node("SaveAnimation", images=["film", 0]),
    }


def resident() -> float:
    """The process's own resident memory in MiB, without mapped files, which come and go with others' needs;
    its peak with them, where the system does not tell."""
    status = Path("/proc/self/status")
    if not status.exists():
        import resource

        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    [line] = [line for line in status.read_text().splitlines() if line.startswith("RssAnon")]
    return int(line.split()[1]) / 1024


def give_back() -> None:
    """Have the allocator give back what it holds in reserve, where it can: the rest is in use."""
    with contextlib.suppress(AttributeError, OSError, TypeError):
        ctypes.CDLL(None).malloc_trim(0)


class Measure(NamedTuple):
    """Resident MiB after so many runs and seconds: as it is, and without the allocator's reserve."""

    runs: int
    resident: float
    in_use: float
    seconds: float


def growth(runs: int, cache: Cache | None, every: int = 100) -> Iterator[Measure]:
    """Run the workflow so many times, and measure now and then."""
    started = time.perf_counter()
    for number in range(1, runs + 1):
        with tempfile.TemporaryDirectory() as out:
            scorefield.run(workflow(number), out=out, cache=cache, device="cpu")
        if number % every == 0:
            gc.collect()
            before, seconds = resident(), time.perf_counter() - started
            give_back()
            yield Measure(number, before, resident(), seconds)


def main() -> None:
    """Print a line for every hundredth run of each case."""
    parser = argparse.ArgumentParser(description="Whether a process that runs workflows grows.")
    parser.add_argument("--runs", type=int, default=1000)
    parser.add_argument("--budget", default="32M", help="what the cache in memory may hold")
    options = parser.parse_args()
    budget = parse_bytes(options.budget)
    folder = Path(tempfile.mkdtemp())
    cases: dict[str, Callable[[], Cache | None]] = {
        "without a cache": lambda: None,
        f"with {options.budget} in memory": lambda: MemoryCache(max_bytes=budget),
        f"with {options.budget} in memory and on disk": lambda: LayeredCache(
            MemoryCache(max_bytes=budget), disk_cache(folder, most_bytes=budget, device="cpu")
        ),
    }
    try:
        for name, make in cases.items():
            print(f"{name}:")
            first = None
            for now in growth(options.runs, make()):
                first = first or now
                print(
                    f"{now.runs:>6} runs  {now.resident:>7.1f} MiB  {now.in_use:>7.1f} in use"
                    f"  {now.in_use - first.in_use:>+6.1f}  {now.seconds:>6.1f} s",
                    flush=True,
                )
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
