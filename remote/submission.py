"""Hand a workflow to a server."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from ..graph.errors import InvalidWorkflow, Problem
from ..graph.workflow import write_api
from .client import Client
from .job import RemoteJob
from .refusal import problems_of
from .trouble import RemoteFailure, ServerGone, ServerTrouble


async def submit(client: Client, job: RemoteJob, client_id: str) -> tuple[str, list[RemoteFailure]]:
    """Send a workflow; give the job's id, and the outputs that the server leaves out of a run it accepts.

    Raises:
        InvalidWorkflow: the server refuses it.
        ServerGone: the server does not answer.
    """
    body: dict[str, Any] = {
        "prompt": write_api(job.graph),
        "prompt_id": str(uuid.uuid4()),
        "client_id": client_id,
    }
    if job.page is not None:
        body["extra_data"] = {"extra_pnginfo": {"workflow": job.page}}
    try:
        status, answer = await client.post("/prompt", body, valid=(200, 400))
    except ServerGone:
        raise
    except ServerTrouble as trouble:
        raise InvalidWorkflow([trouble.problem]) from None
    problems = problems_of(answer, job.graph, job.titles)
    named = answer.get("prompt_id") if isinstance(answer, Mapping) else None
    if status != 200 or not isinstance(named, str):
        unsaid = Problem("invalid_prompt", f"{client.address.url} takes the workflow for invalid")
        raise InvalidWorkflow(problems or [unsaid])
    return named, [RemoteFailure(problem) for problem in problems]
