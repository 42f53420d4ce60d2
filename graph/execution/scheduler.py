"""Which node can run next. Nodes, and further parents of a waiting node, may be added while others run."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Sequence


class Scheduler:
    """A queue of the nodes whose parents are done; of several, the one added first comes first.

    It knows ids and nothing else: not what a node is, nor where values lie.
    """

    def __init__(self) -> None:
        self._rank: dict[str, int] = {}
        self._missing: dict[str, int] = {}
        # Most nodes have one child: a list for each would keep the garbage collector busy.
        self._children: dict[str, str | list[str]] = {}
        self._done: set[str] = set()
        self._ready: list[tuple[bool, int, str]] = []
        self._urgent: set[str] = set()

    def __len__(self) -> int:
        """How many nodes are not done, running ones included."""
        return len(self._missing)

    def __contains__(self, node_id: str) -> bool:
        """Whether a node waits or runs."""
        return node_id in self._missing

    def add(self, node_id: str, parents: Iterable[str] = (), urgent: bool = False) -> None:
        """Add a node that waits for those of its parents that are not done; they may be added later.

        A node that was handed out by `next` and needs more parents after all is added again. An urgent
        node comes before others that could run.
        """
        rank = self._rank.setdefault(node_id, len(self._rank))
        self._done.discard(node_id)
        waits = [parent for parent in dict.fromkeys(parents) if parent not in self._done]
        self._missing[node_id] = len(waits)
        if urgent:
            self._urgent.add(node_id)
        for parent in waits:
            children = self._children.setdefault(parent, node_id)
            if isinstance(children, list):
                children.append(node_id)
            elif children != node_id:
                self._children[parent] = [children, node_id]
        if not waits:
            heapq.heappush(self._ready, (not urgent, rank, node_id))

    def next(self) -> str | None:
        """Hand out a node that can run, or None if none can now."""
        while self._ready:
            _, _, node_id = heapq.heappop(self._ready)
            if node_id in self._missing:
                return node_id
        return None

    def done(self, node_id: str) -> None:
        """Mark a node as done, added or not, which may make others ready."""
        self._missing.pop(node_id, None)
        self._done.add(node_id)
        for child in self._take_children(node_id):
            if child in self._missing:
                self._missing[child] -= 1
                if not self._missing[child]:
                    heapq.heappush(self._ready, (child not in self._urgent, self._rank[child], child))

    def fail(self, node_id: str) -> list[str]:
        """Take out a node and everything that waits for it; the latter are returned, in order."""
        lost = {node_id: None}
        waiting = [node_id]
        while waiting:
            current = waiting.pop()
            self._missing.pop(current, None)
            for child in self._take_children(current):
                if child not in lost and child in self._missing:
                    lost[child] = None
                    waiting.append(child)
        del lost[node_id]
        return sorted(lost, key=self._rank.__getitem__)

    def circle(self) -> list[str]:
        """Nodes that wait for each other in a circle, if no node can run and none is running."""
        parent_of = {child: parent for parent in self._children for child in self._children_of(parent)}
        path: dict[str, None] = {}
        node_id: str | None = next(iter(self._missing), None)
        while node_id is not None and node_id not in path:
            path[node_id] = None
            node_id = parent_of.get(node_id)
        found = list(path)
        return found[found.index(node_id) :] if node_id is not None else found

    def _take_children(self, parent: str) -> Sequence[str]:
        children = self._children_of(parent)
        self._children.pop(parent, None)
        return children

    def _children_of(self, parent: str) -> Sequence[str]:
        children = self._children.get(parent, ())
        return (children,) if isinstance(children, str) else children
