"""The recipes of the weights that ship: what each toy model is trained on, and for how long."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from ..diffusion.points import Points
from ..diffusion.prediction import Prediction
from ..diffusion.schedule import Schedule, log_linear
from ..models.toy.datasets import spiral
from ..models.toy.network import Shape
from .catalogue import CATALOGUE
from .toy import Recipe

# The library's default width, which the video's conditional network has.
CONDITIONAL_HIDDEN = (16, 128, 256, 128, 16)


def one_class() -> Points:
    """The video's spiral."""
    return spiral(100)


def three_classes() -> Points:
    """The video's spiral of a person, a dog and a cat."""
    return spiral(100, classes=3)


def flow_by_ratio() -> Schedule:
    """A flow whose levels are log-uniform in noise/signal, 0.01 … 10: uniform t starves the clean end."""
    ratio = log_linear(256, 0.01, 10.0).table
    return Schedule("flow", ratio / (1 + ratio))


@dataclass(frozen=True)
class ToyRecipe:
    """One toy model: its data, its noise levels, its network, its training and its seed."""

    summary: str
    schedule: Callable[[], Schedule]
    recipe: Recipe
    data: Callable[[], Points] = one_class
    shape: Shape = field(default_factory=Shape)
    prediction: Prediction = "epsilon"
    seed: int = 1


LONG = Recipe(steps=33_000, decay_steps=3_000)
VIDEO = Recipe(steps=15_000)
CONDITIONAL = Shape(CONDITIONAL_HIDDEN, classes=3)


def levels(count: int, sigma_max: float) -> Callable[[], Schedule]:
    """A log-linear schedule from 0.01, as a function of nothing."""
    return lambda: log_linear(count, 0.01, sigma_max)


TOYS: dict[str, ToyRecipe] = {
    "toy-spiral": ToyRecipe(CATALOGUE["toy-spiral"].summary, levels(64, 10.0), LONG),
    "toy-spiral-15k": ToyRecipe(CATALOGUE["toy-spiral-15k"].summary, levels(64, 10.0), VIDEO),
    "toy-spiral-near": ToyRecipe(CATALOGUE["toy-spiral-near"].summary, levels(256, 1.0), LONG),
    "toy-with-time": ToyRecipe(CATALOGUE["toy-with-time"].summary, levels(256, 10.0), VIDEO),
    "toy-without-time": ToyRecipe(
        CATALOGUE["toy-without-time"].summary, levels(256, 10.0), VIDEO, shape=Shape(time_input=False)
    ),
    "toy-total-noise": ToyRecipe(CATALOGUE["toy-total-noise"].summary, levels(100, 10.0), VIDEO),
    "toy-one-step": ToyRecipe(
        CATALOGUE["toy-one-step"].summary, levels(100, 10.0), Recipe(steps=15_000, target="one step")
    ),
    "toy-classes": ToyRecipe(
        CATALOGUE["toy-classes"].summary, levels(256, 10.0), LONG, three_classes, CONDITIONAL
    ),
    "toy-classes-near": ToyRecipe(
        CATALOGUE["toy-classes-near"].summary, levels(256, 1.0), LONG, three_classes, CONDITIONAL
    ),
    "toy-flow": ToyRecipe(CATALOGUE["toy-flow"].summary, flow_by_ratio, LONG, prediction="flow"),
}
