"""Results in the memory of this process."""

from __future__ import annotations

from collections import OrderedDict

from ..signature import Signature
from .budget import Budget, Weigh
from .results import NodeResult
from .storages import storages

OVERHEAD = 1024  # bytes, about what a result without tensors takes


class MemoryCache:
    """Keeps the results used last, at most `limit` of them.

    With `only`, results under other signatures are not kept at all: a sweep knows beforehand which
    results more than one of its runs will ask for.

    With `max_bytes`, what is kept holds at most so much on each device, main memory being one of them:
    see `budget.Budget`.

    Args:
        limit: the most results.
        only: the signatures that are worth keeping; all by default.
        max_bytes: the most bytes on each device; by default nothing is weighed.
        weigh: what a value holds.
        overhead: bytes that a result counts for beside that.
    """

    def __init__(
        self,
        limit: int = 100_000,
        only: frozenset[Signature] | None = None,
        max_bytes: int | None = None,
        weigh: Weigh = storages,
        overhead: int = OVERHEAD,
    ) -> None:
        self._limit = limit
        self._only = only
        self._results: OrderedDict[Signature, NodeResult] = OrderedDict()
        self._budget = None if max_bytes is None else Budget(max_bytes, self._results, weigh, overhead)

    def __contains__(self, signature: Signature) -> bool:
        return signature in self._results

    def __len__(self) -> int:
        return len(self._results)

    def bytes_on(self, device: str) -> int:
        """How much the results hold on a device; 0 where they are not weighed."""
        return 0 if self._budget is None else self._budget.bytes_on(device)

    def get(self, signature: Signature) -> NodeResult | None:
        """The result under that signature, or None; it counts as used now."""
        result = self._results.get(signature)
        if result is None:
            return None
        self._results.move_to_end(signature)
        if self._budget is not None and not self._budget.use(signature):
            return None
        return result

    def put(self, signature: Signature, result: NodeResult, keep: bool = False) -> None:
        """Take a result; those that were used longest ago go when there are too many, or they too large."""
        if self._only is not None and signature not in self._only:
            return
        self._results[signature] = result
        self._results.move_to_end(signature)
        while len(self._results) > self._limit:
            self.drop(next(iter(self._results)))
        if self._budget is not None:
            self._budget.take(signature)

    def drop(self, signature: Signature) -> None:
        """Forget one result, if it is there."""
        self._results.pop(signature, None)
        if self._budget is not None:
            self._budget.strike(signature)

    def rest(self) -> None:
        """A run is over: its models are idle from now on."""
        if self._budget is not None:
            self._budget.rest()

    def free(self) -> None:
        """Forget everything."""
        for signature in list(self._results):
            self.drop(signature)
