"""In which type the large models compute."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import torch

PRECISIONS = ("auto", "float32", "bfloat16", "float16")
MODES = ("optimised", "matched")
OPTIMISED, MATCHED = MODES


def dtype_of(precision: str, device: str) -> torch.dtype:
    """The type of a precision; `auto` is single precision on a CPU, else half precision of the kind that the
    device is made for.

    Raises:
        ValueError: an unknown precision.
    """
    import torch

    if precision not in PRECISIONS:
        raise ValueError(f"unknown precision {precision!r}: choose one of {', '.join(PRECISIONS)}")
    if precision != "auto":
        chosen: torch.dtype = getattr(torch, precision)
        return chosen
    if torch.device(device).type == "cpu":
        return torch.float32
    is_made_for_it = torch.device(device).type == "cuda" and torch.cuda.is_bf16_supported(
        including_emulation=False
    )
    return torch.bfloat16 if is_made_for_it else torch.float16


def check_mode(mode: str) -> None:
    """Check the name of a mode.

    Raises:
        ValueError: it is none.
    """
    if mode not in MODES:
        raise ValueError(f"unknown mode {mode!r}: choose one of {', '.join(MODES)}")
