"""Pocket models that have learnt nothing: random weights, the same every time, in a folder."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from scorefield.models.pocket.autoencoder import Autoencoder
from scorefield.models.pocket.checkpoint import save
from scorefield.models.pocket.clip import Clip
from scorefield.models.pocket.denoiser import Denoiser, Shape
from scorefield.models.pocket.layers import new_weights
from scorefield.models.pocket.names import AUTOENCODER, CLIP
from scorefield.models.pocket.prior import Prior
from scorefield.models.pocket.text import PocketText
from scorefield.models.pocket.vocabulary import Vocabulary
from torch import nn

WORDS = ("a", "cat", "tree", "hat", "in", "the", "desert", "night", "person", "wearing")
SMALL = {"width": 16, "token_width": 32, "depth": 1}


def untrained(network: nn.Module, seed: int = 0) -> nn.Module:
    """First weights, and some in the layers that start as nothing, so that every input is heard."""
    new_weights(network, seed)
    for module in network.modules():
        if getattr(module, "starts_as_nothing", ()):
            module.starts_as_nothing = ()
    new_weights(network, seed + 1)
    return network.eval()


@cache
def pocket_text(seed: int = 0) -> PocketText:
    """A text encoder of few words."""
    clip = untrained(Clip(len(Vocabulary(WORDS))), seed)
    assert isinstance(clip, Clip)
    return PocketText(clip.requires_grad_(False), Vocabulary(WORDS))


def write_models(folder: Path) -> Path:
    """Files of `pocket`, `pocket-unclip` and `pocket-prior`."""
    save(pocket_text().clip, folder / f"{CLIP}.safetensors", {"words": WORDS}, {})
    save(untrained(Autoencoder()), folder / f"{AUTOENCODER}.safetensors", {}, {})
    for seed, name in enumerate(("pocket", "pocket-unclip")):
        save(untrained(Denoiser(Shape(**SMALL)), seed), folder / f"{name}.safetensors", {"shape": SMALL}, {})
    save(untrained(Prior()), folder / "pocket-prior.safetensors", {}, {})
    return folder
