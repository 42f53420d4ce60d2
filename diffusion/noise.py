"""Noise in which every sample has a stream of its own.

Sample i of seed s draws the same numbers whatever the batch it stands in and whatever the device the
model runs on: the numbers are drawn on the CPU, by a generator seeded from (s, i).
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Sequence
from typing import Protocol

import torch
from torch import Tensor

# Small samples draw many steps at once; the number depends on the sample's shape alone, never on the batch.
NUMBERS_AT_ONCE = 1024


class NoiseSource(Protocol):
    """Where a walk gets its noise: one call per step."""

    def __call__(self, like: Tensor) -> Tensor:
        """Unit Gaussian noise of the shape, dtype and device of `like`, (B, *shape)."""
        ...


class NoiseStreams:
    """Independent streams, one per sample.

    Args:
        seed: any whole number.
        samples: the index of each sample of the batch; equal indices draw equal noise.
    """

    def __init__(self, seed: int, samples: Sequence[int]) -> None:
        self._order = list(samples)
        self._generators = {index: stream(seed, index) for index in dict.fromkeys(self._order)}
        self._block: Tensor | None = None  # (streams, draws, *shape)
        self._drawn = 0
        self._shape: torch.Size | None = None
        position = {index: place for place, index in enumerate(self._generators)}
        self._places = torch.tensor([position[index] for index in self._order], dtype=torch.long)
        self._each_once = len(position) == len(self._order)

    def __len__(self) -> int:
        return len(self._order)

    def __call__(self, like: Tensor) -> Tensor:
        """The next noise of each sample.

        Raises:
            ValueError: a batch of another size, or samples of another shape than before.
        """
        if len(like) != len(self._order):
            raise ValueError(f"noise for {len(self._order)} samples was asked to fill a batch of {len(like)}")
        if self._shape is not None and like.shape[1:] != self._shape:
            raise ValueError(f"noise of shape {tuple(self._shape)} was asked for {tuple(like.shape[1:])}")
        self._shape = like.shape[1:]
        if self._block is None or self._drawn == self._block.shape[1]:
            self._block, self._drawn = self._draw(like.shape[1:]), 0
        noise = self._block[:, self._drawn]
        self._drawn += 1
        return (noise if self._each_once else noise[self._places]).to(like)

    def _draw(self, shape: torch.Size) -> Tensor:
        draws = max(1, NUMBERS_AT_ONCE // max(1, math.prod(shape)))
        return torch.stack([torch.randn(draws, *shape, generator=each) for each in self._generators.values()])


def stream(seed: int, index: int, purpose: str = "noise") -> torch.Generator:
    """The CPU generator of one sample: seeded by a hash, so that neighbouring seeds share nothing."""
    digest = hashlib.blake2b(f"{purpose}:{seed}:{index}".encode(), digest_size=8).digest()
    return torch.Generator().manual_seed(int.from_bytes(digest, "little") >> 1)
