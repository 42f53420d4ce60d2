"""Run a plan: each node once, when its parents are done; a node that fails fails only its own branch."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from .awaiting import Awaiting, apart_from_loops
from .blocking import Blocked
from .broadcast import joined
from .cache import Cache, NodeResult, Ui
from .calling import call_node, inputs_of, receive, wanted_nodes
from .context import Interrupted
from .contract import Expansion
from .events import Listener
from .expanding import Given, linked_nodes, values_of
from .host import Host, NodeContext
from .live_graph import LiveGraph
from .order import ancestors_first
from .plan import Plan, Step, needed_late
from .report import Report
from .result import RunResult
from .scheduler import Scheduler
from .shelf import Shelf
from .signature import Signature, sign, sign_added

_NOTHING: Ui = {}


def execute(
    plan: Plan,
    host: Host,
    *,
    cache: Cache | None = None,
    listener: Listener | None = None,
    signatures: Mapping[str, Signature] | None = None,
) -> RunResult:
    """Run what the plan's targets need and the cache does not have.

    Args:
        plan: a checked workflow.
        host: folders, device and the wish to stop.
        cache: where results are looked for and kept; without one nothing outlives the run.
        listener: called with every event, on the thread that runs.
        signatures: those of the plan, where they are known already.

    A node that raises is in the result's `failures`; this function does not raise for it.
    """
    return apart_from_loops(_Run(plan, host, cache, listener, signatures).run)


class _Run:
    def __init__(
        self,
        plan: Plan,
        host: Host,
        cache: Cache | None,
        listener: Listener | None,
        signatures: Mapping[str, Signature] | None,
    ) -> None:
        self._plan = plan
        self._host = host
        self._cache = cache
        self._listener = listener
        # Without a cache nobody asks for a signature.
        self._signatures = {} if cache is None else dict(signatures or sign(plan))
        self._graph = LiveGraph(plan)
        self._report = Report(plan, self._graph, listener)
        self._scheduler = Scheduler()
        # A node that can read the graph may link what it adds to any other node.
        reads_graph = any(step.definition.reads_graph for step in plan.steps.values())
        self._shelf = Shelf(reads_graph, needed_late(plan))
        self._awaiting = Awaiting()
        self._contexts: dict[str, NodeContext] = {}
        self._expanded: dict[str, Sequence[Given]] = {}
        self._told: set[str] = set()
        self._gone: set[str] = set()

    def run(self) -> RunResult:
        start = time.perf_counter()
        self._begin()
        try:
            self._loop()
        except Interrupted:
            self._report.interrupted()
        finally:
            self._awaiting.close()
        return self._report.ended(time.perf_counter() - start)

    def _begin(self) -> None:
        found = self._look_up(self._plan.targets)
        runs = [node_id for node_id in self._plan.steps if found.get(node_id, self) is None]
        self._report.begins(runs)
        self._enqueue(found, runs)
        if self._cache is not None:
            cache, signatures = self._cache, self._signatures
            self._report.beside(n for n in self._plan.steps if n not in found and signatures[n] in cache)

    def _loop(self) -> None:
        while True:
            if self._host.stop.is_set():
                raise Interrupted
            for node_id in self._awaiting.finished():
                self._receive_awaited(self._graph.step(node_id))
            ready = self._scheduler.next()
            if ready is not None:
                self._advance(self._graph.step(ready))
            elif self._awaiting:
                self._awaiting.wait(self._host.stop.is_set)
            elif self._scheduler:
                self._break_circle()
            else:
                return

    # What has to run.

    def _require(self, wanted: Collection[str]) -> None:
        found = self._look_up(wanted)
        self._enqueue(found, [node_id for node_id, result in found.items() if result is None][::-1])

    def _look_up(self, wanted: Iterable[str]) -> dict[str, NodeResult | None]:
        """What has to run (None) or is at hand, from the wanted nodes up to the first cached ones."""
        found: dict[str, NodeResult | None] = {}
        waiting = list(wanted)
        while waiting:
            node_id = waiting.pop()
            if node_id not in found and not self._is_under_way(node_id):
                found[node_id] = result = self._cached(node_id)
                if result is None:
                    waiting.extend(self._graph.step(node_id).strong_parents)
        return found

    def _is_under_way(self, node_id: str) -> bool:
        return node_id in self._scheduler or node_id in self._shelf or node_id in self._gone

    def _cached(self, node_id: str) -> NodeResult | None:
        return None if self._cache is None else self._cache.get(self._signatures[node_id])

    def _enqueue(self, found: Mapping[str, NodeResult | None], runs: Sequence[str]) -> None:
        for node_id in runs:
            self._shelf.expect(self._graph.step(node_id).parents)
        for node_id, result in found.items():
            if result is not None:
                self._reuse(node_id, result)
        for node_id in runs:
            self._wait_for(self._graph.step(node_id), self._graph.step(node_id).strong_parents)

    def _wait_for(self, step: Step, parents: Collection[str]) -> None:
        self._scheduler.add(step.node.id, parents, urgent=step.definition.is_async)
        if self._gone and not self._gone.isdisjoint(parents):
            lost = self._scheduler.fail(step.node.id)
            self._report.skipped([step.node.id, *lost])
            self._lose(step, lost)

    def _reuse(self, node_id: str, result: NodeResult) -> None:
        self._shelf.put(node_id, result)
        self._scheduler.done(node_id)
        self._report.cached(node_id, result)

    # One node, from its turn to its result.

    def _advance(self, step: Step) -> None:
        node_id = step.node.id
        if node_id not in self._contexts:
            # An equal node may have run since the start: then this one's result is there by now.
            result = self._cached(node_id)
            if result is not None:
                self._reuse(node_id, result)
                self._shelf.leave(step.parents)
                return
        try:
            self._go_on(step, node_id)
        except Interrupted:
            raise
        except Exception as cause:
            self._fail(step, cause)

    def _go_on(self, step: Step, node_id: str) -> None:
        if node_id in self._expanded:
            self._collect(step)
            return
        context = self._contexts.get(node_id)
        if context is None:
            self._report.starts(step)
            context = self._contexts[node_id] = self._host.context(node_id, self._listener, self._graph)
        inputs = inputs_of(step, self._shelf)
        wanted = wanted_nodes(step, context, inputs, self._shelf) if step.lazy else ()
        if wanted:
            self._require(wanted)
            self._wait_for(step, wanted)
            return
        results = call_node(step.definition, context, inputs, self._host.stop)
        if not self._awaiting.start(node_id, results):
            self._receive(step, results)

    def _receive_awaited(self, step: Step) -> None:
        try:
            self._receive(step, self._awaiting.finish(step.node.id))
        except Interrupted:
            raise
        except Exception as cause:
            self._fail(step, cause)

    def _receive(self, step: Step, results: Sequence[Any]) -> None:
        received = receive(step.definition, results)
        for message in received.messages:
            self._report.failed(step, Blocked(message))
        if received.messages or (received.blocked_calls and not self._told.isdisjoint(step.parents)):
            self._told.update(self._graph.lineage(step.node.id))
        if received.has_expansions:
            self._expand(step, received.calls)
        else:
            self._end(step, received.calls, received.blocked_calls == len(results) > 0)

    def _expand(self, step: Step, calls: Sequence[Given]) -> None:
        node_id = step.node.id
        graphs = [call.graph for call in calls if isinstance(call, Expansion)]
        added = [new for graph in graphs for new in self._graph.add(graph, node_id)]
        if self._cache is not None:
            self._sign(added, self._signatures[node_id])
        parents = linked_nodes(calls)
        self._expanded[node_id] = calls
        self._shelf.expect(parents)
        self._require([*parents, *(n for n in added if self._graph.step(n).definition.output_node)])
        self._wait_for(step, parents)

    def _sign(self, added: Iterable[str], origin: Signature) -> None:
        def unsigned(node_id: str) -> list[str]:
            return [parent for parent in self._graph.step(node_id).parents if parent not in self._signatures]

        for node_id in ancestors_first(added, unsigned):
            self._signatures[node_id] = sign_added(self._graph.step(node_id), origin, self._signatures)

    def _collect(self, step: Step) -> None:
        """Make values of a node's expansions, whose nodes have run."""
        values = [
            values_of(step.definition, call, lambda link: self._shelf.values(*link))
            for call in self._expanded[step.node.id]
        ]
        self._leave_expansion(step)
        self._end(step, values)

    def _leave_expansion(self, step: Step) -> None:
        self._shelf.leave(linked_nodes(self._expanded.pop(step.node.id, ())))

    def _end(self, step: Step, calls: Sequence[Any], is_blocked: bool = False) -> None:
        node_id = step.node.id
        # One empty mapping for all that show nothing: a cache holds very many of them.
        ui = self._contexts.pop(node_id).ui or _NOTHING
        result = NodeResult(joined(step.definition, calls), ui)
        # What a blocker had to say, it is to say again next time: nothing behind it is kept.
        if self._cache is not None and node_id not in self._told:
            self._cache.put(self._signatures[node_id], result, step.definition.keep)
        self._shelf.put(node_id, result)
        self._report.ran(node_id, result, is_blocked)
        self._shelf.leave(step.parents)
        self._scheduler.done(node_id)

    # What cannot go on.

    def _fail(self, step: Step, cause: Exception) -> None:
        lost = self._scheduler.fail(step.node.id)
        self._report.failed(step, cause, lost)
        self._lose(step, lost)

    def _lose(self, step: Step, lost: Iterable[str]) -> None:
        for node_id in (step.node.id, *lost):
            self._gone.add(node_id)
            gone = self._graph.step(node_id)
            self._leave_expansion(gone)
            self._shelf.leave(gone.parents)

    def _break_circle(self) -> None:
        circle = self._scheduler.circle()
        added = next((node_id for node_id in circle if self._graph.is_added(node_id)), circle[0])
        path = " → ".join([*circle, circle[0]][:12])
        self._fail(self._graph.step(added), RecursionError(f"nodes wait for each other in a circle: {path}"))
