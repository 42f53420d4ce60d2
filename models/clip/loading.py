"""The networks of CLIPs and unCLIPs from what was opened."""

from __future__ import annotations

from typing import Any

import torch

from ..checkpoints.checkpoint import Checkpoint


def read_network(opened: Checkpoint, name: str, dtype: torch.dtype, device: str) -> Any:
    """A network of a model, ready to be asked.

    Raises:
        ValueError: its weights are not those that its configuration asks for; the text names them.
    """
    # Its parameters ask for gradients, as a pipeline's do: torch multiplies by those that do not in another
    # order, and the last bits would not be the pipeline's.
    return opened.module(name, dtype, device).requires_grad_()
