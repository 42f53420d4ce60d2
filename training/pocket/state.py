"""Where a training stands, as one safetensors file: written whole or not at all, so that a kill at any moment
costs what was learnt since the last one and nothing else."""

from __future__ import annotations

import copy
import json
import os
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.optim.swa_utils import get_ema_multi_avg_fn

STEP = "step"
HEADER = "scorefield-training"


@dataclass
class History:
    """How a training came to where it stands, over all restarts.

    Attributes:
        seed: of all that is random in it; None where nobody noted it.
        seconds: how long it computed.
        loss: the mean of the last that were logged.
        device: where it computes.
        workers: on how many processes.
        needs: a digest of each weight it was made with.
    """

    seed: int | None = None
    seconds: float = 0.0
    loss: float | None = None
    device: str = ""
    workers: int = 0
    needs: dict[str, str] = field(default_factory=dict)


class State:
    """A network in training: its optimizer, the running average of its weights, and the step it is at."""

    def __init__(self, network: nn.Module) -> None:
        self.network = network
        self.average = copy.deepcopy(network).requires_grad_(False)
        self.optimizer = torch.optim.AdamW(
            network.parameters(), betas=(0.9, 0.99), weight_decay=0.01, fused=True
        )
        self.step = 0
        self.history = History()

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
        step, moments = int(tensors[STEP]), self._moments(tensors)
        self.network.load_state_dict(_below("network.", tensors))
        self.average.load_state_dict(_below("average.", tensors))
        for parameter, values in moments.items():
            self.optimizer.state[parameter].update(values)
        self.step = step

    def _moments(self, tensors: dict[str, Tensor]) -> dict[nn.Parameter, dict[str, Tensor]]:
        """What the optimizer knows of each parameter: nothing of any before the first step."""
        keys = {name.split(".")[1] for name in tensors if name.startswith("optimizer.")}
        found: dict[nn.Parameter, dict[str, Tensor]] = {}
        for name, parameter in self.network.named_parameters():
            values = {key: tensors[f"optimizer.{key}.{name}"].to(parameter.device).clone() for key in keys}
            if any(value.shape not in (parameter.shape, torch.Size()) for value in values.values()):
                raise RuntimeError(f"the optimizer's values of {name} have another shape")
            found[parameter] = values
        return found

    @torch.no_grad()
    def follow(self, keep: float) -> None:
        """Move the running average towards the weights; early on it follows faster."""
        keep = min(keep, (1 + self.step) / (10 + self.step))
        average = get_ema_multi_avg_fn(keep)  # type: ignore[no-untyped-call]
        average(list(self.average.parameters()), list(self.network.parameters()), None)
        for kept, buffer in zip(self.average.buffers(), self.network.buffers(), strict=True):
            kept.copy_(buffer)


def write(state: State, path: Path) -> None:
    """Write where a training stands.

    Raises:
        ValueError: the weights are no longer finite; the file stays as it was.
    """
    from safetensors.torch import save as to_bytes

    tensors = {name: tensor.detach().cpu().contiguous() for name, tensor in state.tensors().items()}
    if not all(bool(tensor.isfinite().all()) for tensor in tensors.values()):
        raise ValueError(
            f"at step {state.step} the weights are no longer numbers: the training has come apart. "
            f"{path.name} stays as it was; a lower learning rate may help"
        )
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        part.write_bytes(to_bytes(tensors, metadata={HEADER: json.dumps(asdict(state.history))}))
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def read(state: State, path: Path) -> bool:
    """Go on from a file, if there is one.

    Raises:
        ValueError: the file is another training's, or damaged.
    """
    from safetensors import SafetensorError, safe_open
    from safetensors.torch import load_file

    if not path.exists():
        return False
    try:
        with safe_open(path, framework="pt") as file:
            state.history = _history(file.metadata() or {})
        state.fill(load_file(path))
    except (OSError, SafetensorError, KeyError, TypeError, RuntimeError, ValueError) as error:
        reason = " ".join(str(error).split())
        raise ValueError(
            f"{path} is not a state of this training: {reason}. Remove it to begin anew"
        ) from error
    return True


def _history(metadata: dict[str, str]) -> History:
    # The states of the first trainings say nothing of it.
    said = json.loads(metadata.get(HEADER, "{}"))
    return History(**{each.name: said[each.name] for each in fields(History) if each.name in said})


def _below(prefix: str, tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    return {name.removeprefix(prefix): tensor for name, tensor in tensors.items() if name.startswith(prefix)}
