"""The classifier of clips: where a walking figure faces, and where it goes."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import torch
from torch import Tensor, nn

from ...models.pocket.checkpoint import load
from ..scenes.walks import FRAMES
from .classifier import AT_ONCE, WEIGHTS, layer

WALKS = WEIGHTS / "walks.safetensors"


class WalkClassifier(nn.Module):
    """Clips (B, 8, 3, 64, 64) in −1 … 1 → logits (B, 2): it faces right, it goes right."""

    def __init__(self) -> None:
        super().__init__()
        # Every frame is seen by itself, then all of them at once.
        self.frame = nn.Sequential(nn.PixelUnshuffle(4), layer(48, 32), layer(32, 16))
        self.clip = nn.Sequential(layer(16 * FRAMES, 64), layer(64, 64, 2), layer(64, 96, 2))
        self.right = nn.Linear(2 * 96, 2)

    def forward(self, clips: Tensor) -> Tensor:
        """What is seen."""
        frames = self.frame(clips.flatten(0, 1))  # (B·8, 16, 16, 16)
        coarse = self.clip(frames.view(len(clips), -1, *frames.shape[2:]))  # (B, 96, 4, 4)
        said: Tensor = self.right(torch.cat([coarse.mean(dim=(2, 3)), coarse.amax(dim=(2, 3))], dim=1))
        return said


class Gait(NamedTuple):
    """How the figures of B clips walk."""

    faces_right: Tensor  # (B,)
    goes_right: Tensor  # (B,)

    @property
    def backwards(self) -> Tensor:
        """Whether each goes against where it faces, (B,)."""
        return self.faces_right != self.goes_right


class WalkJudge:
    """The trained classifier over clips as a workflow has them."""

    def __init__(self, network: WalkClassifier, device: str = "cpu") -> None:
        self._network, self._device = network.to(device).eval(), device

    @torch.no_grad()
    def __call__(self, clips: Tensor) -> Gait:
        """How the figures walk in clips (B, 8, 64, 64, 3) in 0 … 1."""
        seen = torch.split(clips.movedim(-1, 2).mul(2).sub(1), AT_ONCE)
        said = torch.cat([self._network(part.to(self._device)).cpu() for part in seen]) > 0
        return Gait(said[:, 0], said[:, 1])


def load_walk_judge(path: Path = WALKS, device: str = "cpu") -> WalkJudge:
    """The classifier that lies beside this file.

    Raises:
        ValueError: it is not there, or no classifier; `python -m scorefield.training.judging.train` makes it.
    """
    return WalkJudge(load(path, lambda built: WalkClassifier())[0], device)
