"""Networks of transformers and diffusers from a folder: safetensors only, whole, and never fetched."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
from torch import nn

MISSING_NAMED = 3


def read_network(kind: Any, folder: Path, what: str, dtype: torch.dtype, device: str) -> Any:
    """A network of the class `kind` from its folder, ready to be asked.

    Raises:
        ValueError: the folder holds no such network, or not all of it; the text names the folder.
    """
    how = {} if kind.__module__.startswith("transformers") else {"low_cpu_mem_usage": False}
    try:
        # diffusers draws first weights, from the global generator.
        with torch.random.fork_rng(devices=[]):
            network, found = kind.from_pretrained(
                str(folder),
                local_files_only=True,
                use_safetensors=True,
                output_loading_info=True,
                dtype=dtype,
                **how,
            )
    except Exception as error:  # whatever the library stumbles over, the files are at fault
        raise ValueError(f"{_place(folder)} is no {what} that can be read: {_first_line(error)}") from error
    lacking = sorted([*found["missing_keys"], *(str(each[0]) for each in found["mismatched_keys"])])
    if lacking:
        named = ", ".join(lacking[:MISSING_NAMED])
        raise ValueError(
            f"{_place(folder)} is no whole {what}: {len(lacking)} of its tensors are missing or of another "
            f"size, {named} among them. Copy its files again, all of them"
        )
    # Its parameters go on asking for gradients: torch multiplies by those that do not in another order, and
    # the last bits would not be the pipeline's.
    ready: nn.Module = network.to(device).eval()
    return ready


def _place(folder: Path) -> str:
    return f"{folder.parent.name}/{folder.name}"


def _first_line(error: Exception) -> str:
    lines = str(error).strip().splitlines()
    return lines[0] if lines else type(error).__name__
