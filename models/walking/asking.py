"""What a field says to a scheduler: the network's own words at its own time, guided as pipelines do it."""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor

from ...diffusion.field import Field
from ...diffusion.guidance import GuidedField
from ...diffusion.prediction import Ends, Prediction, target
from ...diffusion.reference import Reference
from ...diffusion.schedule import Level
from ...diffusion.switching import SwitchedField
from ..network_field import NetworkField
from .meaning import Meaning


class Answer(NamedTuple):
    """What is stepped with, (B, *shape), and what it means."""

    output: Tensor
    estimate: Ends


class Question(NamedTuple):
    """Where a field is asked.

    Attributes:
        x: (B, *shape), as the network takes it.
        timestep: in the scheduler's unit, a tensor without dimensions.
        level: the same in the schedule of the field.
    """

    x: Tensor
    timestep: Tensor
    level: Level


def ask(field: Field, question: Question, reference: Reference, prediction: Prediction) -> Answer:
    """The answer of a field.

    Args:
        field: a network's, guidance between two of a network, or any other.
        question: where.
        reference: how the pipeline asks.
        prediction: what the scheduler takes, where the field is no network's.

    Raises:
        ValueError: a matched walk of a field that no pipeline has.
    """
    if reference.matched and isinstance(field, SwitchedField):
        _check_scales(field)
    field = turned(field, question.level)
    network = network_of(field)
    if network is not None:
        output, *parts = _said(field, question, reference)
        x, _, level = question
        meanings = (Meaning(network.prediction, part, x, level) for part in parts)
        return Answer(output, Meaning(network.prediction, output, x, level, *meanings))
    if reference.matched:
        raise ValueError(
            "matched mode repeats the model's own pipeline, which has no such field: connect the model "
            "itself, or CFG Combine on it"
        )
    estimate = field(question.x, question.level)
    alpha, sigma, _ = question.level
    return Answer(target(prediction, estimate.x0, estimate.epsilon, alpha, sigma), estimate)


def turned(field: Field, level: Level) -> Field:
    """The field that answers at a level: some are another one at each, and have it `at` a level."""
    while (at := getattr(field, "at", None)) is not None:
        field = at(level)
    return field


def network_of(field: Field) -> NetworkField | None:
    """The network's field that a field is, or that it is guidance of; None if there is no single one."""
    if isinstance(field, NetworkField):
        return field
    if not isinstance(field, GuidedField):
        return None
    one, other = field.conditional, field.unconditional
    if not isinstance(one, NetworkField) or not isinstance(other, NetworkField):
        return None
    return one if one.network is other.network and one.prediction == other.prediction else None


def _said(field: Field, question: Question, reference: Reference) -> tuple[Tensor, ...]:
    """What the network says; where there is guidance, also with its condition, and where that is on,
    without."""
    x, timestep, level = question
    if isinstance(field, NetworkField):
        return (field.output(x, timestep),)
    assert isinstance(field, GuidedField)
    assert isinstance(field.conditional, NetworkField) and isinstance(field.unconditional, NetworkField)
    scale = _matched_scale(field) if reference.matched else field.weight(x)
    # As the pipelines do it, a scale up to 1 asks for the condition alone.
    is_skipped = reference.matched and isinstance(scale, float) and scale <= 1
    if is_skipped or not field.interval[0] <= level.t <= field.interval[1]:
        return (field.conditional.output(x, timestep),) * 2
    unconditional, conditional = _both(
        field.unconditional, field.conditional, question, reference.together or not reference.matched
    )
    if not reference.matched:  # guidance enlarges what the network's own precision rounds away
        unconditional, conditional = unconditional.to(x), conditional.to(x)
    return reference.guide(unconditional, conditional, scale), conditional, unconditional


def _both(
    unconditional: NetworkField, conditional: NetworkField, question: Question, together: bool
) -> tuple[Tensor, Tensor]:
    x, timestep, _ = question
    both = unconditional.beside(conditional, x.shape[0]) if together else None
    if both is None:
        said = conditional.output(x, timestep)
        return unconditional.output(x, timestep), said
    first, second = both.output(torch.cat([x] * 2), timestep).chunk(2)
    return first, second


def _matched_scale(field: GuidedField) -> float:
    if not isinstance(field.scale, (int, float)):
        raise ValueError(
            "matched mode takes one guidance scale, as the pipeline does: use guidance_scale, or the "
            "mode 'optimised'"
        )
    return float(field.scale) + (0.0 if field.convention == "from uncond" else 1.0)


def _check_scales(field: SwitchedField) -> None:
    stages = (field.early, field.late)
    guided = {isinstance(each, GuidedField) and _matched_scale(each) > 1 for each in stages}
    if len(guided) > 1:
        raise ValueError(
            "matched mode repeats the pipeline, which guides at every step or never: take two scales above "
            "1, or none"
        )
