"""A server that runs workflows for us: the same workflow, the same events, the same result as here."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from typing import TypeVar

from ..graph.cache import Cache
from ..graph.contract import Definition
from ..graph.errors import InvalidWorkflow, refuse
from ..graph.result import RunResult
from ..graph.run import Job, Surroundings
from ..graph.signature import Signature
from .address import Address, read_address
from .client import Client, connected
from .definitions import definitions_of, for_overrides, for_sending
from .trouble import ServerTrouble
from .uploads import Uploads
from .visit import Visit
from .watch import Pace

Answer = TypeVar("Answer")


class Server:
    """A server whose nodes are known: prepare jobs with its `definitions`, and let it run them.

    `declared` says what a person's overrides may be; what a workflow holds is for the server to judge.
    """

    def __init__(self, address: Address, definitions: Mapping[str, Definition], pace: Pace) -> None:
        self.definitions = for_sending(definitions)
        self.declared = for_overrides(definitions)
        self._address = address
        self._pace = pace
        self._uploads = Uploads()

    @property
    def url(self) -> str:
        """Its address, without a password."""
        return self._address.url

    def run_job(
        self,
        job: Job,
        surroundings: Surroundings,
        cache: Cache | None = None,
        signatures: Mapping[str, Signature] | None = None,
        targets: Sequence[str] | None = None,
    ) -> RunResult:
        """What `graph.run.run_job` does, done there; what fails, the connection too, is in the result.

        Args:
            job: a workflow that was prepared with the server's definitions.
            surroundings: where outputs go and inputs are; the device is the server's own.
            cache, signatures: not used, since the server has a cache.
            targets: which of the plan's targets to run for; by default all.

        Raises:
            InvalidWorkflow: the server refuses the workflow; nothing ran.
        """

        async def visit(client: Client) -> RunResult:
            return await Visit(job, surroundings, self._pace, targets).run(client, self._uploads)

        return asyncio.run(_with_client(self._address, visit))


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
        told = asyncio.run(_with_client(address, lambda client: client.get("/object_info")))
    except ServerTrouble as trouble:
        raise InvalidWorkflow([trouble.problem]) from None
    definitions = definitions_of(told) if isinstance(told, Mapping) else {}
    if not definitions:
        details = "is it the address of a ComfyUI, such as http://127.0.0.1:8188?"
        raise refuse("not_comfyui", f"{address.url} names no nodes", details)
    return Server(address, definitions, pace or Pace())


async def _with_client(address: Address, ask: Callable[[Client], Awaitable[Answer]]) -> Answer:
    async with connected(address) as client:
        return await ask(client)
