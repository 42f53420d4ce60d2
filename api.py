"""Scorefield from Python: run a workflow, get values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Event as Flag
from typing import Any

from .graph.cache import Cache, MemoryCache, Ui
from .graph.contract import Definition
from .graph.events import Listener
from .graph.loading import read_file
from .graph.overrides import Override
from .graph.run import Surroundings, values_by_name
from .graph.session import Session as KeptSession


@dataclass(frozen=True)
class Run:
    """What a workflow gave: `values[node id][output name]`, what nodes showed, and which nodes ran."""

    values: Mapping[str, Mapping[str, Any]]
    ui: Mapping[str, Ui]
    executed: tuple[str, ...]
    cached: tuple[str, ...]
    seconds: float


class Session:
    """Runs workflows one after another, each time only what has changed since.

    Args:
        device: "auto", "cpu" or "cuda".
        out, input_folder: where nodes write, and find files to read.
        models: folders of models; by default those that SCOREFIELD_MODELS names, or "models".
        cache: where results are looked for and kept; by default in memory, as long as the session lives.
        definitions: the nodes that exist; by default the pack's own and ComfyUI's core nodes.
        has_page: whether a page looks at the runs: nodes then also write what only a page reads.
    """

    def __init__(
        self,
        *,
        device: str = "auto",
        out: str | Path = "output",
        input_folder: str | Path = "input",
        models: Sequence[str | Path] = (),
        cache: Cache | None = None,
        definitions: Mapping[str, Definition] | None = None,
        has_page: bool = False,
    ) -> None:
        self._surroundings = Surroundings(Path(out), Path(input_folder), device, has_page=has_page)
        known = _every_node(input_folder, out, models) if definitions is None else definitions
        self._session = KeptSession(known, MemoryCache() if cache is None else cache)

    def run(
        self,
        workflow: str | Path | Mapping[str, Any],
        overrides: Mapping[str, Any] | None = None,
        *,
        want: Sequence[str] | None = None,
        listener: Listener | None = None,
        stop: Flag | None = None,
    ) -> Run:
        """Run a workflow and give its outputs as values; see `run`."""
        surroundings = replace(self._surroundings, listener=listener, stop=stop)
        return _run(self._session, surroundings, workflow, overrides, want)


def run(
    workflow: str | Path | Mapping[str, Any],
    overrides: Mapping[str, Any] | None = None,
    *,
    want: Sequence[str] | None = None,
    device: str = "auto",
    out: str | Path = "output",
    input_folder: str | Path = "input",
    models: Sequence[str | Path] = (),
    cache: Cache | None = None,
    listener: Listener | None = None,
    definitions: Mapping[str, Definition] | None = None,
    has_page: bool = False,
) -> Run:
    """Run a workflow and give its outputs as values.

    Args:
        workflow: a file (JSON of either format, PNG, WebP, mp4 or webm), or the JSON values themselves.
        overrides: new values of inputs, {"node.input": value}; the node by id, title or class.
        want: the nodes whose outputs are wanted, named likewise; by default the output nodes.
        device: "auto", "cpu" or "cuda".
        out, input_folder: where nodes write, and find files to read.
        models: folders of models; by default those that SCOREFIELD_MODELS names, or "models".
        cache: results to reuse and keep, from one call to the next (`graph.cache.MemoryCache`).
        listener: called with every event.
        definitions: the nodes that exist; by default the pack's own and ComfyUI's core nodes.
        has_page: whether nodes also write what only a page reads.

    Raises:
        InvalidWorkflow: the workflow or an override is not valid; nothing ran.
        NodeFailed: a node raised; its cause is chained.
    """
    surroundings = Surroundings(Path(out), Path(input_folder), device, listener, has_page=has_page)
    known = _every_node(input_folder, out, models) if definitions is None else definitions
    return _run(KeptSession(known, cache), surroundings, workflow, overrides, want)


def _run(
    session: KeptSession,
    surroundings: Surroundings,
    workflow: str | Path | Mapping[str, Any],
    overrides: Mapping[str, Any] | None,
    want: Sequence[str] | None,
) -> Run:
    raw = workflow if isinstance(workflow, Mapping) else read_file(Path(workflow), _read_picture)
    changes = [Override(target, value) for target, value in (overrides or {}).items()]
    prepared = session.prepare(raw, changes, want)
    result = session.run(prepared, surroundings)
    if result.failures:
        raise result.failures[0] from result.failures[0].cause
    values = values_by_name(prepared.job, result)
    return Run(values, result.ui, tuple(result.executed), tuple(result.cached), result.seconds)


def _every_node(
    input_folder: str | Path, out: str | Path, models: Sequence[str | Path]
) -> Mapping[str, Definition]:
    from .nodes.headless import headless_definitions

    return headless_definitions(Path(input_folder), Path(out), [Path(each) for each in models])


def _read_picture(path: Path) -> Mapping[str, Any]:
    from .plots.picture_file import read_workflow

    return read_workflow(path)
