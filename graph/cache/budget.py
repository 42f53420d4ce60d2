"""Results within a budget of memory: what was used longest ago makes room."""

from __future__ import annotations

from collections.abc import Callable, MutableMapping
from typing import Any

from ..signature import Signature
from .ledger import MAIN_MEMORY, Ledger
from .results import NodeResult
from .storages import Storage, Storages, models, size_of

Weigh = Callable[[Any], Storages]
Move = tuple[Any, str]  # a model, and the device where it belongs


class Budget:
    """Keeps the results of a cache below so many bytes on each device, main memory being one of them.

    A model that lies idle on another device is moved to main memory before its result is forgotten, and
    comes back when that is asked for. It is idle once the run that used it is over (`rest`): models move in
    place, so that whoever works with one would see it go.

    Args:
        most: bytes on each device.
        results: those of the cache; what makes room is taken out of them.
        weigh: what a value holds.
        overhead: bytes of main memory that a result counts for beside that: many small ones are large.
    """

    def __init__(
        self, most: int, results: MutableMapping[Signature, NodeResult], weigh: Weigh, overhead: int
    ) -> None:
        self._most = most
        self._overhead = overhead
        self._results = results
        self._weigh = weigh
        self._ledger = Ledger()
        # Memory, not results: what is being worked with may have been forgotten here, and be shared.
        self._busy: set[Storage] = set()
        self._moved: dict[Signature, list[Move]] = {}

    def bytes_on(self, device: str) -> int:
        """How much the results hold on a device."""
        return self._ledger.bytes_on(device)

    def take(self, signature: Signature) -> None:
        """A result came in: weigh it, and let others go where there is too much now."""
        self._moved.pop(signature, None)
        self._reweigh([signature])
        self._note_use(signature)
        self._make_room()

    def use(self, signature: Signature) -> bool:
        """A result is asked for: bring its models back. False, if they cannot come and it is gone now."""
        self._note_use(signature)
        moves = self._moved.pop(signature, None)
        if moves is None:
            return True
        is_back = self._bring_back(signature, moves)
        self._make_room()
        return is_back and signature in self._results

    def strike(self, signature: Signature) -> None:
        """A result is gone."""
        self._ledger.remove(signature)
        self._moved.pop(signature, None)

    def rest(self) -> None:
        """A run is over: its models are idle from now on."""
        self._busy.clear()

    def _note_use(self, signature: Signature) -> None:
        self._busy |= self._ledger.held_by(signature)
        self._ledger.touch(signature)

    def _make_room(self) -> None:
        # Main memory last: what leaves the others comes there.
        for device in [*self._ledger.devices(), MAIN_MEMORY]:
            self._make_room_on(device)

    def _make_room_on(self, device: str, extra: int = 0) -> None:
        """Let go of what was used longest ago, until so much more would fit."""
        while self._ledger.bytes_on(device) > self._most - extra:
            oldest = self._ledger.oldest_on(device)
            if oldest is None:
                return
            if device == MAIN_MEMORY or not self._move_away(oldest, device):
                self._forget(oldest)

    def _move_away(self, signature: Signature, device: str) -> bool:
        """Move a result's models off a device; False if one is in use, or something stays there."""
        if any(
            storage in self._busy for storage in self._ledger.held_by(signature) if storage.device == device
        ):
            return False
        together = self._ledger.sharing(signature)
        models_of = {each: self._models_on(each, device) for each in together}
        for model in models_of[signature]:
            model.to(MAIN_MEMORY)
        for each, own in models_of.items():
            gone = [(model, device) for model in own if not self._is_on(model, device)]
            self._moved.setdefault(each, []).extend(gone)
        self._reweigh(together)
        return not self._ledger.lies_on(signature, device)

    def _bring_back(self, signature: Signature, moves: list[Move]) -> bool:
        together = self._ledger.sharing(signature)
        for model, device in moves:
            try:
                self._make_room_on(device, size_of(self._weigh(model)))
                model.to(device)
            except RuntimeError:
                # The device is full of other things. The model may be half here and half there.
                for each in together:
                    self._forget(each)
                return False
        self._reweigh([each for each in together if each in self._results])
        self._note_use(signature)
        return True

    def _models_on(self, signature: Signature, device: str) -> list[Any]:
        return [model for model in models(self._results[signature]) if self._is_on(model, device)]

    def _is_on(self, model: Any, device: str) -> bool:
        return {storage.device for storage in self._weigh(model)} == {device}

    def _reweigh(self, signatures: list[Signature]) -> None:
        for signature in signatures:
            result = self._results[signature]
            itself = Storage(MAIN_MEMORY, id(result), self._overhead)
            self._ledger.enter(signature, self._weigh(result) | {itself})

    def _forget(self, signature: Signature) -> None:
        self._results.pop(signature, None)
        self.strike(signature)
