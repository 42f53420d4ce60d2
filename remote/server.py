"""A server that runs workflows for us: the same workflow, the same events, the same result as here."""

from __future__ import annotations

import asyncio
import contextlib
import time
import uuid
from collections.abc import AsyncIterator, Iterable, Mapping
from pathlib import Path
from threading import Event as Flag
from typing import Any

from ..graph.contract import Definition
from ..graph.errors import InvalidWorkflow, Problem, refuse
from ..graph.events import RunDone, RunStarted
from ..graph.loading import Source
from ..graph.overrides import Override
from ..graph.result import RunResult
from ..graph.run import Surroundings
from .address import Address, read_address
from .client import Client, connected
from .definitions import definitions_of
from .follower import Follower
from .job import RemoteJob, prepare, with_values
from .outputs import Outputs
from .submission import submit
from .trouble import RemoteFailure, ServerGone, ServerTrouble
from .uploads import Uploads
from .watch import Pace, Stream, Watch


class Server:
    """A server whose nodes are known. It takes one job at a time from us, and others from others."""

    def __init__(self, address: Address, definitions: Mapping[str, Definition], pace: Pace) -> None:
        self.definitions = definitions
        self._address = address
        self._pace = pace
        self._uploads = Uploads()

    def prepare(
        self, source: Source, overrides: Iterable[Override] = (), input_folder: Path = Path("input")
    ) -> RemoteJob:
        """Apply overrides, checked by what the server says of its nodes; nothing is sent.

        Raises:
            InvalidWorkflow: with every override that is not valid.
        """
        return prepare(source, self.definitions, overrides, input_folder)

    def run(self, job: RemoteJob, surroundings: Surroundings) -> RunResult:
        """Run a job there and bring back what it made. What fails, the connection too, is in the result.

        Raises:
            InvalidWorkflow: the server refuses the workflow; nothing ran.
        """
        return asyncio.run(self._run(job, surroundings))

    async def _run(self, job: RemoteJob, surroundings: Surroundings) -> RunResult:
        start = time.perf_counter()
        tell = surroundings.listener or (lambda _event: None)
        tell(RunStarted(job.order))
        follower = Follower(job.graph, job.order, job.titles, surroundings.listener)
        result = RunResult()
        try:
            async with connected(self._address) as client:
                await self._follow(client, job, surroundings, follower, result)
        except ServerGone as gone:
            result.failures.append(RemoteFailure(gone.problem))
        _conclude(result, follower)
        result.seconds = time.perf_counter() - start
        tell(RunDone(result.status, result.seconds))
        return result

    async def _follow(
        self,
        client: Client,
        job: RemoteJob,
        surroundings: Surroundings,
        follower: Follower,
        result: RunResult,
    ) -> None:
        stop = surroundings.stop or Flag()
        sent = await self._with_uploads(client, job, surroundings.input_folder)
        client_id = uuid.uuid4().hex
        async with _listening(Stream(client, client_id, self._pace)) as stream:
            if stop.is_set():
                follower.end = "interrupted"
                return
            follower.prompt_id, left_out = await submit(client, sent, client_id)
            result.failures.extend(left_out)
            try:
                entry = await Watch(client, follower, stream, stop, self._pace).follow()
            except ServerTrouble as trouble:
                result.failures.append(RemoteFailure(trouble.problem))
                return
        if entry is not None:
            outputs = Outputs(client, surroundings.output_folder, stop)
            result.ui = dict(await outputs.fetch(entry))
            result.failures.extend(_failure(problem, job) for problem in outputs.problems)
            if stop.is_set():
                follower.end = "interrupted"

    async def _with_uploads(self, client: Client, job: RemoteJob, folder: Path) -> RemoteJob:
        try:
            settings = await self._uploads.bring(client, job.graph, self.definitions, folder)
        except ServerGone:
            raise
        except ServerTrouble as trouble:
            raise InvalidWorkflow([trouble.problem]) from None
        graph, page = with_values(job.graph, job.page, settings, self.definitions)
        return job._replace(graph=graph, page=page)


def connect(url: str, headers: Iterable[str] = (), pace: Pace | None = None) -> Server:
    """Learn the nodes of a server.

    Args:
        url: its address, `http://host:port`, also with user and password, or a path.
        headers: what every request bears, each as `Name: value`.
        pace: how often it is asked.

    Raises:
        InvalidWorkflow: it is no address, nothing answers there, or what answers is no ComfyUI.
    """
    address = read_address(url, headers)
    try:
        told = asyncio.run(_object_info(address))
    except ServerTrouble as trouble:
        raise InvalidWorkflow([trouble.problem]) from None
    definitions = definitions_of(told) if isinstance(told, Mapping) else {}
    if not definitions:
        details = "is it the address of a ComfyUI, such as http://127.0.0.1:8188?"
        raise refuse("not_comfyui", f"{address.url} names no nodes", details)
    return Server(address, definitions, pace or Pace())


async def _object_info(address: Address) -> Any:
    async with connected(address) as client:
        return await client.get("/object_info")


@contextlib.asynccontextmanager
async def _listening(stream: Stream) -> AsyncIterator[Stream]:
    """The stream while it is read, from its first try on."""
    reading = asyncio.create_task(stream.listen())
    try:
        await stream.first_try()
        yield stream
    finally:
        reading.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await reading


def _failure(problem: Problem, job: RemoteJob) -> RemoteFailure:
    """A problem of a node that the server named, with what we know of the node."""
    node = job.graph.get(problem.node_id or "")
    if node is None:
        return RemoteFailure(problem)
    return RemoteFailure(
        Problem(problem.type, problem.message, problem.details, node.id, node.class_type, job.titles[node.id])
    )


def _conclude(result: RunResult, follower: Follower) -> None:
    result.executed = list(follower.executed)
    result.cached = list(follower.cached)
    result.failures = [*follower.failures, *result.failures]
    if result.failures:
        failed = {failure.node_id for failure in result.failures}
        result.skipped = [node_id for node_id in follower.unfinished if node_id not in failed]
    if follower.end == "interrupted":
        result.status = "interrupted"
    elif result.failures:
        result.status = "failed"
