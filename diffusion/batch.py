"""Sharing a batch out: L values (scales, classes) over B samples, in blocks of B/L consecutive ones."""

from __future__ import annotations

from torch import Tensor


def shared_out(values: Tensor, batch: int, what: str = "values") -> Tensor:
    """Each value repeated for its block: (L, …) → (batch, …).

    Raises:
        ValueError: L does not divide the batch; `what` names the values in the text.
    """
    if len(values) == 0 or batch % len(values):
        raise ValueError(
            f"{len(values)} {what} cannot be shared out over a batch of {batch}: it must be a multiple"
        )
    return values.repeat_interleave(batch // len(values), dim=0)
