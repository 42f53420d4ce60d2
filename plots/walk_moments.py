"""Moments of a walk through a space of latents, decoded to be looked at.

A moment has the noisy sample x and the estimate x0 that the model made there; where the walk has ended it
makes no more, and the last one stays.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal, get_args

import torch
from torch import Tensor

from ..diffusion.sampling import Trajectory
from ..diffusion.schedule import Level
from .ticks import significant

Part = Literal["x", "x0"]
Seen = Literal["x", "x0", "both"]
SEEN: tuple[str, ...] = get_args(Seen)
Decode = Callable[[Tensor], Tensor]
DECODED_AT_ONCE = 64
PICTURE, VIDEO = 3, 4  # dimensions of a sample: (C, H, W), (C, T, H, W)


def parts(seen: Seen) -> tuple[Part, ...]:
    """What is looked at, one by one."""
    return ("x", "x0") if seen == "both" else (seen,)


def spread_out(last: int, count: int) -> list[int]:
    """At most `count` whole numbers from 0 to `last`, evenly spread, both ends among them (0 left out where
    only one is asked for).

    Raises:
        ValueError: none asked for.
    """
    if count < 1:
        raise ValueError(f"at least one moment must be shown, not {count}")
    if count == 1:
        return [last]
    return sorted({round(last * i / (count - 1)) for i in range(count)})


def checked(trajectory: Trajectory, seen: Seen) -> tuple[int, ...]:
    """The shape of one sample of a walk through a space of pictures or videos.

    Raises:
        ValueError: the walk kept nothing of what is to be seen, or is one of the plane.
    """
    if seen not in SEEN:
        raise ValueError(f"unknown part of a walk {seen!r}: choose one of {', '.join(SEEN)}")
    for name in parts(seen):
        if recorded(trajectory, name) is None:
            raise ValueError(f"this walk kept no {name}: set the sampler's record to everything")
    sample = _kept(trajectory, seen).shape[2:]
    if len(sample) not in (PICTURE, VIDEO):
        raise ValueError(
            f"a film needs samples that are pictures, and one sample here has the shape {tuple(sample)}: for "
            "points of the plane there is Trajectory Plot"
        )
    return tuple(sample)


def samples_in(trajectory: Trajectory, seen: Seen) -> int:
    """How many samples walked."""
    return _kept(trajectory, seen).shape[1]


def _kept(trajectory: Trajectory, seen: Seen) -> Tensor:
    kept = recorded(trajectory, parts(seen)[0])
    assert kept is not None  # `checked` has seen to it
    return kept


def recorded(trajectory: Trajectory, name: Part) -> Tensor | None:
    """The positions (S + 1, B, *shape) or the estimates (S, B, *shape); None where they were not kept."""
    if name == "x":
        return trajectory.x if trajectory.x.numel() else None
    return trajectory.records.get("x0")


def moments(trajectory: Trajectory, name: Part, steps: Sequence[int], samples: Sequence[int]) -> Tensor:
    """Latents at some steps of some samples, (steps, samples, *shape)."""
    kept = recorded(trajectory, name)
    assert kept is not None  # `checked` has seen to it
    return torch.stack([kept[min(step, len(kept) - 1), list(samples)] for step in steps])


def decoded(decode: Decode, latents: Tensor) -> Tensor:
    """Pictures of latents (N, *shape), some at a time: (N, T, H, W, 3), T the frames of a video, or 1.

    Raises:
        ValueError: the decoder does not give as many pictures for each.
    """
    pictures = [decode(part).flatten(0, -4).float().cpu() for part in torch.split(latents, DECODED_AT_ONCE)]
    together = torch.cat(pictures)
    if len(together) % len(latents):
        raise ValueError(
            f"this VAE makes {len(together)} pictures of {len(latents)} latents: "
            "connect the VAE of the model that made them"
        )
    return together.view(len(latents), -1, *together.shape[1:])


def level_words(level: Level) -> str:
    """t and σ of a level, as they stand beside pictures."""
    return f"t {level.t:.2f}  σ {significant(level.sigma)}"
