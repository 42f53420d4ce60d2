"""The latents of the rendered pictures: encoded once by the autoencoder that ships."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

import numpy
import torch

from ...models.pocket.autoencoder import Autoencoder
from ...models.pocket.checkpoint import load
from .data import Array, Place, as_pictures

AT_ONCE = 256


def latents(place: Place, seen: Array, weights: Path, device: str = "cpu") -> Array:
    """(N, …, 8, 16, 16) float16 of pictures (N, …, 64, 64, 3), with the autoencoder in a file."""
    digest = hashlib.blake2b(weights.read_bytes(), digest_size=4).hexdigest()
    shape = "x".join(str(length) for length in seen.shape[:-3])

    def make() -> Array:
        network = load(weights, lambda built: Autoencoder())[0].to(device)
        flat = numpy.concatenate(list(_encoded(network, seen.reshape(-1, *seen.shape[-3:]), device)))
        return flat.reshape(*seen.shape[:-3], *flat.shape[1:])

    return place.array(f"latents-{shape}-{digest}", make)


@torch.no_grad()
def _encoded(network: Autoencoder, seen: Array, device: str) -> Iterator[Array]:
    for start in range(0, len(seen), AT_ONCE):
        x = as_pictures(seen[start : start + AT_ONCE]).to(device)
        yield network.encode(x).half().cpu().numpy()
