"""What is known of a run while it goes: fed by events on one thread, read by whoever draws on another."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Mapping
from typing import Any

from ..graph.events import (
    BranchFailed,
    Event,
    NodeBlocked,
    NodeCached,
    NodeDone,
    NodeProgress,
    NodeStarted,
    RunDone,
    RunStarted,
)


class Running:
    """A node that runs: since when, and its steps with the times of the first and the last report."""

    __slots__ = ("first_at", "first_value", "last_at", "since", "total", "value")

    def __init__(self, since: float) -> None:
        self.since = since
        self.value = 0
        self.total = 0
        self.first_value = 0
        self.first_at = 0.0
        self.last_at = 0.0

    @property
    def rate(self) -> float:
        """Steps a second, or 0 while unknown."""
        seconds = self.last_at - self.first_at
        return (self.value - self.first_value) / seconds if seconds > 0 else 0.0


class RunState:
    """The nodes of a run by what became of them. Every attribute is safe to copy while a run goes on.

    `order` are the nodes that have to run; what an expansion adds is in `children`, below its parent.
    """

    def __init__(self, titles: Mapping[str, str] | None = None) -> None:
        self.titles: dict[str, str] = dict(titles or {})
        self.order: tuple[str, ...] = ()
        self.running: dict[str, Running] = {}
        self.seconds: dict[str, float] = {}
        self.last_done: deque[str] = deque(maxlen=4)
        self.cached: dict[str, None] = {}
        self.failed: dict[str, None] = {}
        self.skipped: dict[str, None] = {}
        self.blocked: dict[str, None] = {}
        self.children: dict[str, list[str]] = {}
        self.started_at = time.perf_counter()
        self.status = ""
        self._open: set[str] = set()

    @property
    def finished(self) -> int:
        """How many of the nodes that have to run are over, however they ended."""
        return len(self.order) - len(self._open)

    def take(self, event: Event) -> None:
        """Take note of an event; of a kind that is not known here, nothing."""
        taker = _TAKERS.get(event.__class__)
        if taker is not None:
            taker(self, event)

    def _run_started(self, event: RunStarted) -> None:
        self.order = event.nodes
        self._open = set(event.nodes)

    def _node_started(self, event: NodeStarted) -> None:
        node_id = event.node_id
        self.titles[node_id] = event.title
        self.running[node_id] = Running(time.perf_counter())
        if event.shown_at is not None:
            siblings = self.children.setdefault(event.shown_at, [])
            if node_id not in self.seconds and node_id not in siblings:
                siblings.append(node_id)

    def _node_progress(self, event: NodeProgress) -> None:
        running = self.running.get(event.node_id)
        if running is None:
            return
        now = time.perf_counter()
        if not running.first_at or event.value < running.value:
            running.first_at, running.first_value = now, event.value
        running.value, running.total, running.last_at = event.value, event.total, now

    def _node_done(self, event: NodeDone) -> None:
        node_id = event.node_id
        running = self.running.pop(node_id, None)
        self.seconds[node_id] = 0.0 if running is None else time.perf_counter() - running.since
        self.last_done.append(node_id)
        self._open.discard(node_id)

    def _node_cached(self, event: NodeCached) -> None:
        self.cached[event.node_id] = None
        self._open.discard(event.node_id)

    def _node_blocked(self, event: NodeBlocked) -> None:
        self.running.pop(event.node_id, None)
        self.blocked[event.node_id] = None
        self._open.discard(event.node_id)

    def _branch_failed(self, event: BranchFailed) -> None:
        node_id = event.failure.node_id
        self.running.pop(node_id, None)
        self.failed[node_id] = None
        self.skipped.update(dict.fromkeys(event.skipped))
        self._open.difference_update(event.skipped, (node_id,))

    def _run_done(self, event: RunDone) -> None:
        self.status = event.status


_TAKERS: dict[type, Callable[[RunState, Any], None]] = {
    RunStarted: RunState._run_started,
    NodeStarted: RunState._node_started,
    NodeProgress: RunState._node_progress,
    NodeDone: RunState._node_done,
    NodeBlocked: RunState._node_blocked,
    NodeCached: RunState._node_cached,
    BranchFailed: RunState._branch_failed,
    RunDone: RunState._run_done,
}
