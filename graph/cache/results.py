"""What a node gave, and what an executor asks of the place where results are kept."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple, Protocol

from ..signature import Signature

Outputs = tuple[list[Any], ...]
Ui = Mapping[str, list[Any]]


class NodeResult(NamedTuple):
    """What one node gave: per output the list of its values, and what it showed."""

    outputs: Outputs
    ui: Ui


class Cache(Protocol):
    """Where an executor looks before it runs a node."""

    def get(self, signature: Signature) -> NodeResult | None:
        """The result under that signature, or None."""

    def put(self, signature: Signature, result: NodeResult, keep: bool = False) -> None:
        """Take a result, or decline to; `keep` says that it is worth keeping for later processes."""

    def __contains__(self, signature: Signature) -> bool: ...

    def rest(self) -> None:
        """A run is over: nothing that was given or taken so far is being worked with any more."""

    def free(self) -> None:
        """Let go of all that is held in memory: something needs it more."""
