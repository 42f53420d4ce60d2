"""Where a workflow runs: in this process, or on a server."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple, Protocol

from ..graph.cache import Cache
from ..graph.contract import Definition
from ..graph.errors import refuse
from ..graph.loading import Source
from ..graph.overrides import Override, resolve
from ..graph.result import RunResult
from ..graph.run import Job, Surroundings, run_job
from ..graph.signature import Signature


class RunJob(Protocol):
    """Runs a checked workflow, as `graph.run.run_job` does."""

    def __call__(
        self,
        job: Job,
        surroundings: Surroundings,
        cache: Cache | None = None,
        signatures: Mapping[str, Signature] | None = None,
        targets: Sequence[str] | None = None,
    ) -> RunResult:
        """What the run did; failures are in it."""


class Place(NamedTuple):
    """The nodes that are known there, and the way to run a job that was prepared with them.

    Of a server there is the `url`, and `declared`, by which overrides are checked: it checks the rest itself.
    """

    definitions: Mapping[str, Definition]
    run_job: RunJob
    url: str | None = None
    declared: Mapping[str, Definition] | None = None

    def check(self, source: Source, overrides: Iterable[Override]) -> None:
        """Check what a person sets, where preparing a job does not.

        Raises:
            InvalidWorkflow: with every override that names nothing, too much, or a value that cannot be.
        """
        if self.declared is not None:
            resolve(source.graph, dict.fromkeys(overrides), self.declared)


def place_of(options: Namespace, get_definitions: Callable[[], Mapping[str, Definition]]) -> Place:
    """The place that `--to` names, or here.

    Raises:
        InvalidWorkflow: no server of use answers there, or options were given that do not go together.
    """
    if options.to is None:
        if options.header:
            raise refuse("usage", "--header goes with --to")
        return Place(get_definitions(), run_job)
    if options.device != "auto":
        raise refuse("invalid_device", "--device does not go with --to: a server has its own")
    if options.packs:
        raise refuse("usage", "--packs does not go with --to: a server has its own nodes")
    from ..remote.server import connect

    server = connect(options.to, options.header)
    return Place(server.definitions, server.run_job, server.url, server.declared)
