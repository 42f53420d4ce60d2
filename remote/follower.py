"""From a server's messages about one job to our events, and to what the job did."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ..graph.errors import Problem
from ..graph.events import BranchFailed, Listener, NodeCached, NodeDone, NodeProgress, NodeStarted
from .trouble import RemoteFailure

Data = Mapping[str, Any]


class Follower:
    """Takes the messages in any order, more than once, and from the history as well as as they come.

    `end` is None until the job is over, then "done", "failed" or "interrupted".
    """

    def __init__(self, order: Sequence[str], titles: Mapping[str, str], listener: Listener | None) -> None:
        self.prompt_id = ""
        self.end: str | None = None
        self.executed: dict[str, None] = {}
        self.cached: dict[str, None] = {}
        self.failures: list[RemoteFailure] = []
        self._order = order
        self._titles = titles
        self._tell = listener or (lambda _event: None)
        self._running: dict[str, tuple[int, int]] = {}
        self._failed: dict[str, None] = {}
        self._shown_at: dict[str, str] = {}
        self._has_states = False
        self._takers: dict[str, Callable[[Data], None]] = {
            "execution_cached": self._take_cached,
            "executing": self._take_executing,
            "progress": self._take_progress,
            "progress_state": self._take_states,
            "executed": self._take_executed,
            "execution_success": self._take_success,
            "execution_error": self._take_error,
            "execution_interrupted": self._take_interrupted,
        }

    def take(self, kind: Any, data: Any) -> bool:
        """Take note of a message; say whether it was about this job."""
        if not isinstance(data, Mapping) or data.get("prompt_id") != self.prompt_id:
            return False
        taker = self._takers.get(kind) if isinstance(kind, str) else None
        if taker is not None:
            taker(data)
        return True

    def take_history(self, entry: Data, has_gaps: bool) -> None:
        """Take the job's entry of the history, which has the last word.

        Args:
            entry: `{"outputs", "status": {"status_str", "completed", "messages"}}`.
            has_gaps: whether messages may have been missed, so that what is not cached has run.
        """
        status = entry.get("status")
        told = status if isinstance(status, Mapping) else {}
        messages = told.get("messages")
        for message in messages if isinstance(messages, list) else ():
            if isinstance(message, list) and len(message) == 2:
                self.take(message[0], message[1])
        if told.get("status_str") == "error" and self.end != "interrupted":
            self.end = "failed"
        self.end = self.end or "done"
        if self.end == "failed" and not self.failures:
            self._fail(RemoteFailure(Problem("node_failed", "the server says that the run failed")))
        if self.end == "done" and has_gaps:
            for node_id in self._order:
                self._finish(node_id, {})

    @property
    def unfinished(self) -> list[str]:
        """The nodes that were to run and, as far as is known, neither ran nor failed."""
        known = self.executed.keys() | self.cached.keys() | self._failed.keys()
        return [node_id for node_id in self._order if node_id not in known]

    def _take_cached(self, data: Data) -> None:
        named = data.get("nodes")
        there = frozenset(node for node in named if isinstance(node, str)) if isinstance(named, list) else ()
        for node_id in self._order:
            if node_id in there and self._is_open(node_id):
                self.cached[node_id] = None
                self._tell(NodeCached(node_id, {}))

    def _take_executing(self, data: Data) -> None:
        node_id = data.get("node", "")
        if node_id is None:
            if self.end is None:
                self._take_success(data)
            return
        if not self._has_states:  # an older server says when a node starts, not when it is done
            self._finish_running()
        self._start(node_id, data.get("display_node"))

    def _take_progress(self, data: Data) -> None:
        self._progress(data.get("node"), data.get("value"), data.get("max"))

    def _take_states(self, data: Data) -> None:
        self._has_states = True
        states = data.get("nodes")
        for node_id, state in states.items() if isinstance(states, Mapping) else ():
            if node_id in self.executed or not isinstance(state, Mapping):
                continue
            shown_at = state.get("display_node_id")
            if state.get("state") == "finished":
                self._finish(node_id, {}, shown_at)
            elif state.get("state") == "running":
                self._start(node_id, shown_at)
                self._progress(node_id, state.get("value"), state.get("max"))

    def _take_executed(self, data: Data) -> None:
        shown = data.get("output")
        ui = shown if isinstance(shown, Mapping) else {}
        self._finish(data.get("node"), ui, data.get("display_node"))

    def _take_success(self, _data: Data) -> None:
        self._finish_running()
        self.end = "failed" if self.failures else "done"

    def _take_interrupted(self, _data: Data) -> None:
        self.end = "interrupted"

    def _take_error(self, data: Data) -> None:
        ran = data.get("executed")
        for node_id in ran if isinstance(ran, list) else ():
            self._finish(node_id, {})
        failure = self._failure(data)
        if all(failure.problem() != known.problem() for known in self.failures):
            self._fail(failure)
        # A branch that a node blocks with a message is told as an error, and the others go on.
        if data.get("exception_type") != "ExecutionBlocked":
            self.end = "failed"

    def _failure(self, data: Data) -> RemoteFailure:
        node_id, kind = str(data.get("node_id", "")), str(data.get("node_type", ""))
        said = " ".join(str(data.get("exception_message", "")).split())
        name = str(data.get("exception_type", "")).rpartition(".")[2]
        message = ": ".join(part for part in (name, said) if part) or "the node failed"
        lines = data.get("traceback")
        trace = "".join(str(line) for line in lines) if isinstance(lines, list) else ""
        problem = Problem("node_failed", message, "", node_id, kind, self._titles.get(node_id, kind))
        return RemoteFailure(problem, trace)

    def _fail(self, failure: RemoteFailure) -> None:
        self.failures.append(failure)
        self._failed[failure.node_id] = None
        self._running.pop(failure.node_id, None)
        self._tell(BranchFailed(failure, tuple(self.unfinished)))

    def _start(self, node_id: Any, shown_at: Any = None) -> None:
        """Note that a node runs. One that an expansion added is known by the node that shows it."""
        if not self._is_open(node_id, shown_at) or node_id in self._running:
            return
        self._running[node_id] = (0, 0)
        shows = self._shown_at.get(node_id)
        self._tell(NodeStarted(node_id, self._titles[shows or node_id], shows))

    def _progress(self, node_id: Any, value: Any, total: Any) -> None:
        if not isinstance(node_id, str) or node_id not in self._running:
            return
        if not _is_count(value) or not _is_count(total):
            return
        step = (int(value), int(total))
        # Every node is said to have one step; that says nothing.
        if step[1] > 1 and step != self._running[node_id]:
            self._running[node_id] = step
            self._tell(NodeProgress(node_id, *step))

    def _finish(self, node_id: Any, ui: Data, shown_at: Any = None) -> None:
        if self._is_open(node_id, shown_at):
            self._start(node_id, shown_at)
            del self._running[node_id]
            self.executed[node_id] = None
            self._tell(NodeDone(node_id, ui))

    def _finish_running(self) -> None:
        for node_id in list(self._running):
            self._finish(node_id, {})

    def _is_open(self, node_id: Any, shown_at: Any = None) -> bool:
        """Whether it is a node of this job of which the end is not known."""
        if not isinstance(node_id, str):
            return False
        if node_id not in self._titles:
            if isinstance(shown_at, str) and shown_at in self._titles:
                self._shown_at[node_id] = shown_at
            if node_id not in self._shown_at:
                return False
        return all(node_id not in over for over in (self.executed, self.cached, self._failed))


def _is_count(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < 1e18
