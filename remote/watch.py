"""Follow one job to its end: by the websocket, which may come and go, and by asking where that is silent."""

from __future__ import annotations

import asyncio
import contextlib
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from threading import Event as Flag
from typing import Any
from urllib.parse import quote

from ..graph.errors import Problem
from .client import Client, entry_of
from .follower import Follower
from .trouble import RemoteFailure, ServerGone, ServerTrouble

Entry = Mapping[str, Any]


@dataclass(frozen=True)
class Pace:
    """In seconds: how often we look whether to stop, ask while the websocket is silent, and ask where
    there is none; how long a server may be away, and how long we wait for a job to stop, and for the
    websocket before the job is sent."""

    look: float = 0.1
    ask_beside: float = 5.0
    ask_alone: float = 0.5
    reconnect: float = 0.2
    slowest_reconnect: float = 5.0
    away: float = 15.0
    stopping: float = 5.0
    opening: float = 5.0


class Stream:
    """The messages of a client, as far as the websocket stands; it is opened again when it breaks."""

    def __init__(self, client: Client, client_id: str, pace: Pace) -> None:
        self.messages: asyncio.Queue[Any] = asyncio.Queue()
        self.is_open = False
        self.has_gaps = False
        self._client = client
        self._client_id = client_id
        self._pace = pace
        self._tried = asyncio.Event()

    async def first_try(self) -> None:
        """Wait until the websocket is open, so that nothing is missed, or it is clear that it does not."""
        try:
            await asyncio.wait_for(self._tried.wait(), self._pace.opening)
        except TimeoutError:
            self.has_gaps = True

    async def listen(self) -> None:
        """Read for ever."""
        import aiohttp

        pause = self._pace.reconnect
        while True:
            with contextlib.suppress(aiohttp.ClientError, OSError, TimeoutError):
                async with self._client.websocket(self._client_id) as socket:
                    pause = self._pace.reconnect
                    self.is_open = True
                    self._tried.set()
                    async for message in socket:
                        if message.type is aiohttp.WSMsgType.TEXT:
                            self.messages.put_nowait(message.data)
            self.is_open, self.has_gaps = False, True
            self._tried.set()
            await asyncio.sleep(pause)
            pause = min(2 * pause, self._pace.slowest_reconnect)


class Watch:
    """One job that a server has taken, from its queue to its entry in the history."""

    def __init__(self, client: Client, follower: Follower, stream: Stream, stop: Flag, pace: Pace) -> None:
        self._client = client
        self._follower = follower
        self._stream = stream
        self._stop = stop
        self._pace = pace
        self._heard_at = time.monotonic()
        self._answered_at = time.monotonic()

    async def follow(self) -> Entry | None:
        """Wait for the end and give the job's entry of the history; None where it was interrupted.

        Raises:
            ServerTrouble: the server is gone, or the job is.
        """
        while not self._stop.is_set():
            await self._hear()
            if self._follower.end == "interrupted":
                return None
            if self._follower.end is not None or self._is_silent():
                entry = await self._ask()
                if entry is not None:
                    self._follower.take_history(entry, self._stream.has_gaps)
                    return entry
        await self._cancel()
        return None

    async def _hear(self) -> None:
        """Take what has come, or wait a moment for something to come."""
        messages = self._stream.messages
        with contextlib.suppress(TimeoutError):
            self._take(await asyncio.wait_for(messages.get(), self._pace.look))
        while not messages.empty() and not self._stop.is_set():
            self._take(messages.get_nowait())

    def _take(self, text: str) -> None:
        with contextlib.suppress(ValueError, RecursionError):
            message = json.loads(text)
            if isinstance(message, Mapping) and self._follower.take(message.get("type"), message.get("data")):
                self._heard_at = time.monotonic()

    def _is_silent(self) -> bool:
        pause = self._pace.ask_beside if self._stream.is_open else self._pace.ask_alone
        return time.monotonic() - self._heard_at > pause

    async def _ask(self) -> Entry | None:
        """The job's entry of the history, or None while it waits or runs, or the server is away."""
        self._heard_at = time.monotonic()
        prompt_id = self._follower.prompt_id
        ended = self._follower.end is not None
        try:
            # In this order: a job that is in neither was in the queue at no time since we asked for it.
            place = await place_in_queue(self._client, prompt_id)
            entry = entry_of(await self._client.get(f"/history/{quote(prompt_id, safe='')}"), prompt_id)
        except ServerTrouble as trouble:
            away = time.monotonic() - self._answered_at
            if away < self._pace.away:
                return None
            raise _gone(trouble, prompt_id) from None
        if entry is not None or place is not None:
            self._answered_at = time.monotonic()
        elif not ended or time.monotonic() - self._answered_at > self._pace.away:
            message = f"{self._client.address.url} no longer knows the job {prompt_id}"
            details = "somebody took it out of the queue, or the server started anew"
            raise ServerTrouble(Problem("lost_job", message, details))
        return entry

    async def _cancel(self) -> None:
        """Stop our job and no other, and wait a little until the server says that it has stopped."""
        prompt_id = self._follower.prompt_id
        try:
            await cancel(self._client, prompt_id)
            until = time.monotonic() + self._pace.stopping
            while self._follower.end is None and time.monotonic() < until:
                with contextlib.suppress(TimeoutError):
                    self._take(await asyncio.wait_for(self._stream.messages.get(), self._pace.look))
                if await place_in_queue(self._client, prompt_id) is None:
                    break
        except ServerTrouble as trouble:
            problem = trouble.problem
            message = f"the job {prompt_id} could not be cancelled: {problem.message}"
            self._follower.failures.append(RemoteFailure(Problem(problem.type, message)))
        self._follower.end = "interrupted"


async def place_in_queue(client: Client, prompt_id: str) -> str | None:
    """ "running", "waiting", or None where the job is neither."""
    queue = await client.get("/queue")
    for key, place in (("queue_running", "running"), ("queue_pending", "waiting")):
        jobs = queue.get(key) if isinstance(queue, Mapping) else None
        for job in jobs if isinstance(jobs, list) else ():
            if isinstance(job, list) and len(job) > 1 and job[1] == prompt_id:
                return place
    return None


async def cancel(client: Client, prompt_id: str) -> None:
    """Take one job out of the queue, or interrupt it where it runs; others are left alone.

    Raises:
        ServerTrouble: the server does not do it.
    """
    path = f"/api/jobs/{quote(prompt_id, safe='')}/cancel"
    status, _ = await client.post(path, {}, valid=(200, 400, 404, 405))
    if status == 200:
        return
    await client.post("/queue", {"delete": [prompt_id]})
    # Servers of old interrupt whatever runs, so that we ask only where that is ours.
    if await place_in_queue(client, prompt_id) == "running":
        await client.post("/interrupt", {"prompt_id": prompt_id})


def _gone(trouble: ServerTrouble, prompt_id: str) -> ServerTrouble:
    problem = trouble.problem
    message = f"{problem.message}, while the job {prompt_id} ran there"
    return ServerGone(Problem(problem.type, message, problem.details))
