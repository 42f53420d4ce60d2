"""The latents of the rendered pictures: encoded once by the autoencoder that ships."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterator
from pathlib import Path

import torch

from ...models.pocket.autoencoder import Autoencoder
from ...models.pocket.checkpoint import load
from .arrays import Array, Place
from .data import as_pictures

AT_ONCE = 256


def latents(place: Place, seen: Array, weights: Path, device: str = "cpu") -> Array:
    """(N, …, 4, 16, 16) float16 of pictures (N, …, 64, 64, 3), with the autoencoder in a file."""
    shape = "x".join(str(length) for length in seen.shape[:-3])

    def parts() -> Iterator[Array]:
        return _encoded(load(weights, lambda built: Autoencoder())[0].to(device), seen, device)

    return place.array(f"latents-{shape}-{digest(weights)}", len(seen), parts)


def digest(weights: Path) -> str:
    """A digest of the tensors in a file, whatever its header says about them.

    Raises:
        ValueError: the file holds no tensors.
    """
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    try:
        tensors = load_file(weights)
    except (OSError, SafetensorError) as error:
        raise ValueError(f"{weights.name} holds no weights: {error}") from error
    found = hashlib.blake2b(digest_size=4)
    for name in sorted(tensors):
        found.update(f"{name} {tuple(tensors[name].shape)}".encode())
        found.update(tensors[name].flatten().view(torch.uint8).numpy().tobytes())
    return found.hexdigest()


@torch.no_grad()
def _encoded(network: Autoencoder, seen: Array, device: str) -> Iterator[Array]:
    flat = seen.shape[-3:]
    at_once = max(1, AT_ONCE // math.prod(seen.shape[1:-3]))
    for start in range(0, len(seen), at_once):
        some = seen[start : start + at_once]
        found = network.encode(as_pictures(some.reshape(-1, *flat)).to(device)).half().cpu().numpy()
        yield found.reshape(*some.shape[:-3], *found.shape[1:])
