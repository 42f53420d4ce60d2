"""A pocket network as one safetensors file: half-precision tensors, and in the header what built it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

import torch
from torch import Tensor, nn

HEADER = "scorefield-pocket"
Network = TypeVar("Network", bound=nn.Module)


def save(network: nn.Module, path: Path, built: Mapping[str, Any], card: Mapping[str, Any]) -> None:
    """Write a network; `built` is what `load` needs to build it again, `card` how it was made."""
    from safetensors.torch import save as to_bytes

    header = {"built": dict(built), "card": dict(card)}
    tensors = {name: tensor.half().contiguous() for name, tensor in network.state_dict().items()}
    # Not safetensors' own writer, whose files nobody but their owner may read.
    path.write_bytes(to_bytes(tensors, metadata={HEADER: json.dumps(header, sort_keys=True)}))


def load(path: Path, build: Callable[[Mapping[str, Any]], Network]) -> tuple[Network, Mapping[str, Any]]:
    """Read a network in single precision, and what built it; `build` makes the empty network.

    Raises:
        ValueError: the file is no such network; the text names the file and what is wrong with it.
    """
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(path, framework="pt") as file:
            built = _header(file)["built"]
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 - not a mapping
        return _filled(build, built, tensors), built
    except (OSError, SafetensorError, KeyError, TypeError, ValueError, RuntimeError) as error:
        raise ValueError(f"{path.name} is not a pocket model of Scorefield: {error}") from error


def card(path: Path) -> dict[str, Any]:
    """What the file's header says about how the network was made."""
    from safetensors import safe_open

    with safe_open(path, framework="pt") as file:
        found: dict[str, Any] = _header(file)["card"]
    return found


def _header(file: Any) -> dict[str, Any]:
    metadata = file.metadata() or {}
    if HEADER not in metadata:
        raise ValueError(f"its header has no entry {HEADER!r}")
    found: dict[str, Any] = json.loads(metadata[HEADER])
    return found


def _filled(
    build: Callable[[Mapping[str, Any]], Network], built: Mapping[str, Any], tensors: dict[str, Tensor]
) -> Network:
    # The file's tensors become the network's: nothing is allocated because a header says so.
    with torch.device("meta"):
        network = build(built)
    network.load_state_dict({name: tensor.float() for name, tensor in tensors.items()}, assign=True)
    return network.eval()
