"""The field of a network of diffusers: told by named tensors, and the time in the network's own unit."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

import torch
from torch import Tensor

from ..diffusion.batch import shared_out
from ..diffusion.field import Field
from ..diffusion.prediction import Estimate, Prediction, to_estimate
from ..diffusion.schedule import Level

Told = Mapping[str, Tensor]  # each (L, …): what L prompts say, by the name the network knows it by


class TimedNetwork(Protocol):
    """A network over latents x (B, *shape) as a field sees it; it computes in its own dtype."""

    def timestep(self, level: Level) -> float:
        """The level in the network's own unit of time."""
        ...

    def __call__(self, x: Tensor, timestep: float | Tensor, told: Told) -> Tensor:
        """The prediction (B, *shape), in the dtype that the network computes in; told is (B, …) each."""
        ...


@dataclass(frozen=True, eq=False)
class NetworkField:
    """What a network says, told something. Joined with another of the same network it is one batch.

    Attributes:
        network: what predicts.
        prediction: what its output means.
        told: what it is told, each (L, …), shared out over the batch.
    """

    network: TimedNetwork
    prediction: Prediction
    told: Told
    _spread: _Last = field(default_factory=lambda: _Last(), init=False, repr=False)
    _joined: _Last = field(default_factory=lambda: _Last(), init=False, repr=False)

    def __call__(self, x: Tensor, level: Level) -> Estimate:
        """The network's estimate at x, (B, *shape), in x's dtype."""
        said = self.output(x, self.network.timestep(level))
        if said.shape != x.shape:
            said = said[:, : x.shape[1]]  # without a learned variance
        return to_estimate(self.prediction, said.to(x), x, level)

    @torch.no_grad()
    def output(self, x: Tensor, timestep: float | Tensor) -> Tensor:
        """What the network itself says at a time in its own unit, (B, *shape)."""
        batch = x.shape[0]
        told = self._spread.of((batch,), lambda: spread(self.told, batch))
        return self.network(x, timestep, told)

    def together(self, other: Field, x: Tensor, level: Level) -> tuple[Estimate, Estimate] | None:
        """Both estimates in one pass; None if the other is not of this network or is told things of another
        size."""
        if not isinstance(other, NetworkField):
            return None
        beside = self.beside(other, x.shape[0])
        if beside is None:
            return None
        estimate = beside(torch.cat([x, x]), level)
        (x0, other_x0), (epsilon, other_epsilon) = estimate.x0.chunk(2), estimate.epsilon.chunk(2)
        return Estimate(x0, epsilon), Estimate(other_x0, other_epsilon)

    def beside(self, other: NetworkField, batch: int) -> NetworkField | None:
        """The field of a batch of twice the size, its first half told what this one is; None if the other is
        not of this network or is told things of another size. As long as the same is asked for, it is
        the same field and tells the same tensors: a network may remember what it made of them."""
        if other.network is not self.network or other.prediction != self.prediction:
            return None

        def make() -> NetworkField | None:
            told = joined(self.told, other.told, batch)
            return None if told is None else NetworkField(self.network, self.prediction, told)

        made: NetworkField | None = self._joined.of((other, batch), make)
        return made


class _Last:
    """The last thing that was made, for as long as the same is asked for."""

    def __init__(self) -> None:
        self._kept: tuple[tuple[Any, ...], Any] | None = None

    def of(self, key: tuple[Any, ...], make: Callable[[], Any]) -> Any:
        """What `make` made for this key; fields are the same if they are one."""
        kept = self._kept
        if kept is None or kept[0] != key:
            kept = (key, make())
            self._kept = kept
        return kept[1]


def spread(told: Told, batch: int) -> Told:
    """What a batch is told: L prompts shared out over its samples."""
    return {
        name: value if len(value) == batch else shared_out(value, batch, "prompts")
        for name, value in told.items()
    }


def joined(first: Told, second: Told, batch: int) -> Told | None:
    """What a batch of twice the size is told, its first half the one; None where they cannot be stacked."""
    if first.keys() != second.keys():
        return None
    if any(first[name].shape[1:] != second[name].shape[1:] for name in first):
        return None
    one, other = spread(first, batch), spread(second, batch)
    return {name: torch.cat([value, other[name].to(value)]) for name, value in one.items()}
