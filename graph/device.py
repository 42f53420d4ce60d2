"""Which device a run uses."""

from __future__ import annotations

from .errors import refuse

DEVICES = ("auto", "cpu", "cuda")


def resolve_device(asked: str) -> str:
    """The torch device for "auto", "cpu" or "cuda"; auto is the GPU where there is one.

    Raises:
        InvalidWorkflow: CUDA was asked for and is not there, or the name is none of the three.
    """
    if asked not in DEVICES:
        raise refuse("invalid_device", f"there is no device {asked!r}", "valid are " + ", ".join(DEVICES))
    if asked == "cpu":
        return "cpu"
    import torch

    if torch.cuda.is_available():
        return "cuda"
    if asked == "cuda":
        raise refuse("invalid_device", "torch finds no CUDA device here", "valid are auto, cpu")
    return "cpu"
