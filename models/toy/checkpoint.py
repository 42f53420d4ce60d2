"""A toy model as one safetensors file: the network's tensors, the schedule's table, and how to build it in
the header."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from ...diffusion.field import ScoreModel
from ...diffusion.forward import LastStepNetwork
from ...diffusion.learned import LearnedField, Network
from ...diffusion.prediction import PREDICTIONS, Prediction
from ...diffusion.schedule import Schedule
from .network import Shape, ToyNetwork
from .text import ClassText, ToldClasses

HEADER = "scorefield"
TABLE = "schedule.table"


@dataclass(frozen=True, eq=False)
class ToyModel:
    """A network with what its output means and the noise levels it knows.

    Attributes:
        network: the network.
        prediction: what it predicts.
        schedule: the levels it was, or is to be, trained on.
        names: its class names.
        last_step: whether it predicts the noise of the last step instead of all of it.
    """

    network: ToyNetwork
    prediction: Prediction
    schedule: Schedule
    names: tuple[str, ...] = ()
    last_step: bool = False

    def score_model(self, device: str = "cpu") -> ScoreModel:
        """The model as a field that computes on a device; the network is moved there."""
        network: Network = self.network.to(device)
        if self.last_step:
            network = LastStepNetwork(network, self.schedule)
        field = LearnedField(network, self.prediction)
        return ScoreModel(field, self.schedule, (2,), ToldClasses(field), device)

    def text(self) -> ClassText:
        """The encoder of its class names."""
        return ClassText(self.names)


def new_network(shape: Shape, seed: int) -> ToyNetwork:
    """An untrained network; the global random state stays as it was.

    Weights and biases are uniform in ±1/√fan_in, torch's own law for linear layers; embeddings are normal.
    """
    generator = torch.Generator().manual_seed(seed)
    with torch.device("meta"):
        network = ToyNetwork(shape)
    network.to_empty(device="cpu")
    for module in network.modules():
        if isinstance(module, nn.Linear):
            bound = 1 / math.sqrt(module.in_features)
            nn.init.uniform_(module.weight, -bound, bound, generator=generator)
            nn.init.uniform_(module.bias, -bound, bound, generator=generator)
        elif isinstance(module, nn.Embedding):
            nn.init.normal_(module.weight, generator=generator)
    return network.eval()


def save(model: ToyModel, path: Path, card: Mapping[str, Any] | None = None) -> None:
    """Write a model; `card` is what else a reader should know, kept in the header."""
    from safetensors.torch import save as to_bytes

    header = {
        "shape": asdict(model.network.shape),
        "prediction": model.prediction,
        "family": model.schedule.family,
        "names": model.names,
        "last_step": model.last_step,
        "card": dict(card or {}),
    }
    tensors = {**model.network.state_dict(), TABLE: model.schedule.table}
    # Not safetensors' own writer, whose files nobody but their owner may read.
    path.write_bytes(to_bytes(tensors, metadata={HEADER: json.dumps(header, sort_keys=True)}))


def load(path: Path) -> ToyModel:
    """Read a model.

    Raises:
        ValueError: the file is not a toy model; the text names the file and what is wrong with it.
    """
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(path, framework="pt") as file:
            header = _header(file)
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 - not a mapping
        return _built(header, tensors)
    except (OSError, SafetensorError, KeyError, TypeError, ValueError, RuntimeError) as error:
        raise ValueError(f"{path.name} is not a toy model of Scorefield: {error}") from error


def _header(file: Any) -> dict[str, Any]:
    metadata = file.metadata() or {}
    if HEADER not in metadata:
        raise ValueError(f"its header has no entry {HEADER!r}")
    found: dict[str, Any] = json.loads(metadata[HEADER])
    return found


def _built(header: dict[str, Any], tensors: dict[str, Tensor]) -> ToyModel:
    shape = Shape(**{**header["shape"], "hidden": tuple(header["shape"]["hidden"])})
    prediction, names = header["prediction"], tuple(header["names"])
    if prediction not in PREDICTIONS or len(names) != shape.classes:
        raise ValueError(f"it predicts {prediction!r} and names {len(names)} of {shape.classes} classes")
    schedule = Schedule(header["family"], tensors.pop(TABLE).double())
    # The file's tensors become the network's: nothing is allocated because a header says so.
    with torch.device("meta"):
        network = ToyNetwork(shape)
    network.load_state_dict({name: tensor.float() for name, tensor in tensors.items()}, assign=True)
    return ToyModel(network.eval(), prediction, schedule, names, bool(header["last_step"]))


def card(path: Path) -> dict[str, Any]:
    """What the file's header says about how the model was made."""
    from safetensors import safe_open

    with safe_open(path, framework="pt") as file:
        found: dict[str, Any] = _header(file)["card"]
    return found
