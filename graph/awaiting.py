"""Awaitables of nodes: started on an event loop of the run's own, which turns between other nodes.

Nodes that are not async never run inside the loop, so that they may start one themselves.
"""

from __future__ import annotations

import asyncio
import inspect
import threading
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from typing import Any, TypeVar

_BETWEEN_LOOKS = 0.05  # seconds between looks at the wish to stop
T = TypeVar("T")


class Awaiting:
    """The tasks of a run, in groups under a key: the node they belong to."""

    def __init__(self) -> None:
        self._loop: asyncio.AbstractEventLoop | None = None
        self._groups: dict[str, tuple[list[asyncio.Task[Any]], list[Any]]] = {}

    def __len__(self) -> int:
        """How many groups are not finished."""
        return len(self._groups)

    def start(self, key: str, results: Sequence[Any]) -> bool:
        """Start what can be awaited among `results`; False, if nothing of it has to be waited for.

        Each task gets one turn, so that one that never really waits is done at once. The results, tasks
        in their places, are handed out by `finish`.
        """
        if not any(_must_wait(result) for result in results):
            return False
        loop = self._running_loop()
        places = [loop.create_task(_as_coroutine(r)) if inspect.isawaitable(r) else r for r in results]
        self._groups[key] = [place for place in places if isinstance(place, asyncio.Task)], places
        self._turn()
        return True

    def finished(self) -> list[str]:
        """The keys of the groups all of whose tasks are done; the others get a turn first."""
        if not self._groups:
            return []
        self._turn()
        return [key for key, (tasks, _) in self._groups.items() if all(task.done() for task in tasks)]

    def wait(self, should_stop: Callable[[], bool]) -> None:
        """Wait until a task is done that was not, or until it is time to stop."""
        waiting = [task for tasks, _ in self._groups.values() for task in tasks if not task.done()]
        while waiting and not should_stop() and not any(task.done() for task in waiting):
            self._running_loop().run_until_complete(
                asyncio.wait(waiting, timeout=_BETWEEN_LOOKS, return_when=asyncio.FIRST_COMPLETED)
            )

    def finish(self, key: str) -> list[Any]:
        """The results of a finished group.

        Raises:
            Exception: what the first of its tasks that failed raised.
        """
        tasks, places = self._groups.pop(key)
        failures = [error for task in tasks if (error := _failure(task)) is not None]
        if failures:
            raise failures[0]
        return [place.result() if isinstance(place, asyncio.Task) else place for place in places]

    def close(self) -> None:
        """Cancel what still runs and close the loop."""
        if self._loop is None:
            return
        tasks = [task for group, _ in self._groups.values() for task in group if not task.done()]
        for task in tasks:
            task.cancel()
        if tasks:
            self._loop.run_until_complete(asyncio.gather(*tasks, return_exceptions=True))
        self._groups.clear()
        self._loop.run_until_complete(self._loop.shutdown_asyncgens())
        self._loop.close()
        self._loop = None

    def _running_loop(self) -> asyncio.AbstractEventLoop:
        if self._loop is None:
            self._loop = asyncio.new_event_loop()
        return self._loop

    def _turn(self) -> None:
        self._running_loop().run_until_complete(asyncio.sleep(0))


def _failure(task: asyncio.Task[Any]) -> BaseException | None:
    return RuntimeError("the node cancelled itself") if task.cancelled() else task.exception()


def _must_wait(result: Any) -> bool:
    return result.__class__ is not tuple and inspect.isawaitable(result)


def resolved(value: Any) -> Any:
    """A value, or what it gives once it was awaited."""
    if not inspect.isawaitable(value):
        return value
    return apart_from_loops(lambda: asyncio.run(_as_coroutine(value)))


def apart_from_loops(call: Callable[[], T]) -> T:
    """Call, on a thread of its own where an event loop runs on this one: two cannot run on one thread."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return call()
    outcome: list[T] = []
    failure: list[BaseException] = []

    def run() -> None:
        try:
            outcome.append(call())
        except BaseException as error:
            failure.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    if failure:
        raise failure[0]
    return outcome[0]


def _as_coroutine(awaitable: Awaitable[Any]) -> Coroutine[Any, Any, Any]:
    async def wait() -> Any:
        return await awaitable

    return wait()
