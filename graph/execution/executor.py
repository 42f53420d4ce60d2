"""Run a plan: each node once, when its parents are done; a node that fails fails only its own branch."""

from __future__ import annotations

import time
import traceback
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ..awaiting import Awaiting, apart_from_loops
from ..blocking import Blocked
from ..cache import Cache, NodeResult, Ui
from ..context import Interrupted
from ..contract import Expansion
from ..events import Listener
from ..host import Host, NodeContext
from ..plan import Plan, Step
from ..result import RunResult
from ..signature import Signature
from .agenda import Agenda
from .broadcast import added, joined
from .calling import call_node, inputs_of, is_plain, receive, wanted_nodes
from .expanding import Given, linked_nodes, values_of
from .live_graph import LiveGraph
from .out_of_memory import is_out_of_memory, make_room, with_what_was_held
from .report import Report

# One empty mapping for all that show nothing: a cache holds very many of them.
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
    """The life of nodes, from their turn to their result. A node may have several turns: after the lazy
    inputs it asked for, after its expansion has run, or after room was made in memory."""

    def __init__(
        self,
        plan: Plan,
        host: Host,
        cache: Cache | None,
        listener: Listener | None,
        signatures: Mapping[str, Signature] | None,
    ) -> None:
        self._host = host
        self._cache = cache
        self._listener = listener
        self._graph = LiveGraph(plan)
        self._report = Report(plan, self._graph, listener)
        self._agenda = Agenda(plan, self._graph, cache, self._report, signatures)
        self._awaiting = Awaiting()
        self._contexts: dict[str, NodeContext] = {}
        self._expanded: dict[str, Sequence[Given]] = {}
        self._told: set[str] = set()
        self._tried_again: set[str] = set()

    def run(self) -> RunResult:
        start = time.perf_counter()
        self._agenda.begin()
        try:
            self._loop()
        except Interrupted:
            self._report.interrupted()
        finally:
            self._awaiting.close()
            if self._cache is not None:
                self._cache.rest()
        return self._report.ended(time.perf_counter() - start)

    def _loop(self) -> None:
        while True:
            if self._host.stop.is_set():
                raise Interrupted
            for node_id in self._awaiting.finished():
                self._receive_awaited(self._graph.step(node_id))
            step = self._agenda.next()
            if step is not None:
                self._advance(step)
            elif self._awaiting:
                self._awaiting.wait(self._host.stop.is_set)
            elif self._agenda:
                self._break_circle()
            else:
                return

    def _advance(self, step: Step) -> None:
        if step.node.id not in self._contexts and self._agenda.is_at_hand(step):
            return
        try:
            self._go_on(step, step.node.id)
        except Interrupted:
            raise
        except Exception as cause:
            self._fail(step, cause)

    def _go_on(self, step: Step, node_id: str) -> None:
        if node_id in self._expanded:
            self._collect(step, self._expanded.pop(node_id))
            return
        context = self._contexts.get(node_id)
        if context is None:
            self._report.starts(step)
            context = self._contexts[node_id] = self._host.context(node_id, self._listener, self._graph)
        inputs = inputs_of(step, self._agenda.shelf)
        wanted = wanted_nodes(step, context, inputs, self._agenda.shelf) if step.lazy else ()
        if wanted:
            self._agenda.require(wanted)
            self._agenda.wait(step, wanted)
            return
        results = call_node(step.definition, context, inputs, self._host.stop)
        if is_plain(results):
            self._end(step, [added(step.definition, results[0])])
        elif not self._awaiting.start(node_id, results):
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
        new = [new_id for graph in graphs for new_id in self._graph.add(graph, node_id)]
        self._agenda.sign(new, step)
        parents = linked_nodes(calls)
        self._expanded[node_id] = calls
        self._agenda.read_too(step, parents)
        outputs = [new_id for new_id in new if self._graph.step(new_id).definition.output_node]
        self._agenda.require([*parents, *outputs])
        self._agenda.wait(step, parents)

    def _collect(self, step: Step, calls: Sequence[Given]) -> None:
        """Make values of a node's expansions, whose nodes have run."""
        shelf = self._agenda.shelf
        values = [values_of(step.definition, call, lambda link: shelf.values(*link)) for call in calls]
        self._end(step, values)

    def _end(self, step: Step, calls: Sequence[Any], is_blocked: bool = False) -> None:
        node_id = step.node.id
        ui = self._contexts.pop(node_id).ui or _NOTHING
        result = NodeResult(joined(step.definition, calls), ui)
        self._report.ran(node_id, result, is_blocked)
        # What a blocker had to say, it is to say again next time: nothing behind it is kept.
        self._agenda.end(step, result, node_id not in self._told)

    def _fail(self, step: Step, cause: Exception) -> None:
        # A failure lives as long as the result; its frames must not keep what the node was given.
        traceback.clear_frames(cause.__traceback__)
        if is_out_of_memory(cause):
            if step.node.id not in self._tried_again:
                self._try_again(step, cause)
                return
            cause = with_what_was_held(cause, self._held())
        self._report.failed(step, cause, self._agenda.lose(step))

    def _try_again(self, step: Step, cause: Exception) -> None:
        node_id = step.node.id
        self._tried_again.add(node_id)
        make_room(cause, self._cache)
        self._contexts[node_id].ui.clear()
        self._agenda.wait(step, ())

    def _held(self) -> Iterator[tuple[str, Any]]:
        for node_id, result in self._agenda.shelf.items():
            yield f'node {node_id} "{self._graph.step(node_id).title}"', result.outputs

    def _break_circle(self) -> None:
        circle = self._agenda.circle()
        blamed = next((node_id for node_id in circle if self._graph.is_added(node_id)), circle[0])
        path = " → ".join([*circle, circle[0]][:12])
        self._fail(self._graph.step(blamed), RecursionError(f"nodes wait for each other in a circle: {path}"))
