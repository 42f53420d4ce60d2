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
from ..diffusion.latent_format import AsTheyAre
from ..diffusion.learned import LearnedField
from ..diffusion.own_spacing import OwnSpacing
from ..diffusion.points import Points
from ..diffusion.sampling import Trajectory
from ..diffusion.schedule import Level, Schedule
from ..graph.cache.forms import Damaged, Form, of_fields
from ..models.embedding import Embedding
from ..models.pocket.autoencoder import Autoencoder
from ..models.pocket.clip import Clip
from ..models.pocket.denoiser import Denoiser
from ..models.pocket.denoiser import Shape as DenoiserShape
from ..models.pocket.pictures import PocketDecoder
from ..models.pocket.prior import Prior
from ..models.pocket.text import PocketText, Told
from ..models.pocket.vocabulary import Vocabulary
from ..models.toy.decoder import PlaneDecoder
from ..models.toy.network import Shape, ToyNetwork
from ..models.toy.text import ClassText, ToldClasses
from .socket_values import SeededNoise

_MOST_LAYERS = 1000


def _of_network(
    name: str,
    kind: type[nn.Module],
    built: Callable[[Any], dict[str, Any]],
    build: Callable[[dict[str, Any]], nn.Module],
) -> Form:
    """The form of a network: its weights, and `built`, by which `build` makes an empty one."""

    def to_parts(network: nn.Module) -> dict[str, Any]:
        return {**built(network), "training": network.training, "state": dict(network.state_dict())}

    def from_parts(parts: Any) -> nn.Module:
        # The file's tensors become the network's: nothing is allocated because a header says so.
        with torch.device("meta"):
            network = build(parts)
        network.load_state_dict(parts["state"], assign=True)
        return network.train(bool(parts["training"]))

    return Form(name, kind, to_parts, from_parts)


def _nothing(network: nn.Module) -> dict[str, Any]:
    """What builds a network that is always built alike."""
    return {}


def _toy_network(parts: dict[str, Any]) -> ToyNetwork:
    shape = Shape(**parts["shape"])
    _check_layers(len(shape.hidden))
    return ToyNetwork(shape)


def _denoiser(parts: dict[str, Any]) -> Denoiser:
    shape = DenoiserShape(**parts["shape"])
    _check_layers(shape.depth)
    return Denoiser(shape)


def _clip(parts: dict[str, Any]) -> Clip:
    return Clip(len(parts["state"]["text.words.weight"]))


def _check_layers(count: int) -> None:
    if count > _MOST_LAYERS:
        raise Damaged("a network of more layers than anybody would make")


def _embedding(parts: Any) -> Embedding:
    vectors, names = parts["vectors"], parts["names"]
    if not isinstance(vectors, Tensor) or not all(isinstance(name, str) for name in names):
        raise Damaged("an embedding of other things than a tensor and names")
    return Embedding(vectors, tuple(names))


def _trajectory_parts(trajectory: Trajectory) -> dict[str, Any]:
    # The levels by the thousand are numbers of one kind, and cost less as a tensor.
    levels = torch.tensor([tuple(level) for level in trajectory.levels], dtype=torch.float64).view(-1, 3)
    thinned = {"every": trajectory.every, "total": trajectory.total}
    kept = {"x": trajectory.x, "records": trajectory.records, "numbers": trajectory.numbers}
    return {"levels": levels, **kept, **thinned}


def _trajectory(parts: Any) -> Trajectory:
    x, records, numbers = parts["x"], dict(parts["records"]), dict(parts["numbers"])
    if not all(isinstance(each, Tensor) for each in (x, *records.values(), *numbers.values())):
        raise Damaged("a trajectory of other things than tensors")
    levels = [Level(*level) for level in parts["levels"].tolist()]
    return Trajectory(levels, x, records, numbers, int(parts["every"]), parts["total"])


OptionalTensor = (Tensor, NoneType)
FORMS = (
    _of_network("Network", ToyNetwork, lambda network: {"shape": asdict(network.shape)}, _toy_network),
    _of_network("Denoiser", Denoiser, lambda network: {"shape": asdict(network.shape)}, _denoiser),
    _of_network("Prior", Prior, _nothing, lambda parts: Prior()),
    _of_network("Autoencoder", Autoencoder, _nothing, lambda parts: Autoencoder()),
    _of_network("Clip", Clip, _nothing, _clip),
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
    of_fields("SeededNoise", SeededNoise, seed=int, batch=int, copies=int, draws=str, state=str),
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
    Form(
        "Embedding",
        Embedding,
        lambda embedding: {"vectors": embedding.vectors, "names": embedding.names},
        _embedding,
    ),
    of_fields("Vocabulary", Vocabulary, words=tuple),
    of_fields("PocketText", PocketText, clip=Clip, vocabulary=Vocabulary, default_negative=str),
    of_fields("PocketDecoder", PocketDecoder, autoencoder=Autoencoder),
    of_fields("Told", Told, field=LearnedField, kind=str),
    of_fields("ToldClasses", ToldClasses, field=LearnedField | ClosedFormField),
    of_fields(
        "OwnSpacing",
        OwnSpacing,
        spacing=str,
        offset=int,
        end=str,
        ddim_end=str,
        strides=bool,
        noise_at_the_end=bool,
    ),
    of_fields("AsTheyAre", AsTheyAre),
    of_fields(
        "ScoreModel",
        ScoreModel,
        field=Callable,
        schedule=Schedule,
        shape=tuple,
        condition=Callable | None,
        device=str,
        any_size=bool,
        spacing=OwnSpacing,
        reference=NoneType,
        host=NoneType,
        latent_format=AsTheyAre,
    ),
)
