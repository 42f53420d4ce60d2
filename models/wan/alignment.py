"""Where the weights of a network begin in memory."""

from __future__ import annotations

import torch

ALIGNMENT = 64  # bytes


def align(network: torch.nn.Module) -> None:
    """Let every weight begin where any tensor may begin, not where its file has it: on a CPU the last bits of
    a sum depend on it."""
    for parameter in network.parameters():
        if parameter.data_ptr() % ALIGNMENT:
            parameter.data = parameter.data.clone()
