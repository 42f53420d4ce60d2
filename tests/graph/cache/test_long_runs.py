"""A process that runs workflows for a long time does not grow."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest
import scorefield
from scorefield.graph.cache import Cache, LayeredCache, MemoryCache
from scorefield.kept import disk_cache

BUDGET = 2 << 20
RUNS = 300
# Between the hundredth run and the last: a leak of one small picture a run, 128² × 3 float32, is 38 MiB.
MOST_GROWTH = 4 << 20


@pytest.fixture(scope="module")
def benchmark() -> ModuleType:
    """benchmarks/memory.py, whose workflow this is about."""
    path = Path(scorefield.__file__).parent / "benchmarks" / "memory.py"
    spec = importlib.util.spec_from_file_location("memory_benchmark", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def cache_of(kind: str, folder: Path) -> Cache | None:
    memory = MemoryCache(max_bytes=BUDGET)
    if kind == "disk":
        return LayeredCache(memory, disk_cache(folder, most_bytes=BUDGET, device="cpu"))
    return memory if kind == "memory" else None


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["none", "memory", "disk"])
def test_memory_is_flat_after_the_first_hundred_runs(
    kind: str, benchmark: ModuleType, tmp_path: Path
) -> None:
    cache = cache_of(kind, tmp_path / "kept")
    in_use = [int(now.in_use * 2**20) for now in benchmark.growth(RUNS, cache)]
    assert in_use[-1] - in_use[0] < MOST_GROWTH, in_use
    if isinstance(cache, MemoryCache):
        assert 0 < cache.bytes_on("cpu") <= BUDGET
