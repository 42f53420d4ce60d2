"""`scorefield run` without variants: one workflow, once."""

from __future__ import annotations

import contextlib
import sys
import traceback
from argparse import Namespace
from collections.abc import Mapping, Sequence
from typing import Any

from ..graph.cache import Cache
from ..graph.result import RunResult
from ..graph.run import Job, Surroundings, run_job
from ..graph.signature import Signature
from .caching import kept_results
from .exit_codes import OF_STATUS
from .interruption import stop_on_interrupt
from .output import print_json, print_outputs, print_problems
from .place import RunJob
from .progress import Progress


def run_once(job: Job, options: Namespace, run: RunJob = run_job) -> int:
    """Run a checked workflow, report it, and give the exit code."""
    with stop_on_interrupt() as stop, Progress().of_run(titles_of(job)) as listener:
        surroundings = Surroundings(options.out, options.input, options.device, listener, stop)
        cache = None if options.to else kept_results(options)
        result = run_apart(
            job, surroundings, cache, targets=job.plan.targets if options.want else None, run=run
        )
    return conclude(result, options)


def conclude(result: RunResult, options: Namespace) -> int:
    """Report what a run did, and give the exit code."""
    tell_failures(result, options.debug)
    if options.json:
        print_json(report(result))
    else:
        print_outputs(result.ui)
        print(summary(result), file=sys.stderr)
    return OF_STATUS[result.status]


def run_apart(
    job: Job,
    surroundings: Surroundings,
    cache: Cache | None = None,
    signatures: Mapping[str, Signature] | None = None,
    targets: Sequence[str] | None = None,
    run: RunJob = run_job,
) -> RunResult:
    """Run a job with whatever its nodes print sent to stderr: stdout is for results."""
    with contextlib.redirect_stdout(sys.stderr):
        return run(job, surroundings, cache, signatures, targets)


def titles_of(job: Job) -> dict[str, str]:
    """What the nodes of a job are called."""
    return {node_id: step.title for node_id, step in job.plan.steps.items()}


def report(result: RunResult) -> dict[str, Any]:
    """The result as the JSON that `--json` prints."""
    errors = [failure.problem().as_dict() for failure in result.failures]
    if result.status == "interrupted":
        errors.append({"type": "interrupted", "message": "the run was interrupted"})
    return {
        "status": result.status,
        "outputs": result.ui,
        "executed": result.executed,
        "cached": result.cached,
        **({"blocked": result.blocked} if result.blocked else {}),
        **({"skipped": result.skipped} if result.skipped else {}),
        "seconds": round(result.seconds, 3),
        **({"errors": errors} if errors else {}),
    }


def summary(result: RunResult) -> str:
    """The result in one line."""
    skipped = f", {len(result.skipped)} skipped" if result.skipped else ""
    failed = f", {len(result.failures)} failed" if result.failures else ""
    cached = f", {len(result.cached)} cached" if result.cached else ""
    blocked = f", {len(result.blocked)} blocked" if result.blocked else ""
    counts = f"{len(result.executed)} nodes run{cached}{blocked}{failed}{skipped}"
    return f"{result.status} in {result.seconds:.1f} s: {counts}"


def tell_failures(result: RunResult, debug: bool) -> None:
    """Every node that failed, on stderr; with its traceback where that was asked for."""
    for failure in result.failures:
        if debug:
            traceback.print_exception(failure.cause)
        print_problems([failure.problem()])
