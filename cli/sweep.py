"""`scorefield run --vary`: every variant in one process, what they share computed once."""

from __future__ import annotations

import json
import sys
import time
from argparse import Namespace
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from ..graph.cache import MemoryCache
from ..graph.contract import Definition
from ..graph.errors import InvalidWorkflow
from ..graph.loading import Source
from ..graph.overrides import Override
from ..graph.result import RunResult
from ..graph.run import Job, Surroundings, prepare
from ..graph.signature import sign
from ..graph.sweep import Variant, last_uses
from .exit_codes import OF_STATUS
from .interruption import stop_on_interrupt
from .output import print_json, print_outputs, printable
from .place import Place
from .progress import Progress
from .run import report, run_apart, summary, tell_failures

INDEX = "sweep.json"


def run_sweep(
    source: Source,
    place: Place,
    overrides: Sequence[Override],
    runs: Sequence[Variant],
    options: Namespace,
) -> int:
    """Check every variant, run them all, write the index, and give the exit code.

    Each variant writes to a folder below --out that bears its label. A result that several variants
    need is made by the first and kept until the last.

    Raises:
        InvalidWorkflow: some variant cannot run; none has run then.
    """
    started = time.perf_counter()
    jobs = _prepare_all(source, place.definitions, overrides, runs)
    entries = []
    for variant, result in zip(runs, _run_all(jobs, runs, place, options), strict=False):
        entries.append(_entry(variant, result))
        _write_index(options.out, options.vary, entries)
    status = _status(entries, len(runs))
    if options.json:
        seconds = round(time.perf_counter() - started, 3)
        index = str((options.out / INDEX).absolute())
        print_json({"status": status, "index": index, "runs": entries, "seconds": seconds})
    return OF_STATUS[status]


def _prepare_all(
    source: Source,
    definitions: Mapping[str, Definition],
    overrides: Sequence[Override],
    runs: Sequence[Variant],
) -> list[Job]:
    jobs, problems = [], {}
    for variant in runs:
        try:
            jobs.append(prepare(source, definitions, [*overrides, *variant.overrides]))
        except InvalidWorkflow as invalid:
            # What is wrong with the workflow itself is wrong in every variant: say it once.
            problems.update(dict.fromkeys(invalid.problems))
    if problems:
        raise InvalidWorkflow(list(problems))
    return jobs


def _run_all(
    jobs: Sequence[Job], runs: Sequence[Variant], place: Place, options: Namespace
) -> Iterator[RunResult]:
    signatures = [sign(job.plan) for job in jobs]
    shared = last_uses([found.values() for found in signatures])
    cache = MemoryCache(limit=max(1, len(shared)), only=frozenset(shared))
    progress = Progress(runs=len(runs))
    with stop_on_interrupt() as stop:
        for number, (job, variant) in enumerate(zip(jobs, runs, strict=True)):
            if stop.is_set():
                return
            folder = options.out / variant.label
            titles = {node_id: step.title for node_id, step in job.plan.steps.items()}
            with progress.of_run(titles, variant.label) as listener:
                surroundings = Surroundings(folder, options.input, options.device, listener, stop)
                result = run_apart(job, surroundings, cache, signatures[number], place.run_job)
            for signature in set(signatures[number].values()):
                if shared.get(signature) == number:
                    cache.drop(signature)
            _tell(variant, result, options)
            yield result


def _tell(variant: Variant, result: RunResult, options: Namespace) -> None:
    tell_failures(result, options.debug)
    if not options.json:
        print_outputs(result.ui)
        print(f"{printable(variant.label)}: {summary(result)}", file=sys.stderr)


def _entry(variant: Variant, result: RunResult) -> dict[str, Any]:
    values = {override.target: override.value for override in variant.overrides}
    return {"label": variant.label, "values": values, **report(result)}


def _write_index(folder: Path, vary: Sequence[str], entries: Sequence[Mapping[str, Any]]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    text = json.dumps({"vary": list(vary), "runs": entries}, indent=1, default=str)
    part = folder / f".{INDEX}.part"
    part.write_text(text + "\n", encoding="utf-8")
    part.replace(folder / INDEX)


def _status(entries: Sequence[Mapping[str, Any]], expected: int) -> str:
    statuses = {str(entry["status"]) for entry in entries}
    if "interrupted" in statuses or len(entries) < expected:
        return "interrupted"
    return "failed" if "failed" in statuses else "done"
