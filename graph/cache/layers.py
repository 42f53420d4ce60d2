"""One cache before another: memory before disk."""

from __future__ import annotations

from ..signature import Signature
from .disk import DiskCache
from .memory import MemoryCache
from .results import NodeResult


class LayeredCache:
    """Looks in memory, then on disk; what is found there stays in memory, what comes in goes to both."""

    def __init__(self, memory: MemoryCache, disk: DiskCache) -> None:
        self._memory = memory
        self._disk = disk

    def __contains__(self, signature: Signature) -> bool:
        return signature in self._memory or signature in self._disk

    def get(self, signature: Signature) -> NodeResult | None:
        """The result under that signature, or None; it counts as used now."""
        result = self._memory.get(signature)
        if result is None:
            result = self._disk.get(signature)
            if result is not None:
                self._memory.put(signature, result)
        return result

    def put(self, signature: Signature, result: NodeResult, keep: bool = False) -> None:
        """Take a result into memory, and to disk if it is worth it."""
        self._memory.put(signature, result)
        self._disk.put(signature, result, keep)

    def drop(self, signature: Signature) -> None:
        """Forget one result in memory; on disk it stays."""
        self._memory.drop(signature)

    def rest(self) -> None:
        """A run is over."""
        self._memory.rest()

    def free(self) -> None:
        """Forget what is in memory."""
        self._memory.free()
