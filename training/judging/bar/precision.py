"""What half precision costs, and how much room all the weights take."""

from __future__ import annotations

from collections.abc import Iterator

import torch
from torch import nn

from ....diffusion.learned import LearnedField
from ....diffusion.picture_measures import signal_to_noise
from ....models.pocket.names import AUTOENCODER, CLIP, NAMES
from ..sampling import Way
from .bench import Bench, described
from .lines import Line, at_most, figure, missing

AVERAGE = "average."
LARGEST = 30  # MB


def size_lines(bench: Bench) -> Iterator[Line]:
    """All files together."""
    files = [bench.weights / f"{name}.safetensors" for name in (AUTOENCODER, CLIP, *NAMES)]
    there = {file.stem: file.stat().st_size / 1e6 for file in files if file.exists()}
    note = "(" + ", ".join(f"{name} {size:.1f}" for name, size in there.items()) + ")"
    yield at_most("weights of all pocket models, MB", sum(there.values()), LARGEST, note)


def lines(bench: Bench) -> Iterator[Line]:
    """The same pictures by the weights as they ship and as they were trained."""
    what = "half against single precision: PSNR between their pictures, dB"
    state = bench.runs / "pocket.state.safetensors" if bench.runs else None
    if state is None or not state.exists():
        yield missing(what, ["the training's state (--runs FOLDER)"])
        return
    painter = bench.painter("pocket")
    captions = [caption for _, caption in described(bench.count(64))]
    way = Way(steps=20)
    half = painter.paint(captions, way)
    _fill(painter.model.field, state)
    full = painter.paint(captions, way)
    yield figure(what, signal_to_noise(half, full), f"(largest difference {(half - full).abs().max():.3f})")


def _fill(field: object, state: object) -> None:
    """Single-precision weights from a training's state into a model's network."""
    from safetensors.torch import load_file

    assert isinstance(field, LearnedField) and isinstance(field.network, nn.Module)
    tensors = load_file(str(state))
    own = {name.removeprefix(AVERAGE): each for name, each in tensors.items() if name.startswith(AVERAGE)}
    with torch.no_grad():
        field.network.load_state_dict(own)
