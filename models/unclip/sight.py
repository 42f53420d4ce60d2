"""The tower of a CLIP that sees pictures, as an unCLIP model comes with it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor

from ..checkpoints.checkpoint import Checkpoint
from ..clip.loading import read_network
from ..clip.preprocessing import Preprocessing, read_preprocessing

AT_ONCE = 256  # pictures in one pass


@dataclass(frozen=True, eq=False)
class Sight:
    """A CLIP's picture tower alone.

    Attributes:
        network: `CLIPVisionModelWithProjection`.
        preprocessing: of its pictures.
    """

    network: Any
    preprocessing: Preprocessing

    @torch.no_grad()
    def __call__(self, pictures: Tensor) -> Tensor:
        """The vectors of pictures (N, H, W, 3) in 0 … 1, of their own length, (N, D)."""
        parts = (self.preprocessing(each) for each in torch.split(pictures, AT_ONCE))
        return torch.cat(
            [self.network(each.to(self.network.device, self.network.dtype)).image_embeds for each in parts]
        )


@dataclass(frozen=True, eq=False)
class Sighted:
    """What a text encoder of unCLIP is beside what it hears: it may see.

    Attributes:
        sight: the picture tower of the same CLIP; None where the model comes without.
    """

    sight: Sight | None = field(default=None, kw_only=True)

    def embed_pictures(self, pictures: Tensor) -> Tensor:
        """The vectors of pictures (N, H, W, 3) in 0 … 1, (N, D).

        Raises:
            ValueError: the model comes without the tower that sees.
        """
        if self.sight is None:
            raise ValueError(
                "this model has no image_encoder, so it sees no pictures: use CLIP Model with the CLIP that "
                "it was made with"
            )
        return self.sight(pictures).cpu()


def read_sight(opened: Checkpoint, dtype: torch.dtype, device: str) -> Sight | None:
    """The picture tower that a stage comes with; None if there is none.

    Raises:
        ValueError: a tower that is not whole.
    """
    if "image_encoder" not in opened.parts:
        return None
    network = read_network(opened, "image_encoder", dtype, device)
    side = network.config.image_size
    return Sight(network, read_preprocessing(opened.settings.get("feature_extractor"), side))
