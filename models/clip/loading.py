"""Networks of transformers and diffusers from a folder: safetensors only, whole, and never fetched."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
from torch import nn

PRECISIONS = {"float32": torch.float32, "bfloat16": torch.bfloat16, "float16": torch.float16}
MISSING_NAMED = 3


def dtype_of(precision: str, device: str) -> torch.dtype:
    """What a network computes in: "auto" is single precision on a CPU, and half of it elsewhere.

    Raises:
        ValueError: an unknown precision.
    """
    if precision == "auto":
        return torch.float32 if torch.device(device).type == "cpu" else torch.float16
    if precision not in PRECISIONS:
        raise ValueError(f"there is no precision {precision!r}: choose auto, {', '.join(PRECISIONS)}")
    return PRECISIONS[precision]


def read_network(kind: Any, folder: Path, what: str, dtype: torch.dtype, device: str) -> Any:
    """A network of the class `kind` from its folder, ready to be asked.

    Raises:
        ValueError: the folder holds no such network, or not all of it; the text names the folder.
    """
    try:
        network, found = kind.from_pretrained(
            str(folder), local_files_only=True, use_safetensors=True, output_loading_info=True, dtype=dtype
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
    ready: nn.Module = network.to(device).requires_grad_(False).eval()
    return ready


def _place(folder: Path) -> str:
    return f"{folder.parent.name}/{folder.name}"


def _first_line(error: Exception) -> str:
    lines = str(error).strip().splitlines()
    return lines[0] if lines else type(error).__name__
