"""Which results hold how much memory on which device, each storage counted once however many share it."""

from __future__ import annotations

from collections import Counter, OrderedDict

from ..signature import Signature
from .storages import Storage, Storages

MAIN_MEMORY = "cpu"


class Ledger:
    """Bytes by device, and the results that hold them in the order in which they were used."""

    def __init__(self) -> None:
        self._held: OrderedDict[Signature, Storages] = OrderedDict()  # what was used longest ago comes first
        self._holders: Counter[Storage] = Counter()
        self._bytes: Counter[str] = Counter()

    def bytes_on(self, device: str) -> int:
        """How much is held on a device."""
        return self._bytes[device]

    def devices(self) -> list[str]:
        """Where results lie, main memory left out."""
        return [device for device, size in self._bytes.items() if size and device != MAIN_MEMORY]

    def held_by(self, signature: Signature) -> Storages:
        """What a result holds."""
        return self._held.get(signature, frozenset())

    def lies_on(self, signature: Signature, device: str) -> bool:
        """Whether a result holds something on a device."""
        return any(storage.device == device for storage in self.held_by(signature))

    def oldest_on(self, device: str) -> Signature | None:
        """The result on a device that was used longest ago."""
        return next((signature for signature in self._held if self.lies_on(signature, device)), None)

    def sharing(self, signature: Signature) -> list[Signature]:
        """The results that hold some storage together with this one, itself included."""
        own = self.held_by(signature)
        return [other for other, held in self._held.items() if not own.isdisjoint(held)]

    def touch(self, signature: Signature) -> None:
        """A result was used now."""
        if signature in self._held:
            self._held.move_to_end(signature)

    def enter(self, signature: Signature, held: Storages) -> None:
        """Say what a result holds now; one that was entered before keeps its place in the order."""
        self._count(self.held_by(signature), -1)
        self._count(held, 1)
        self._held[signature] = held

    def remove(self, signature: Signature) -> None:
        """Strike out a result, if it is there."""
        self._count(self._held.pop(signature, frozenset()), -1)

    def _count(self, held: Storages, change: int) -> None:
        for storage in held:
            before = self._holders[storage]
            after = self._holders[storage] = before + change
            if not before or not after:
                self._bytes[storage.device] += change * storage.size
            if not after:
                del self._holders[storage]
