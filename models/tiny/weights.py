"""Random weights for networks of diffusers and transformers, written as those write them.

The networks are only built on paper, and each tensor is drawn by a generator of its own name: nothing depends
on the order in which they were made, and no global generator is touched.
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save_file
from torch import Tensor, nn

from ...diffusion.noise import stream

# Norms keep the scale, so that what goes in is heard at the end; the rest is as wide as its inputs ask for.
_NORM_SPREAD, _SHIFT_SPREAD = 0.1, 0.02


def write_network(folder: Path, kind: Any, seed: int, **config: Any) -> None:
    """A network of diffusers with random weights, in a folder of its own."""
    with torch.device("meta"):
        network = kind(**config)
    network.save_config(folder)
    save_file(drawn(network, seed), folder / "diffusion_pytorch_model.safetensors", {"format": "pt"})


def write_encoder(folder: Path, kind: Any, config: Any, seed: int) -> None:
    """A network of transformers with random weights, in a folder of its own."""
    with torch.device("meta"):
        encoder = kind(config)
    config.architectures = [kind.__name__]
    config.save_pretrained(folder)
    save_file(drawn(encoder, seed), folder / "model.safetensors", {"format": "pt"})


def drawn(network: nn.Module, seed: int) -> dict[str, Tensor]:
    """Random values for every tensor of a network's state, by name."""
    norms = {f"{name}.weight" for name, part in network.named_modules() if "Norm" in type(part).__name__}
    return {name: _drawn(name, tensor, name in norms, seed) for name, tensor in network.state_dict().items()}


def _drawn(name: str, like: Tensor, is_norm: bool, seed: int) -> Tensor:
    if not like.is_floating_point():
        return torch.arange(like.numel(), dtype=like.dtype).view(like.shape)
    noise = torch.randn(like.shape, generator=stream(seed, 0, name))
    if is_norm:
        return 1 + _NORM_SPREAD * noise
    if like.ndim < 2:
        return _SHIFT_SPREAD * noise
    is_table = "embedding" in name and like.ndim == 2 and "linear" not in name
    return noise if is_table else noise / math.sqrt(math.prod(like.shape[1:]))
