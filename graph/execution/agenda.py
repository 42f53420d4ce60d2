"""What a run has to do: which nodes must run, which are at hand, and which values still have readers."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from ..cache import Cache, NodeResult
from ..order import ancestors_first
from ..plan import Plan, Step, needed_late
from ..signature import Signature, sign, sign_added
from .live_graph import LiveGraph
from .report import Report
from .scheduler import Scheduler
from .shelf import Shelf


class Agenda:
    """Knows of every node whether it waits, is done, or can never run; the values lie on its `shelf`.

    Args:
        plan: the workflow.
        graph: the same while it grows.
        cache: where results are looked for and kept.
        report: told what was found, and what is lost.
        signatures: those of the plan, where they are known already.
    """

    def __init__(
        self,
        plan: Plan,
        graph: LiveGraph,
        cache: Cache | None,
        report: Report,
        signatures: Mapping[str, Signature] | None,
    ) -> None:
        # A node that can read the graph may link what it adds to any other node; one that gets a raw link
        # may hand it on to one that can, as the ends of loops do.
        reads_graph = any(step.definition.reads_graph or step.raw for step in plan.steps.values())
        self.shelf = Shelf(reads_graph, needed_late(plan))
        self._plan = plan
        self._graph = graph
        self._cache = cache
        self._report = report
        # Without a cache nobody asks for a signature.
        self._signatures = {} if cache is None else dict(signatures or sign(plan))
        self._scheduler = Scheduler()
        self._read_too: dict[str, Collection[str]] = {}
        self._gone: set[str] = set()

    def __len__(self) -> int:
        """How many nodes are not done, running ones included."""
        return len(self._scheduler)

    def begin(self) -> None:
        """Put down what the targets need."""
        found = self._look_up(self._plan.targets)
        runs = [node_id for node_id in self._plan.steps if found.get(node_id, self) is None]
        self._report.begins(runs)
        self._enqueue(found, runs)
        if self._cache is not None:
            cache, signatures = self._cache, self._signatures
            self._report.beside(n for n in self._plan.steps if n not in found and signatures[n] in cache)

    def next(self) -> Step | None:
        """A node that can run, or None if none can now."""
        node_id = self._scheduler.next()
        return None if node_id is None else self._graph.step(node_id)

    def require(self, wanted: Collection[str]) -> None:
        """Put down nodes that turned out to be needed, and what they need."""
        found = self._look_up(wanted)
        self._enqueue(found, [node_id for node_id, result in found.items() if result is None][::-1])

    def wait(self, step: Step, parents: Collection[str]) -> None:
        """Put a node down until these have run; where one of them never will, it is lost."""
        self._scheduler.add(step.node.id, parents, urgent=step.definition.is_async)
        if self._gone and not self._gone.isdisjoint(parents):
            lost = self._scheduler.fail(step.node.id)
            self._report.skipped([step.node.id, *lost])
            self._forget([step.node.id, *lost])

    def read_too(self, step: Step, parents: Collection[str]) -> None:
        """A node is going to read these beside what it is linked to; say so before they are required."""
        self.shelf.expect(parents)
        self._read_too[step.node.id] = parents

    def is_at_hand(self, step: Step) -> bool:
        """Whether a node need not run: an equal one has run since the start, and its result is taken."""
        result = self._cached(step.node.id)
        if result is None:
            return False
        self._reuse(step.node.id, result)
        self.shelf.leave(step.parents)
        return True

    def end(self, step: Step, result: NodeResult, is_lasting: bool) -> None:
        """A node is done; `is_lasting` says whether its result may be used again."""
        node_id = step.node.id
        if self._cache is not None and is_lasting:
            self._cache.put(self._signatures[node_id], result, step.definition.keep)
        self.shelf.put(node_id, result)
        self._leave(step)
        self._scheduler.done(node_id)

    def lose(self, step: Step) -> list[str]:
        """A node has failed; gives those that wait for it, which are lost with it."""
        lost = self._scheduler.fail(step.node.id)
        self._forget([step.node.id, *lost])
        return lost

    def circle(self) -> list[str]:
        """Nodes that wait for each other, if none can run and none is running."""
        return self._scheduler.circle()

    def sign(self, added: Iterable[str], by: Step) -> None:
        """Sign the nodes that an expansion added.

        Raises:
            Cycle: they depend on themselves.
        """
        if self._cache is None:
            return
        for node_id in ancestors_first(added, self._unsigned_parents):
            origin = self._signatures[by.node.id]
            self._signatures[node_id] = sign_added(self._graph.step(node_id), origin, self._signatures)

    def _unsigned_parents(self, node_id: str) -> list[str]:
        return [parent for parent in self._graph.step(node_id).parents if parent not in self._signatures]

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
        return node_id in self._scheduler or node_id in self.shelf or node_id in self._gone

    def _cached(self, node_id: str) -> NodeResult | None:
        return None if self._cache is None else self._cache.get(self._signatures[node_id])

    def _enqueue(self, found: Mapping[str, NodeResult | None], runs: Sequence[str]) -> None:
        steps = [self._graph.step(node_id) for node_id in runs]
        for step in steps:
            self.shelf.expect(step.parents)
        for node_id, result in found.items():
            if result is not None:
                self._reuse(node_id, result)
        for step in steps:
            self.wait(step, step.strong_parents)

    def _reuse(self, node_id: str, result: NodeResult) -> None:
        self.shelf.put(node_id, result)
        self._scheduler.done(node_id)
        self._report.cached(node_id, result)

    def _forget(self, lost: Iterable[str]) -> None:
        for node_id in lost:
            self._gone.add(node_id)
            self._leave(self._graph.step(node_id))

    def _leave(self, step: Step) -> None:
        self.shelf.leave(step.parents)
        if self._read_too:
            self.shelf.leave(self._read_too.pop(step.node.id, ()))
