"""Hand a workflow to a server."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from ..graph.errors import InvalidWorkflow, Problem
from ..graph.workflow import Graph, write_api
from .client import Client
from .refusal import problems_of
from .trouble import RemoteFailure, ServerGone, ServerTrouble


class Submission(NamedTuple):
    """What is sent: the graph, what its nodes are called, its page, and the outputs to run for if not all."""

    graph: Graph
    titles: Mapping[str, str]
    page: Mapping[str, Any] | None
    targets: Sequence[str] | None

    def body(self, client_id: str) -> dict[str, Any]:
        """What POST /prompt takes."""
        body: dict[str, Any] = {
            "prompt": write_api(self.graph),
            "prompt_id": str(uuid.uuid4()),
            "client_id": client_id,
        }
        if self.page is not None:
            body["extra_data"] = {"extra_pnginfo": {"workflow": self.page}}
        if self.targets is not None:
            body["partial_execution_targets"] = list(self.targets)
        return body


async def submit(client: Client, sent: Submission, client_id: str) -> tuple[str, list[RemoteFailure]]:
    """Send a workflow; give the job's id, and the outputs that the server leaves out of a run it accepts.

    Raises:
        InvalidWorkflow: the server refuses it.
        ServerGone: the server does not answer.
    """
    try:
        status, answer = await client.post("/prompt", sent.body(client_id), valid=(200, 400))
    except ServerGone:
        raise
    except ServerTrouble as trouble:
        raise InvalidWorkflow([trouble.problem]) from None
    problems = problems_of(answer, sent.graph, sent.titles)
    prompt_id = answer.get("prompt_id") if isinstance(answer, Mapping) else None
    if status != 200 or not isinstance(prompt_id, str):
        unsaid = Problem("invalid_prompt", f"{client.address.url} takes the workflow for invalid")
        raise InvalidWorkflow(problems or [unsaid])
    return prompt_id, [RemoteFailure(problem) for problem in problems]
