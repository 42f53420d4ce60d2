"""How the values of our sockets are kept on disk: each type by its name there and its parts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from types import NoneType
from typing import Any

import torch
from torch import Tensor, nn

from ..diffusion.closed_form import ClosedFormField
from ..diffusion.coordinates import InCoordinates
from ..diffusion.field import ScoreModel
from ..diffusion.forward import LastStepNetwork
from ..diffusion.guidance import GuidedField
from ..diffusion.learned import LearnedField
from ..diffusion.points import Points
from ..diffusion.sampling import Trajectory
from ..diffusion.schedule import Level, Schedule
from ..graph.cache.forms import Damaged, Form, of_fields
from ..models.toy.decoder import PlaneDecoder
from ..models.toy.network import Shape, ToyNetwork
from ..models.toy.text import ClassText, ToldClasses
from .socket_values import SeededNoise

_MOST_LAYERS = 1000


def _network_parts(network: ToyNetwork) -> dict[str, Any]:
    return {
        "shape": asdict(network.shape),
        "training": network.training,
        "state": dict(network.state_dict()),
    }


def _network(parts: Any) -> ToyNetwork:
    shape = Shape(**parts["shape"])
    if len(shape.hidden) > _MOST_LAYERS:
        raise Damaged("a network of more layers than anybody would make")
    # The file's tensors become the network's: nothing is allocated because a header says so.
    with torch.device("meta"):
        network = ToyNetwork(shape)
    network.load_state_dict(parts["state"], assign=True)
    return network.train(bool(parts["training"]))


def _trajectory_parts(trajectory: Trajectory) -> dict[str, Any]:
    # The levels by the thousand are numbers of one kind, and cost less as a tensor.
    levels = torch.tensor([tuple(level) for level in trajectory.levels], dtype=torch.float64).view(-1, 3)
    return {"levels": levels, "x": trajectory.x, "records": trajectory.records}


def _trajectory(parts: Any) -> Trajectory:
    x, records = parts["x"], dict(parts["records"])
    if not all(isinstance(each, Tensor) for each in (x, *records.values())):
        raise Damaged("a trajectory of other things than tensors")
    return Trajectory([Level(*level) for level in parts["levels"].tolist()], x, records)


OptionalTensor = (Tensor, NoneType)
FORMS = (
    Form("Network", ToyNetwork, _network_parts, _network),
    Form("Trajectory", Trajectory, _trajectory_parts, _trajectory),
    of_fields("Level", Level, alpha=float, sigma=float, t=float),
    of_fields("Schedule", Schedule, family=str, table=Tensor),
    of_fields(
        "Points",
        Points,
        xy=Tensor,
        labels=OptionalTensor,
        names=tuple,
        curve=OptionalTensor,
        curve_labels=OptionalTensor,
    ),
    of_fields("SeededNoise", SeededNoise, seed=int, batch=int, copies=int),
    of_fields("ClassText", ClassText, names=tuple, default_negative=str),
    of_fields("PlaneDecoder", PlaneDecoder, extent=float, size=int),
    of_fields("LearnedField", LearnedField, network=Callable, prediction=str, condition=OptionalTensor),
    of_fields("LastStepNetwork", LastStepNetwork, network=nn.Module, schedule=Schedule),
    of_fields("ClosedFormField", ClosedFormField, data=Tensor, labels=OptionalTensor, classes=OptionalTensor),
    of_fields("InCoordinates", InCoordinates, field=Callable, schedule=Schedule),
    of_fields(
        "GuidedField",
        GuidedField,
        conditional=Callable,
        unconditional=Callable,
        scale=float | int | list | tuple,
        convention=str,
        interval=tuple,
    ),
    of_fields("ToldClasses", ToldClasses, field=LearnedField | ClosedFormField),
    of_fields(
        "ScoreModel",
        ScoreModel,
        field=Callable,
        schedule=Schedule,
        shape=tuple,
        condition=Callable | None,
        device=str,
    ),
)
