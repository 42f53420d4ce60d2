"""A decoder that remembers: a walk is looked at more than once, and decoding can be slow."""

from __future__ import annotations

from hashlib import blake2b

import torch
from torch import Tensor

from .walk_moments import Decode, decoded


class DecodedOnce:
    """Decodes latents (N, *shape) to pictures (N·T, H, W, 3). Where all of them were decoded before, the same
    pictures come again; otherwise all are decoded together, as they would be without it."""

    def __init__(self, decode: Decode) -> None:
        self._decode = decode
        self._known: dict[bytes, Tensor] = {}

    def __call__(self, latents: Tensor) -> Tensor:
        """The pictures."""
        keys = [blake2b(each.numpy().tobytes()).digest() for each in latents.detach().float().cpu()]
        if not all(key in self._known for key in keys):
            self._known.update(zip(keys, decoded(self._decode, latents), strict=True))
        return torch.cat([self._known[key] for key in keys])
