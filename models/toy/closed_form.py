"""The exact score model of a data set of the plane."""

from __future__ import annotations

from ...diffusion.closed_form import ClosedFormField
from ...diffusion.field import ScoreModel
from ...diffusion.points import Points
from .schedules import schedule_of
from .text import ClassText, ToldClasses


def closed_form(
    points: Points, family: str, levels: int, sigma_min: float, sigma_max: float
) -> tuple[ScoreModel, ClassText]:
    """The model, and the encoder of its class names; see `schedules.schedule_of` for the arguments and
    errors."""
    field = ClosedFormField(points.xy, points.labels)
    schedule = schedule_of(family, levels, sigma_min, sigma_max)
    model = ScoreModel(field, schedule, (2,), ToldClasses(field))
    return model, ClassText(points.names)
