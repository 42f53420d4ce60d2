"""The exact score model of a data set of the plane."""

from __future__ import annotations

from typing import Any

from ...diffusion.closed_form import ClosedFormField
from ...diffusion.field import Field, ScoreModel
from ...diffusion.points import Points
from .schedules import schedule_of
from .text import ClassText, classes_of


def closed_form(
    points: Points, family: str, levels: int, sigma_min: float, sigma_max: float
) -> tuple[ScoreModel, ClassText]:
    """The model, and the encoder of its class names; see `schedules.schedule_of` for the arguments and
    errors."""
    field = ClosedFormField(points.xy, points.labels)

    def given(conditioning: list[list[Any]]) -> Field:
        classes = classes_of(conditioning)
        return field.given(None if bool((classes < 0).all()) else classes)

    model = ScoreModel(field, schedule_of(family, levels, sigma_min, sigma_max), (2,), given)
    return model, ClassText(points.names)
