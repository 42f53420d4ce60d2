"""Results that are kept between runs, by signature."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from typing import Any, NamedTuple, Protocol

from .signature import Signature

Outputs = tuple[list[Any], ...]
Ui = Mapping[str, list[Any]]


class NodeResult(NamedTuple):
    """What one node gave: per output the list of its values, and what it showed."""

    outputs: Outputs
    ui: Ui


class Cache(Protocol):
    """Where an executor looks before it runs a node. One in memory is here; one on disk would fit too."""

    def get(self, signature: Signature) -> NodeResult | None:
        """The result under that signature, or None."""

    def put(self, signature: Signature, result: NodeResult, keep: bool = False) -> None:
        """Take a result, or decline to; `keep` says that it is worth keeping for later processes."""

    def __contains__(self, signature: Signature) -> bool: ...


class MemoryCache:
    """Keeps the results used last, at most `limit` of them.

    With `only`, results under other signatures are not kept at all: a sweep knows beforehand which
    results more than one of its runs will ask for.
    """

    def __init__(self, limit: int = 100_000, only: frozenset[Signature] | None = None) -> None:
        self._limit = limit
        self._only = only
        self._results: OrderedDict[Signature, NodeResult] = OrderedDict()

    def __contains__(self, signature: Signature) -> bool:
        return signature in self._results

    def __len__(self) -> int:
        return len(self._results)

    def get(self, signature: Signature) -> NodeResult | None:
        """The result under that signature, or None; it counts as used now."""
        result = self._results.get(signature)
        if result is not None:
            self._results.move_to_end(signature)
        return result

    def put(self, signature: Signature, result: NodeResult, keep: bool = False) -> None:
        """Take a result; the one that was used longest ago goes when there are too many."""
        if self._only is not None and signature not in self._only:
            return
        self._results[signature] = result
        self._results.move_to_end(signature)
        while len(self._results) > self._limit:
            self._results.popitem(last=False)

    def drop(self, signature: Signature) -> None:
        """Forget one result, if it is there."""
        self._results.pop(signature, None)
