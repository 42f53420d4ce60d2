"""A toy network that knows nothing yet, as a score model."""

from __future__ import annotations

from ...diffusion.field import ScoreModel
from ...diffusion.points import Points
from ...diffusion.prediction import Prediction
from .checkpoint import ToyModel, new_network
from .network import Shape
from .schedules import schedule_of
from .text import ClassText


def untrained(
    points: Points,
    hidden: str,
    time_input: bool,
    scale_input: bool,
    prediction: Prediction,
    family: str,
    levels: int,
    sigma_min: float,
    sigma_max: float,
    seed: int,
) -> tuple[ScoreModel, ClassText]:
    """The model, with a class for each of the points' names, and the encoder of those names.

    Raises:
        ValueError: `hidden` is not a list of widths, a flow predicts epsilon, or the schedule's own errors.
    """
    if family == "flow" and prediction == "epsilon":
        raise ValueError(
            "a flow starts where there is no signal, and there epsilon says nothing of it: predict flow"
        )
    shape = Shape(widths(hidden), time_input, len(points.names), scale_input)
    schedule = schedule_of(family, levels, sigma_min, sigma_max)
    model = ToyModel(new_network(shape, seed), prediction, schedule, points.names)
    return model.score_model(), model.text()


def widths(text: str) -> tuple[int, ...]:
    """The widths of hidden layers from "16, 128, 16".

    Raises:
        ValueError: something that is not a whole number from 1 to 4096.
    """
    parts = [part.strip() for part in text.split(",")]
    if not all(part.isdecimal() and 1 <= int(part) <= 4096 for part in parts):
        raise ValueError(f"hidden layers are whole numbers from 1 to 4096 with commas between, not {text!r}")
    return tuple(int(part) for part in parts)
