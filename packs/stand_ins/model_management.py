"""Stands for `comfy.model_management`: the device, and the wish to stop. It has no models."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...graph.context import Interrupted
from ...graph.current import CURRENT
from ...graph.device import resolve_device

if TYPE_CHECKING:
    import torch


def get_torch_device() -> torch.device:
    """The device that the run computes on."""
    import torch

    call = CURRENT.get()
    return torch.device(resolve_device("auto") if call is None else call.context.device)


def intermediate_device() -> torch.device:
    """Where values lie between nodes."""
    import torch

    return torch.device("cpu")


def unet_offload_device() -> torch.device:
    """Where a pack's own model may wait until it is needed."""
    return intermediate_device()


def processing_interrupted() -> bool:
    """Whether somebody asked the run to stop."""
    call = CURRENT.get()
    return call is not None and call.context.is_stopping


def throw_exception_if_processing_interrupted() -> None:
    """End the node if somebody asked the run to stop.

    Raises:
        Interrupted: somebody did.
    """
    if processing_interrupted():
        raise Interrupted


def soft_empty_cache(force: bool = False) -> None:
    """Give back the memory that torch holds on the GPU without using it."""
    import torch

    # It does nothing before the GPU was used.
    torch.cuda.empty_cache()


def unload_all_models() -> None:
    """Nothing: no model was loaded through this module."""
