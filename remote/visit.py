"""One run on a server, from the files it needs to the files it made."""

from __future__ import annotations

import asyncio
import contextlib
import time
import uuid
from collections.abc import AsyncIterator, Sequence
from threading import Event as Flag

from ..graph.errors import InvalidWorkflow, Problem
from ..graph.events import RunDone, RunStarted
from ..graph.overrides import with_settings
from ..graph.page.settings import page_with_settings
from ..graph.result import RunResult
from ..graph.run import Job, Surroundings
from .client import Client
from .follower import Follower
from .outputs import Outputs
from .submission import Submission, submit
from .trouble import RemoteFailure, ServerGone, ServerTrouble
from .uploads import Uploads
from .watch import Pace, Stream, Watch


class Visit:
    """A job, and what became of it so far."""

    def __init__(
        self, job: Job, surroundings: Surroundings, pace: Pace, targets: Sequence[str] | None = None
    ) -> None:
        graph, definitions = job.plan.graph, job.plan.definitions
        self._job = job
        self._surroundings = surroundings
        self._pace = pace
        self._targets = targets
        self._tell = surroundings.listener or (lambda _event: None)
        self._stop = surroundings.stop or Flag()
        self._titles = {node.id: node.title or definitions[node.class_type].title for node in graph.values()}
        self._follower = Follower(list(job.plan.steps), self._titles, surroundings.listener)
        self._result = RunResult()

    async def run(self, client: Client, uploads: Uploads) -> RunResult:
        """Send the job, follow it and bring back what it made; what fails is in the result.

        Raises:
            InvalidWorkflow: the server refuses the workflow.
        """
        start = time.perf_counter()
        self._tell(RunStarted(tuple(self._job.plan.steps)))
        try:
            await self._go(client, uploads)
        except ServerTrouble as trouble:
            self._result.failures.append(RemoteFailure(trouble.problem))
        self._conclude()
        self._result.seconds = time.perf_counter() - start
        self._tell(RunDone(self._result.status, self._result.seconds))
        return self._result

    async def _go(self, client: Client, uploads: Uploads) -> None:
        sent = await self._with_uploads(client, uploads)
        client_id = uuid.uuid4().hex
        async with _listening(Stream(client, client_id, self._pace)) as stream:
            if self._stop.is_set():
                self._follower.end = "interrupted"
                return
            self._follower.prompt_id, left_out = await submit(client, sent, client_id)
            self._result.failures.extend(left_out)
            entry = await Watch(client, self._follower, stream, self._stop, self._pace).follow()
        if entry is not None:
            outputs = Outputs(client, self._surroundings.output_folder, self._stop)
            self._result.ui = dict(await outputs.fetch(entry))
            self._result.failures.extend(self._failure(problem) for problem in outputs.problems)
        if self._stop.is_set():
            self._follower.end = "interrupted"

    async def _with_uploads(self, client: Client, uploads: Uploads) -> Submission:
        """The workflow with the names that our files have on the server."""
        plan, page = self._job.plan, self._job.page
        try:
            folder = self._surroundings.input_folder
            settings = await uploads.bring(client, plan.graph, plan.definitions, folder)
        except ServerGone:
            raise
        except ServerTrouble as trouble:
            raise InvalidWorkflow([trouble.problem]) from None
        graph = with_settings(plan.graph, settings)
        page = page_with_settings(page, settings, plan.definitions)
        return Submission(graph, self._titles, page, self._targets)

    def _failure(self, problem: Problem) -> RemoteFailure:
        """A problem of a node, with what we know of the node."""
        node = self._job.plan.graph.get(problem.node_id or "")
        known = {} if node is None else {"class_type": node.class_type, "title": self._titles[node.id]}
        return RemoteFailure(
            Problem(problem.type, problem.message, problem.details, problem.node_id, **known)
        )

    def _conclude(self) -> None:
        result, follower = self._result, self._follower
        result.executed = list(follower.executed)
        result.cached = list(follower.cached)
        result.failures = [*follower.failures, *result.failures]
        # There are no values here, but which outputs there are is known.
        settled = follower.executed.keys() | follower.cached.keys()
        result.outputs = {node_id: () for node_id in self._job.plan.targets if node_id in settled}
        if follower.end == "interrupted":
            result.status = "interrupted"
        elif result.failures:
            result.status = "failed"
            failed = {failure.node_id for failure in result.failures}
            result.skipped = [node_id for node_id in follower.unfinished if node_id not in failed]


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
