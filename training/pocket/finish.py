"""What is done to a network once it is trained, before it is written."""

from __future__ import annotations

import torch
from torch import nn

from ...models.pocket.autoencoder import Autoencoder
from . import data
from .recipes import Source

MEASURED = 4096


def finished(name: str, network: nn.Module, source: Source) -> nn.Module:
    """The network as it is to ship: an autoencoder's latents get mean 0 and std 1 per channel."""
    if isinstance(network, Autoencoder):
        _normalise(network, source)
    return network


@torch.no_grad()
def _normalise(network: Autoencoder, source: Source) -> None:
    seen = data.pictures(source.place)[:MEASURED]
    latents = torch.cat(
        [
            network.encode(data.as_pictures(seen[at : at + 256]).to(source.device))
            for at in range(0, len(seen), 256)
        ]
    )
    network.mean += network.std * latents.mean(dim=(0, 2, 3)).view(-1, 1, 1)
    network.std *= latents.std(dim=(0, 2, 3)).view(-1, 1, 1)
