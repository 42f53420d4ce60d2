"""How the pipeline that a model was published with walks: told as values, so that others can repeat it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

Guide = Callable[[Tensor, Tensor, "float | Tensor"], Tensor]
StepArguments = Callable[[Sequence[Tensor], int], Mapping[str, Any]]


def from_unconditional(unconditional: Tensor, conditional: Tensor, scale: float | Tensor) -> Tensor:
    """Guidance between what a network itself says, each (B, *shape)."""
    return unconditional + scale * (conditional - unconditional)


def nothing_more(timesteps: Sequence[Tensor], index: int) -> Mapping[str, Any]:
    """No further arguments for a scheduler's step."""
    return {}


@dataclass(frozen=True, eq=False)
class Reference:
    """A published model's own way to be walked. What differs between families stands here.

    Attributes:
        scheduler: the config of its scheduler, as diffusers knows it, with "_class_name".
        matched: whether walks repeat the pipeline's to the bit; else only the scheduler is taken from it.
        dtype: of the samples between the steps of a matched walk; the first noise is drawn in it.
        together: whether a matched walk asks for both parts of guidance in one batch, the unconditional one
            first; otherwise it asks for the conditional one, and then for the other.
        guide: what is stepped with, of what the network says without and with the condition.
        step_arguments: what the scheduler's step is given beside eta and the generator, of all timesteps and
            the place of this one.
        begins_at_first: whether the scheduler is told that it begins at its first timestep.
        from_pictures: whether there is a pipeline too that begins with noise on a picture.
        takes_levels: whether the pipeline takes levels of the caller's own.
    """

    scheduler: Mapping[str, Any]
    matched: bool = False
    dtype: torch.dtype = torch.float32
    together: bool = True
    guide: Guide = from_unconditional
    step_arguments: StepArguments = nothing_more
    begins_at_first: bool = False
    from_pictures: bool = False
    takes_levels: bool = False
