"""From a workflow and overrides to results: the one way that every face takes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Event as Flag
from typing import Any, NamedTuple

from .cache import Cache
from .contract import Definition
from .device import resolve_device
from .errors import InvalidWorkflow, Problem
from .events import Listener
from .execution.executor import execute
from .host import Host
from .loading import Source
from .order import reachable
from .overrides import Override, Settings, find_node, resolve, with_settings
from .page.settings import page_with_settings
from .plan import Plan
from .provenance import provenance
from .result import RunResult
from .signature import Signature
from .validation import plan
from .workflow import write_api

Definitions = Mapping[str, Definition]


class Job(NamedTuple):
    """A checked workflow, and the page it comes from, which goes into the files it writes."""

    plan: Plan
    page: Mapping[str, Any] | None

    @property
    def prompt(self) -> dict[str, Any]:
        """The workflow in API format, overrides included."""
        return write_api(self.plan.graph)


@dataclass(frozen=True)
class Surroundings:
    """Where a run reads and writes, on what, and who may watch and stop it.

    `instances` are the objects of nodes that keep something from run to run; without, each run has its own.
    With `has_page` nodes also write what only a page reads.
    """

    output_folder: Path
    input_folder: Path = Path("input")
    device: str = "auto"
    listener: Listener | None = None
    stop: Flag | None = None
    instances: dict[Any, Any] | None = None
    has_page: bool = False


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
    changed = with_settings(graph, settings) if settings else graph
    try:
        planned = plan(changed, definitions, targets)
    except InvalidWorkflow as invalid:
        raise InvalidWorkflow([*problems, *invalid.problems]) from None
    if problems:
        raise InvalidWorkflow(problems)
    return Job(planned, page_with_settings(source.page, settings, definitions))


def run_job(
    job: Job,
    surroundings: Surroundings,
    cache: Cache | None = None,
    signatures: Mapping[str, Signature] | None = None,
    targets: Sequence[str] | None = None,
) -> RunResult:
    """Run a checked workflow. Failures of nodes are in the result.

    Args:
        job: the workflow.
        surroundings: where it runs.
        cache: where results are looked for and kept.
        signatures: those of the plan, where they are known already.
        targets: which of the plan's targets to run for; by default all.

    Raises:
        InvalidWorkflow: the device that was asked for is not there; nothing ran.
    """
    if surroundings.device != "auto":
        resolve_device(surroundings.device)
    host = Host(
        surroundings.output_folder,
        input_folder=surroundings.input_folder,
        device=surroundings.device,
        workflow=job.page,
        provenance=lambda: provenance(job.plan, host.device, host.input_folder),
        stop=surroundings.stop,
        instances=surroundings.instances,
        has_page=surroundings.has_page,
    )
    planned = job.plan if targets is None else _part(job.plan, targets)
    return execute(planned, host, cache=cache, listener=surroundings.listener, signatures=signatures)


def _part(whole: Plan, targets: Sequence[str]) -> Plan:
    def parents(node_id: str) -> list[str]:
        return [link.node_id for link in whole.steps[node_id].links.values()]

    needed = set(reachable(targets, parents))
    steps = {node_id: step for node_id, step in whole.steps.items() if node_id in needed}
    return replace(whole, steps=steps, targets=tuple(targets))


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
