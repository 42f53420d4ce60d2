"""From a workflow and overrides to results: the one way that every face takes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Event as Flag
from typing import Any, NamedTuple

from .cache import Cache
from .contract import Definition
from .device import resolve_device
from .errors import InvalidWorkflow, Problem
from .events import Listener
from .executor import execute
from .host import Host
from .loading import Source
from .overrides import Override, Settings, find_node, resolve, with_settings
from .page.settings import page_with_settings
from .plan import Plan
from .result import RunResult
from .signature import Signature
from .validation import plan
from .workflow import write_api

Definitions = Mapping[str, Definition]


class Job(NamedTuple):
    """A checked workflow, and what goes into the files it writes."""

    plan: Plan
    prompt: Mapping[str, Any]
    page: Mapping[str, Any] | None


@dataclass(frozen=True)
class Surroundings:
    """Where a run reads and writes, on what, and who may watch and stop it."""

    output_folder: Path
    input_folder: Path = Path("input")
    device: str = "auto"
    listener: Listener | None = None
    stop: Flag | None = None


def prepare(
    source: Source,
    definitions: Definitions,
    overrides: Iterable[Override] = (),
    want: Sequence[str] | None = None,
) -> Job:
    """Apply overrides and check the workflow; nothing runs and nothing is written.

    Args:
        source: the workflow.
        definitions: every node that is known, by class.
        overrides: new values of inputs.
        want: the nodes to run for, by id, title or class; by default the output nodes.

    Raises:
        InvalidWorkflow: with every problem, of the overrides and of the workflow.
    """
    problems: list[Problem] = []
    graph = source.graph
    settings: Settings = {}
    targets = None
    try:
        settings = resolve(graph, overrides, definitions)
        targets = None if want is None else [find_node(graph, name, definitions) for name in want]
    except InvalidWorkflow as invalid:
        problems.extend(invalid.problems)
    changed = with_settings(graph, settings)
    try:
        planned = plan(changed, definitions, targets)
    except InvalidWorkflow as invalid:
        raise InvalidWorkflow([*problems, *invalid.problems]) from None
    if problems:
        raise InvalidWorkflow(problems)
    return Job(planned, write_api(changed), page_with_settings(source.page, settings, definitions))


def run_job(
    job: Job,
    surroundings: Surroundings,
    cache: Cache | None = None,
    signatures: Mapping[str, Signature] | None = None,
) -> RunResult:
    """Run a checked workflow. Failures of nodes are in the result.

    Raises:
        InvalidWorkflow: the device that was asked for is not there; nothing ran.
    """
    if surroundings.device != "auto":
        resolve_device(surroundings.device)
    host = Host(
        surroundings.output_folder,
        input_folder=surroundings.input_folder,
        device=surroundings.device,
        prompt=job.prompt,
        workflow=job.page,
        stop=surroundings.stop,
    )
    return execute(job.plan, host, cache=cache, listener=surroundings.listener, signatures=signatures)


def values_by_name(job: Job, result: RunResult) -> dict[str, dict[str, Any]]:
    """The values of the targets: node id → output name → value, or a list where there are several."""
    values: dict[str, dict[str, Any]] = {}
    for node_id, outputs in result.outputs.items():
        declared = job.plan.steps[node_id].definition.outputs
        values[node_id] = {
            output.name: items[0] if len(items) == 1 and not output.is_list else items
            for output, items in zip(declared, outputs, strict=True)
        }
    return values
