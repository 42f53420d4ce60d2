"""Run a plan: each node once, when its parents are done; a node that fails fails only its own branch."""

from __future__ import annotations

import time
from collections.abc import Collection, Mapping
from typing import Any

from .broadcast import call_over_lists
from .cache import Cache, NodeResult
from .context import Interrupted
from .errors import NodeFailed
from .events import BranchFailed, Event, Listener, NodeCached, NodeDone, NodeStarted, RunDone, RunStarted
from .host import Host
from .plan import Plan, Step
from .result import RunResult
from .scheduler import Scheduler
from .shelf import Shelf
from .signature import Signature, sign


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
        listener: called with every event, on this thread.
        signatures: those of the plan, where they are known already.

    A node that raises is in the result's `failures`; this function does not raise for it.
    """
    return _Run(plan, host, cache, listener, signatures).run()


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
        self._targets = frozenset(plan.targets)
        # Without a cache nobody asks for a signature.
        self._signatures = {} if cache is None else signatures or sign(plan)
        self._scheduler = Scheduler()
        self._shelf = Shelf()
        self._result = RunResult()

    def run(self) -> RunResult:
        start = time.perf_counter()
        hits = self._look_up()
        self._enqueue(hits)
        try:
            while (node_id := self._scheduler.next()) is not None:
                if self._host.stop.is_set():
                    raise Interrupted
                self._advance(self._plan.steps[node_id])
        except Interrupted:
            self._result.status = "interrupted"
        else:
            self._result.status = "failed" if self._result.failures else "done"
        self._result.seconds = time.perf_counter() - start
        self._tell(RunDone(self._result.status, self._result.seconds))
        return self._result

    def _look_up(self) -> dict[str, NodeResult | None]:
        """What has to run (None) or is at hand, from the targets up to the first cached nodes."""
        found: dict[str, NodeResult | None] = {}
        waiting = list(self._plan.targets)
        while waiting:
            node_id = waiting.pop()
            if node_id not in found:
                found[node_id] = result = self._cached(node_id)
                if result is None:
                    waiting.extend(link.node_id for link in self._plan.steps[node_id].links.values())
        return found

    def _cached(self, node_id: str) -> NodeResult | None:
        return None if self._cache is None else self._cache.get(self._signatures[node_id])

    def _enqueue(self, found: Mapping[str, NodeResult | None]) -> None:
        runs = [node_id for node_id in self._plan.steps if found.get(node_id, self) is None]
        self._tell(RunStarted(tuple(runs)))
        for node_id in runs:
            parents = _parents(self._plan.steps[node_id])
            self._shelf.expect(parents)
            self._scheduler.add(node_id, parents)
        for node_id in self._plan.steps:
            result = found.get(node_id)
            if result is not None:
                self._reuse(node_id, result)
            elif node_id not in found and self._is_kept(node_id):
                self._result.cached.append(node_id)

    def _is_kept(self, node_id: str) -> bool:
        return (
            self._cache is not None
            and self._signatures is not None
            and self._signatures[node_id] in self._cache
        )

    def _reuse(self, node_id: str, result: NodeResult) -> None:
        self._result.cached.append(node_id)
        self._keep(node_id, result)
        self._tell(NodeCached(node_id, result.ui))

    def _advance(self, step: Step) -> None:
        node_id = step.node.id
        # An equal node may have run since the start: then this one's result is there by now.
        result = self._cached(node_id)
        if result is not None:
            self._reuse(node_id, result)
        elif not self._execute(step):
            return
        self._shelf.leave(_parents(step))
        self._scheduler.done(node_id)

    def _execute(self, step: Step) -> bool:
        node_id = step.node.id
        if self._listener is not None:
            self._listener(NodeStarted(node_id, step.title))
        context = self._host.context(node_id, self._listener)
        try:
            outputs = call_over_lists(step.definition, context, self._inputs(step))
        except Interrupted:
            raise
        except Exception as cause:
            self._fail(step, cause)
            return False
        result = NodeResult(outputs, context.ui)
        if self._cache is not None:
            self._cache.put(self._signatures[node_id], result, step.definition.keep)
        self._result.executed.append(node_id)
        self._keep(node_id, result)
        if self._listener is not None:
            self._listener(NodeDone(node_id, context.ui))
        return True

    def _inputs(self, step: Step) -> dict[str, list[Any]]:
        inputs = {name: [value] for name, value in step.constants.items()}
        for name, link in step.links.items():
            inputs[name] = self._shelf.values(link.node_id, link.output)
        return inputs

    def _keep(self, node_id: str, result: NodeResult) -> None:
        self._shelf.put(node_id, result)
        if node_id in self._targets:
            self._result.outputs[node_id] = result.outputs
            if result.ui:
                self._result.ui[node_id] = result.ui

    def _fail(self, step: Step, cause: Exception) -> None:
        failure = NodeFailed(step.node.id, step.title, step.node.class_type, cause)
        skipped = self._scheduler.fail(step.node.id)
        for node_id in (step.node.id, *skipped):
            self._shelf.leave(_parents(self._plan.steps[node_id]))
        self._result.failures.append(failure)
        self._result.skipped.extend(skipped)
        self._tell(BranchFailed(failure, tuple(skipped)))

    def _tell(self, event: Event) -> None:
        if self._listener is not None:
            self._listener(event)


def _parents(step: Step) -> Collection[str]:
    return {link.node_id: None for link in step.links.values()}
