"""What a run gives is what the oracle says, with a cache and without."""

from __future__ import annotations

from pathlib import Path

from scorefield.graph.cache import Cache, MemoryCache
from scorefield.graph.execution.executor import execute
from scorefield.graph.host import Host
from scorefield.graph.result import RunResult
from scorefield.graph.validation import plan
from scorefield.graph.workflow import read_api

from .graphs import Case
from .oracle import Expected, expect, plain
from .pack import DEFINITIONS

NOWHERE = Path("never written")


def run(case: Case, cache: Cache | None = None) -> RunResult:
    """Run a case."""
    planned = plan(read_api(case.api), DEFINITIONS, case.targets)
    return execute(planned, Host(NOWHERE), cache=cache)


def agrees(case: Case) -> Expected:
    """Run a case without a cache, and compare everything."""
    expected, result = expect(*case), run(case)
    own = [node_id for node_id in result.executed if node_id in case.api]
    assert len(own) == len(set(own)), "a node ran twice"
    blocked = {node_id for node_id in result.blocked if node_id in case.api}
    assert (set(own), blocked) == (expected.executed, expected.blocked)
    assert set(result.skipped) == expected.skipped
    assert len(result.skipped) == len(set(result.skipped)), "a node was skipped twice"
    _same_values(case, expected, result)
    return expected


def agrees_with_a_cache(first: Case, second: Case) -> None:
    """Run two cases and the second again on one cache: nothing that was kept changes what comes out."""
    cache = MemoryCache()
    for case in (first, second, second):
        expected, result = expect(*case), run(case, cache)
        _same_values(case, expected, result)
        done = {n for n in [*result.executed, *result.cached, *result.blocked] if n in case.api}
        # Of nodes that nobody needed to ask for, the cache may hold more than a run would make.
        assert done >= {target for target in case.targets if target in expected.values}
        assert set(result.skipped) == expected.skipped


def _same_values(case: Case, expected: Expected, result: RunResult) -> None:
    assert {failure.node_id for failure in result.failures} == expected.failed
    assert result.status == ("failed" if expected.failed else "done")
    wanted = {target: expected.values[target] for target in case.targets if target in expected.values}
    given = {target: plain([*outputs]) for target, outputs in result.outputs.items()}
    # A node without a call gives no outputs that anybody could have declared otherwise.
    assert given == wanted
