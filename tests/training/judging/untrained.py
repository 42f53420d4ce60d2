"""A whole family of pocket models that have learnt nothing: the judge must get through them."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import torch
from scorefield.models.pocket.autoencoder import Autoencoder
from scorefield.models.pocket.checkpoint import save
from scorefield.models.pocket.clip import Clip
from scorefield.models.pocket.denoiser import Denoiser, Shape
from scorefield.models.pocket.layers import new_weights
from scorefield.models.pocket.names import AUTOENCODER, CLIP
from scorefield.models.pocket.prior import Prior
from scorefield.training.pocket.data import VOCABULARY
from torch import nn

SMALL = Shape(width=16, token_width=16, depth=1)
SMALL_VIDEO = Shape(frames=8, width=16, token_width=16, depth=1)


def write_family(folder: Path, names: tuple[str, ...] = ("pocket", "pocket-flow")) -> Path:
    """The autoencoder, CLIP and these score models, with first values for weights."""
    networks = {AUTOENCODER: Autoencoder(), CLIP: Clip(len(VOCABULARY))}
    for name in names:
        networks[name] = Prior() if name == "pocket-prior" else Denoiser(_shape(name))
    for seed, (name, network) in enumerate(networks.items()):
        new_weights(network, seed)
        _stir(network, seed)
        built = {"words": list(VOCABULARY.words)} if name == CLIP else {}
        if isinstance(network, Denoiser):
            built = {"shape": asdict(network.shape)}
        save(network, folder / f"{name}.safetensors", built, {"name": name})
    return folder


def _stir(network: nn.Module, seed: int) -> None:
    """Nothing stays zero: what a network is told must change what it says."""
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for parameter in network.parameters():
            parameter += 0.03 * torch.randn(parameter.shape, generator=generator)


def _shape(name: str) -> Shape:
    return SMALL_VIDEO if name == "pocket-video" else SMALL
