"""Whether a process that runs workflows for a long time grows.

    python benchmarks/memory.py [--runs 1000] [--budget 32M]

Resident memory in MiB after every hundredth run of a small real workflow (a model that ships, a walk, a
picture written to a folder), with another seed each time: without a cache, with one in memory that stays
below a budget, and with one on disk behind it.
"""

from __future__ import annotations

import argparse
import gc
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

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
    """The process's resident memory in MiB; its peak, where the system does not tell what it is now."""
    status = Path("/proc/self/status")
    if not status.exists():
        import resource

        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    [line] = [line for line in status.read_text().splitlines() if line.startswith("VmRSS")]
    return int(line.split()[1]) / 1024


def growth(runs: int, cache: Cache | None, every: int = 100) -> Iterator[tuple[int, float, float]]:
    """Run the workflow so many times: (runs so far, resident MiB, seconds) now and then."""
    started = time.perf_counter()
    for number in range(1, runs + 1):
        with tempfile.TemporaryDirectory() as out:
            scorefield.run(workflow(number), out=out, cache=cache, device="cpu")
        if number % every == 0:
            gc.collect()
            yield number, resident(), time.perf_counter() - started


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
            for number, memory, seconds in growth(options.runs, make()):
                first = memory if first is None else first
                change = memory - first
                print(f"{number:>6} runs  {memory:>7.1f} MiB  {change:>+6.1f}  {seconds:>6.1f} s", flush=True)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
