"""What a run did, written down while it goes, and told to whoever listens."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, TypeVar

from ..cache import NodeResult, Ui
from ..errors import NodeFailed
from ..events import (
    BranchFailed,
    Event,
    Listener,
    NodeBlocked,
    NodeCached,
    NodeDone,
    NodeStarted,
    RunDone,
    RunStarted,
)
from ..plan import Plan, Step
from ..result import RunResult
from .live_graph import LiveGraph

T = TypeVar("T")


class Report:
    """Fills a `RunResult`. What added nodes show stands under the node of the page that shows it."""

    def __init__(self, plan: Plan, graph: LiveGraph, listener: Listener | None) -> None:
        self._order = plan.targets
        self._targets = frozenset(plan.targets)
        self._graph = graph
        self._listener = listener
        self._reused: set[str] = set()
        self._result = RunResult()

    def begins(self, nodes: Sequence[str]) -> None:
        """The run begins, and these have to run."""
        self._tell(RunStarted(tuple(nodes)))

    def beside(self, kept: Iterable[str]) -> None:
        """These are in the cache too, and nobody needed to ask for them."""
        self._result.cached.extend(kept)

    def starts(self, step: Step) -> None:
        """A node runs now."""
        if self._listener is not None:
            node_id = step.node.id
            shown_at = self._graph.get_display_node_id(node_id)
            self._listener(NodeStarted(node_id, step.title, None if shown_at == node_id else shown_at))

    def cached(self, node_id: str, result: NodeResult) -> None:
        """A node's result was there."""
        if node_id not in self._reused:
            self._reused.add(node_id)
            self._result.cached.append(node_id)
        self._keep(node_id, result)
        if self._listener is not None:
            self._listener(NodeCached(node_id, result.ui))

    def ran(self, node_id: str, result: NodeResult, is_blocked: bool) -> None:
        """A node is done: it ran, or was kept from it."""
        (self._result.blocked if is_blocked else self._result.executed).append(node_id)
        self._keep(node_id, result)
        if self._listener is not None:
            self._listener(NodeBlocked(node_id) if is_blocked else NodeDone(node_id, result.ui))

    def failed(self, step: Step, cause: Exception, lost: Iterable[str] = ()) -> None:
        """A node raised, or was reached by a blocker with a message; `lost` are those that wait for it."""
        real = self._graph.step(self._graph.get_real_node_id(step.node.id))
        failure = NodeFailed(real.node.id, real.title, step.node.class_type, cause)
        self._result.failures.append(failure)
        told = self.skipped(node_id for node_id in lost if node_id != real.node.id)
        self._tell(BranchFailed(failure, told))

    def skipped(self, nodes: Iterable[str]) -> tuple[str, ...]:
        """These do not run, because something they need failed; gives those that the workflow holds."""
        told = tuple(node_id for node_id in nodes if not self._graph.is_added(node_id))
        self._result.skipped.extend(told)
        return told

    def interrupted(self) -> None:
        """Somebody stopped the run."""
        self._result.status = "interrupted"

    def ended(self, seconds: float) -> RunResult:
        """The run is over; here is what it did."""
        if self._result.status == "done" and self._result.failures:
            self._result.status = "failed"
        self._result.outputs = self._in_order(self._result.outputs)
        self._result.ui = self._in_order(self._result.ui)
        self._result.seconds = seconds
        self._tell(RunDone(self._result.status, seconds))
        return self._result

    def _keep(self, node_id: str, result: NodeResult) -> None:
        if node_id in self._targets:
            self._result.outputs[node_id] = result.outputs
        if result.ui and (node_id in self._targets or self._graph.is_added(node_id)):
            self._show(self._graph.get_display_node_id(node_id), result.ui)

    def _in_order(self, found: dict[str, T]) -> dict[str, T]:
        """By target, whatever order they ran in, or were found in."""
        return {node_id: found[node_id] for node_id in self._order if node_id in found} | found

    def _show(self, node_id: str, ui: Ui) -> None:
        before = self._result.ui.get(node_id, {})
        shown: dict[str, list[Any]] = {kind: list(items) for kind, items in before.items()}
        for kind, items in ui.items():
            shown.setdefault(kind, []).extend(items)
        self._result.ui[node_id] = shown

    def _tell(self, event: Event) -> None:
        if self._listener is not None:
            self._listener(event)
