"""A network of diffusers from its folder: built without memory, then given the file's own tensors.

Diffusers' own loader wants accelerate for networks that keep some of their parts in single precision, and
sets the process's default dtype meanwhile.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar

import torch
from torch import Tensor

NAME = "diffusion_pytorch_model.safetensors"
INDEX = NAME + ".index.json"
ALIGNMENT = 64  # bytes
Network = TypeVar("Network", bound=torch.nn.Module)


def files_of(folder: Path) -> list[Path]:
    """The files of a network's weights, one or several.

    Raises:
        ValueError: there are none, or one that the folder's index names is missing; the text names it.
    """
    index = folder / INDEX
    if index.is_file():
        names = sorted(set(json.loads(index.read_text(encoding="utf-8"))["weight_map"].values()))
        found = [folder / Path(name).name for name in names]
    else:
        found = [folder / NAME]
    for path in found:
        if not path.is_file():
            raise ValueError(f"{path} is missing: the model is not all there")
    return found


def fill(network: Network, folder: Path, dtype: torch.dtype, single: tuple[str, ...]) -> Network:
    """The network with the weights of its folder, in a dtype.

    Args:
        network: built on the device "meta", perhaps but for parts that are computed and in no file.
        folder: where its weights lie.
        dtype: of all weights but those whose name has one of the parts `single`.
        single: what stays in single precision.

    Raises:
        ValueError: a weight that is missing or of another shape; the text names it.
    """
    weights = {
        name: value.to(torch.float32 if set(name.split(".")) & set(single) else dtype)
        for name, value in _read(files_of(folder))
    }
    expected = network.state_dict()
    for name, empty in expected.items():
        if name not in weights:
            raise ValueError(f"{folder} has no weight {name}: the model is not all there")
        if weights[name].shape != empty.shape:
            found, wanted = tuple(weights[name].shape), tuple(empty.shape)
            raise ValueError(
                f"the weight {name} in {folder} has the shape {found}, and {wanted} was expected"
            )
    network.load_state_dict({name: weights[name] for name in expected}, assign=True)
    return network.eval().requires_grad_(False)


def align(network: torch.nn.Module) -> None:
    """Let every weight begin where any tensor may begin, not where its file has it: on a CPU the last bits of
    a sum depend on it."""
    for parameter in network.parameters():
        if parameter.data_ptr() % ALIGNMENT:
            parameter.data = parameter.data.clone()


def _read(paths: list[Path]) -> Iterator[tuple[str, Tensor]]:
    from safetensors import SafetensorError, safe_open

    for path in paths:
        try:
            with safe_open(path, framework="pt") as file:
                for name in file.keys():  # noqa: SIM118 - it is no dict
                    yield name, file.get_tensor(name)
        except SafetensorError as error:
            raise ValueError(f"{path} is no safetensors file that can be read: {error}") from error
