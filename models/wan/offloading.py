"""Which parts of a model wait in the computer's memory because the device's is too small for all of them."""

from __future__ import annotations

import importlib.util
from collections.abc import Mapping, Sequence
from typing import Any

import torch
from torch import nn

# Of the device's free memory, for what is computed on the way.
LEFT_FREE = 0.3


def size_of(network: nn.Module) -> int:
    """Bytes of a network's weights."""
    return sum(each.numel() * each.element_size() for each in (*network.parameters(), *network.buffers()))


def waiting(sizes: Mapping[str, int], free: int, order: Sequence[str]) -> list[str]:
    """Which parts wait, so that the others fit.

    Args:
        sizes: of the parts, in bytes.
        free: bytes of the device.
        order: the parts that may wait, the one that is missed least first.
    """
    room, found = free * (1 - LEFT_FREE), []
    for name in order:
        if sum(size for part, size in sizes.items() if part not in found) <= room:
            break
        found.append(name)
    return found


def place(
    parts: Mapping[str, nn.Module], device: str, order: Sequence[str], free: int | None = None
) -> list[str]:
    """Bring the parts to a device; those that do not fit come group by group when they are needed.

    Args:
        parts: the networks of a model by name.
        device: where they compute.
        order: as in `waiting`.
        free: bytes of the device; by default what it says.

    Returns:
        The names of the parts that wait.
    """
    found = []
    if free is None and torch.device(device).type == "cuda":
        free = torch.cuda.mem_get_info(device)[0]
    if free is not None:
        found = waiting({name: size_of(part) for name, part in parts.items()}, free, order)
    for name, part in parts.items():
        if name in found:
            offload(part, device)
        else:
            part.to(device)
    return found


def offload(network: Any, device: str) -> None:
    """Keep a network in the computer's memory; each block of it comes to the device for its own turn, and the
    next one meanwhile, where the device can do both (diffusers' group offloading)."""
    from diffusers.hooks.group_offloading import apply_group_offloading

    if importlib.util.find_spec("accelerate") is None:
        raise ValueError(
            "this model is larger than the device's memory, and keeping parts of it in the computer's needs "
            "the library accelerate, which is not installed"
        )
    apply_group_offloading(
        network,
        onload_device=torch.device(device),
        offload_device=torch.device("cpu"),
        offload_type="block_level",
        num_blocks_per_group=1,
        use_stream=torch.device(device).type == "cuda",
    )
