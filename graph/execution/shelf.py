"""The values of a run: each lies there until the last node that needs it has read it."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from ..cache import NodeResult


class Shelf:
    """Results by node id, dropped when nobody is going to read them any more.

    With `keeps_all` they stay: for graphs in which nobody can say who will read them; those of `lasting`
    stay in any graph.
    """

    def __init__(self, keeps_all: bool = False, lasting: Collection[str] = ()) -> None:
        self._keeps_all = keeps_all
        self._lasting = lasting
        self._results: dict[str, NodeResult] = {}
        self._readers: dict[str, int] = {}

    def __len__(self) -> int:
        return len(self._results)

    def __contains__(self, node_id: str) -> bool:
        return node_id in self._results

    def items(self) -> Iterable[tuple[str, NodeResult]]:
        """Every node whose result lies here, and the result."""
        return self._results.items()

    def expect(self, parents: Iterable[str]) -> None:
        """Announce one more reader of each of these nodes; call it before they are put."""
        for parent in parents:
            self._readers[parent] = self._readers.get(parent, 0) + 1

    def put(self, node_id: str, result: NodeResult) -> None:
        """Lay down a result, unless nobody waits for it."""
        if self._keeps_all or node_id in self._readers or node_id in self._lasting:
            self._results[node_id] = result

    def values(self, node_id: str, output: int) -> list[Any]:
        """The list of values of one output.

        Raises:
            ValueError: the node gave fewer values than that.
        """
        outputs = self._results[node_id].outputs
        if output >= len(outputs):
            raise ValueError(f"node {node_id} gave {len(outputs)} values, so none for its output {output}")
        return outputs[output]

    def leave(self, parents: Iterable[str]) -> None:
        """A reader of these nodes is done, or will never read: what it was the last to need goes."""
        for parent in parents:
            self._readers[parent] -= 1
            if not self._readers[parent]:
                del self._readers[parent]
                if not self._keeps_all and parent not in self._lasting:
                    self._results.pop(parent, None)
