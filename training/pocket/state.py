"""Where a training stands, as one safetensors file: written whole or not at all, so that a kill at any moment
costs what was learnt since the last one and nothing else."""

from __future__ import annotations

import copy
import os
from pathlib import Path

import torch
from torch import Tensor, nn

STEP = "step"


class State:
    """A network in training: its optimizer, the running average of its weights, and the step it is at."""

    def __init__(self, network: nn.Module) -> None:
        self.network = network
        self.average = copy.deepcopy(network).requires_grad_(False)
        self.optimizer = torch.optim.AdamW(
            network.parameters(), betas=(0.9, 0.99), weight_decay=0.01, fused=True
        )
        self.step = 0

    def tensors(self) -> dict[str, Tensor]:
        """All of it by name."""
        found = {STEP: torch.tensor(self.step)}
        found |= {f"network.{name}": tensor for name, tensor in self.network.state_dict().items()}
        found |= {f"average.{name}": tensor for name, tensor in self.average.state_dict().items()}
        for name, parameter in self.network.named_parameters():
            for key, value in self.optimizer.state[parameter].items():
                found[f"optimizer.{key}.{name}"] = value
        return found

    def fill(self, tensors: dict[str, Tensor]) -> None:
        """Go on from what `tensors` gave.

        Raises:
            KeyError, RuntimeError: they are another network's.
        """
        self.network.load_state_dict(_below("network.", tensors))
        self.average.load_state_dict(_below("average.", tensors))
        for key in {name.split(".")[1] for name in tensors if name.startswith("optimizer.")}:
            values = _below(f"optimizer.{key}.", tensors)
            for name, parameter in self.network.named_parameters():
                where = values[name].device if key == "step" else parameter.device
                self.optimizer.state[parameter][key] = values[name].to(where).clone()
        self.step = int(tensors[STEP])

    @torch.no_grad()
    def follow(self, keep: float) -> None:
        """Move the running average towards the weights; early on it follows faster."""
        keep = min(keep, (1 + self.step) / (10 + self.step))
        for mean, now in zip(self.average.parameters(), self.network.parameters(), strict=True):
            mean.lerp_(now, 1 - keep)
        for kept, buffer in zip(self.average.buffers(), self.network.buffers(), strict=True):
            kept.copy_(buffer)


def write(state: State, path: Path) -> None:
    """Write where a training stands."""
    from safetensors.torch import save as to_bytes

    tensors = {name: tensor.detach().cpu().contiguous() for name, tensor in state.tensors().items()}
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        part.write_bytes(to_bytes(tensors))
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def read(state: State, path: Path) -> bool:
    """Go on from a file, if there is one.

    Raises:
        ValueError: the file is another training's, or damaged.
    """
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    if not path.exists():
        return False
    try:
        state.fill(load_file(path))
    except (OSError, SafetensorError, KeyError, RuntimeError) as error:
        raise ValueError(
            f"{path} is not a state of this training: {error}. Remove it to begin anew"
        ) from error
    return True


def _below(prefix: str, tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    return {name.removeprefix(prefix): tensor for name, tensor in tensors.items() if name.startswith(prefix)}
