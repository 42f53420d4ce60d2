"""Noise in which every sample has a stream of its own.

Sample i of seed s draws the same numbers whatever the batch it stands in and whatever the device the
model runs on: the numbers are drawn on the CPU, by a generator seeded from (s, i).
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterator, Sequence
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
        self._draws: Iterator[Tensor] = iter(())  # each (streams, *shape)
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
        if like.shape != self._shape:
            self._shape = self._checked(like.shape)
        noise = next(self._draws, None)
        if noise is None:
            self._draws = self._draw(like.shape[1:])
            noise = next(self._draws)
        return (noise if self._each_once else noise[self._places]).to(like)

    def _checked(self, shape: torch.Size) -> torch.Size:
        if shape[0] != len(self._order):
            raise ValueError(f"noise for {len(self._order)} samples was asked to fill a batch of {shape[0]}")
        if self._shape is not None:
            raise ValueError(f"noise of shape {tuple(self._shape[1:])} was asked for {tuple(shape[1:])}")
        return shape

    def _draw(self, shape: torch.Size) -> Iterator[Tensor]:
        draws = max(1, NUMBERS_AT_ONCE // max(1, math.prod(shape)))
        block = torch.empty(len(self._generators), draws, *shape)
        for place, generator in enumerate(self._generators.values()):
            block[place].normal_(generator=generator)
        return iter(block.unbind(dim=1))


class OneStream:
    """The noise of one generator for the whole batch, as diffusers and ComfyUI draw it: a sample's noise is
    another one in another batch.

    Args:
        generator: on the CPU; it is drawn from.
        copies: how many parts of equal noise the batch has.
    """

    def __init__(self, generator: torch.Generator, copies: int = 1) -> None:
        self.generator = generator
        self._copies = copies

    def __call__(self, like: Tensor) -> Tensor:
        """The next noise of the batch.

        Raises:
            ValueError: a batch that cannot be divided into that many copies.
        """
        count, rest = divmod(len(like), self._copies)
        if rest:
            raise ValueError(f"a batch of {len(like)} cannot be {self._copies} copies of another")
        noise = torch.randn((count, *like.shape[1:]), generator=self.generator).to(like)
        return noise if self._copies == 1 else noise.repeat(self._copies, *[1] * (like.ndim - 1))


def stream(seed: int, index: int, purpose: str = "noise") -> torch.Generator:
    """The CPU generator of one sample: seeded by a hash, so that neighbouring seeds share nothing."""
    digest = hashlib.blake2b(f"{purpose}:{seed}:{index}".encode(), digest_size=8).digest()
    return torch.Generator().manual_seed(int.from_bytes(digest, "little") >> 1)
