"""Weights that nobody trained, drawn by name: the same seed gives the same bytes."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import torch
from torch import nn

from ...diffusion.noise import stream

Network = TypeVar("Network", bound=nn.Module)


def drawn(build: Callable[[], Network], seed: int, name: str) -> Network:
    """A network with every weight drawn by its own name, so that no part of it says nothing."""
    with torch.random.fork_rng(devices=[]):
        network = build()
    for parameter_name, parameter in network.named_parameters():
        _fill(parameter, stream(seed, 0, f"{name}.{parameter_name}"))
    return network.eval()


def _fill(parameter: nn.Parameter, generator: torch.Generator) -> None:
    """Weights that keep the size of what goes through them; gains near 1."""
    numbers = torch.randn(parameter.shape, generator=generator)
    if parameter.ndim > 1 and parameter[0].numel() > 1:
        parameter.data = numbers / parameter[0].numel() ** 0.5
    else:
        parameter.data = (1 if bool((parameter == 1).all()) else 0) + 0.1 * numbers
