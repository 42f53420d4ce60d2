"""An array from which examples are drawn: mapped into memory for the CPU, whole on a GPU."""

from __future__ import annotations

import numpy
import torch
from torch import Tensor

from .arrays import Array


class Rows:
    """The rows of an array, as tensors on a device."""

    def __init__(self, array: Array, device: str) -> None:
        self._array, self.shape = array, array.shape
        # A copy: what is mapped into memory is read-only, which a tensor cannot be.
        self._whole = None if device == "cpu" else torch.from_numpy(numpy.array(array)).to(device)

    def __len__(self) -> int:
        return len(self._array)

    def __getitem__(self, chosen: Tensor | tuple[Tensor, Tensor]) -> Tensor:
        """The rows of these indices, or of pairs of indices."""
        if self._whole is not None:
            return self._whole[chosen]
        where = tuple(each.numpy() for each in (chosen if isinstance(chosen, tuple) else (chosen,)))
        return torch.from_numpy(self._array[where])


def drawn(limit: int, count: int, generator: torch.Generator) -> Tensor:
    """Whole numbers (count,) below a limit, on the generator's device."""
    return torch.randint(limit, (count,), generator=generator, device=generator.device)
