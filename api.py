"""Scorefield from Python: run a workflow, get values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .graph.cache import Cache, Ui
from .graph.contract import Definition
from .graph.events import Listener
from .graph.loading import read_file, read_source
from .graph.overrides import Override
from .graph.run import Surroundings, prepare, run_job, values_by_name


@dataclass(frozen=True)
class Run:
    """What a workflow gave: `values[node id][output name]`, what nodes showed, and which nodes ran."""

    values: Mapping[str, Mapping[str, Any]]
    ui: Mapping[str, Ui]
    executed: tuple[str, ...]
    cached: tuple[str, ...]
    seconds: float


def run(
    workflow: str | Path | Mapping[str, Any],
    overrides: Mapping[str, Any] | None = None,
    *,
    want: Sequence[str] | None = None,
    device: str = "auto",
    out: str | Path = "output",
    input_folder: str | Path = "input",
    cache: Cache | None = None,
    listener: Listener | None = None,
    definitions: Mapping[str, Definition] | None = None,
) -> Run:
    """Run a workflow and give its outputs as values.

    Args:
        workflow: a file (JSON of either format, PNG or WebP), or the JSON values themselves.
        overrides: new values of inputs, {"node.input": value}; the node by id, title or class.
        want: the nodes whose outputs are wanted, named likewise; by default the output nodes.
        device: "auto", "cpu" or "cuda".
        out, input_folder: where nodes write, and find files to read.
        cache: results to reuse and keep, from one call to the next (`graph.cache.MemoryCache`).
        listener: called with every event.
        definitions: the nodes that exist; by default the pack's own and ComfyUI's core nodes.

    Raises:
        InvalidWorkflow: the workflow or an override is not valid; nothing ran.
        NodeFailed: a node raised; its cause is chained.
    """
    known = _every_node(Path(input_folder), Path(out)) if definitions is None else definitions
    raw = workflow if isinstance(workflow, Mapping) else read_file(Path(workflow), _read_picture)
    changes = [Override(target, value) for target, value in (overrides or {}).items()]
    job = prepare(read_source(raw, known), known, changes, want)
    result = run_job(job, Surroundings(Path(out), Path(input_folder), device, listener), cache)
    if result.failures:
        raise result.failures[0] from result.failures[0].cause
    return Run(
        values_by_name(job, result), result.ui, tuple(result.executed), tuple(result.cached), result.seconds
    )


def _every_node(input_folder: Path, output_folder: Path) -> Mapping[str, Definition]:
    from .nodes.headless import headless_definitions

    return headless_definitions(input_folder, output_folder)


def _read_picture(path: Path) -> Mapping[str, Any]:
    from .plots.picture_file import read_workflow

    return read_workflow(path)
