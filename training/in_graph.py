"""Training inside a graph: the model that comes in stays as it was."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import replace

import torch

from ..diffusion.field import ScoreModel
from ..diffusion.forward import LastStepNetwork
from ..diffusion.learned import LearnedField
from ..diffusion.points import Points
from ..models.toy.network import ToyNetwork
from ..models.toy.text import ToldClasses
from .toy import Recipe, train


def train_copy(
    model: ScoreModel, points: Points, recipe: Recipe, seed: int, progress: Callable[[int, int], None]
) -> tuple[ScoreModel, list[float]]:
    """A trained copy of a toy model and the loss of each step; `progress(step, steps)` may raise to stop it.

    Raises:
        ValueError: a model that is not a toy network, or points that do not fit it.
    """
    field = model.field
    if isinstance(field, LearnedField) and isinstance(field.network, LastStepNetwork):
        raise ValueError(
            "a network trained on the last step cannot be trained further: start from 'Toy Network'"
        )
    if not isinstance(field, LearnedField) or not isinstance(field.network, ToyNetwork):
        raise ValueError("only a toy network can be trained here: connect the node 'Toy Network'")
    losses = []
    # Hosts run nodes in inference mode, whose tensors cannot be learnt: copy outside it.
    with torch.inference_mode(False), torch.enable_grad():
        network = copy.deepcopy(field.network).cpu()
        for loss in train(network, points, model.schedule, field.prediction, recipe, seed):
            losses.append(loss)
            progress(len(losses), recipe.steps)
    network.to(model.device)
    trained = LearnedField(
        network if recipe.target == "total noise" else LastStepNetwork(network, model.schedule),
        field.prediction,
    )
    return replace(model, field=trained, condition=ToldClasses(trained)), losses
