"""Pocket models that nobody trained: small, random, and read from files as the real ones are."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import torch
from scorefield.models import library
from scorefield.models.pocket.autoencoder import Autoencoder
from scorefield.models.pocket.checkpoint import save
from scorefield.models.pocket.clip import Clip
from scorefield.models.pocket.denoiser import Denoiser, Shape
from scorefield.models.pocket.names import AUTOENCODER, CLIP
from scorefield.models.pocket.prior import Prior
from torch import nn

from .graphs import Graph, Link, Node

WORDS = ("a", "tree", "in", "the", "desert", "night", "walking", "backwards")
FRAMES = 2
PICTURE, VIDEO = Shape(depth=1), Shape(frames=FRAMES, depth=1)


class Pocket(NamedTuple):
    """Links to what Score Model gives."""

    model: Link
    clip: Link
    vae: Link


def pocket(graph: Graph, name: str = "pocket") -> Pocket:
    """A pocket model in a graph: "pocket", "pocket-flow", "pocket-video" or "pocket-prior"."""
    return Pocket(*(graph.given(each) for each in loaded(name)))


def guided(graph: Graph, model: Pocket, text: str = "a tree", **inputs: Any) -> Node:
    """CFG Combine between the text and nothing in particular."""
    asked = graph.add("TextEncode", clip=model.clip, text=text)
    return graph.add("CFGCombine", model=model.model, positive=asked["conditioning"], **inputs)


def walked(graph: Graph, model: Link, sampler: str = "DDIM", batch: int = 2, **inputs: Any) -> Node:
    """A short walk from noise."""
    noise = graph.add("NoiseSeed", batch=batch, copies=inputs.pop("copies", 1))
    return graph.add(f"{sampler}Sampler", **{"model": model, "noise": noise["noise"], "steps": 3, **inputs})


@cache
def loaded(name: str) -> Any:
    """What the library makes of the files of an untrained model."""
    with TemporaryDirectory() as folder:
        _write(name, Path(folder))
        return library.load(name, "cpu", Path(folder))


def _write(name: str, folder: Path) -> None:
    files = {
        AUTOENCODER: (Autoencoder(), {}),
        CLIP: (Clip(len(WORDS) + 1), {"words": WORDS}),
        name: _network(name),
    }
    for each, (network, built) in files.items():
        save(_random(network), folder / f"{each}.safetensors", built, {})


def _network(name: str) -> tuple[nn.Module, dict[str, Any]]:
    if name == "pocket-prior":
        return Prior(), {}
    shape = VIDEO if name == "pocket-video" else PICTURE
    return Denoiser(shape), {"shape": vars(shape)}


def _random(network: nn.Module) -> nn.Module:
    """Every weight drawn, so that no part of the network says nothing, as the parts that end a block do at
    first; norms stay as they are made."""
    generator = torch.Generator().manual_seed(7)
    for name, parameter in network.named_parameters():
        if name.endswith("bias"):
            parameter.data.zero_()
        elif parameter.ndim > 1:
            parameter.data = torch.randn(parameter.shape, generator=generator) / parameter[0].numel() ** 0.5
        elif parameter.ndim == 0:
            parameter.data = torch.ones(())
    return network
