"""Which node can run next. Nodes, and further parents of a waiting node, may be added while others run."""

from __future__ import annotations

import heapq
from collections.abc import Iterable


class Scheduler:
    """A queue of the nodes whose parents are done; of several, the one added first comes first.

    It knows ids and nothing else: not what a node is, nor where values lie.
    """

    def __init__(self) -> None:
        self._rank: dict[str, int] = {}
        self._missing: dict[str, int] = {}
        self._children: dict[str, list[str]] = {}
        self._ready: list[tuple[int, str]] = []

    def __len__(self) -> int:
        """How many nodes are not done, running ones included."""
        return len(self._missing)

    def add(self, node_id: str, parents: Iterable[str] = ()) -> None:
        """Add a node that waits for its parents. A parent that is unknown, or done, is not waited for.

        A node that was handed out by `next` and needs more parents after all is added again.
        """
        rank = self._rank.setdefault(node_id, len(self._rank))
        waits = [parent for parent in dict.fromkeys(parents) if parent in self._missing]
        self._missing[node_id] = len(waits)
        for parent in waits:
            self._children.setdefault(parent, []).append(node_id)
        if not waits:
            heapq.heappush(self._ready, (rank, node_id))

    def next(self) -> str | None:
        """Hand out a node that can run, or None if none can now."""
        while self._ready:
            _, node_id = heapq.heappop(self._ready)
            if node_id in self._missing:
                return node_id
        return None

    def done(self, node_id: str) -> None:
        """Mark a node as done, which may make others ready."""
        del self._missing[node_id]
        for child in self._children.pop(node_id, ()):
            if child in self._missing:
                self._missing[child] -= 1
                if not self._missing[child]:
                    heapq.heappush(self._ready, (self._rank[child], child))

    def fail(self, node_id: str) -> list[str]:
        """Take out a node and everything that waits for it; the latter are returned, in order."""
        lost = {node_id: None}
        waiting = [node_id]
        while waiting:
            current = waiting.pop()
            self._missing.pop(current, None)
            for child in self._children.pop(current, ()):
                if child not in lost:
                    lost[child] = None
                    waiting.append(child)
        del lost[node_id]
        return sorted(lost, key=self._rank.__getitem__)
