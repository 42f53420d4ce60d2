"""What the tests of the mathematics share: a model that anyone can evaluate, and clouds drawn once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import pytest
import torch
from diffusers import DDPMScheduler, SchedulerMixin
from hypothesis import settings
from scorefield.diffusion.field import ScoreModel
from scorefield.diffusion.measures import energy_distance, noised_reference
from scorefield.diffusion.noise import NoiseStreams
from scorefield.diffusion.prediction import Estimate, Prediction, to_estimate
from scorefield.diffusion.quality import quality
from scorefield.diffusion.sampling import sample
from scorefield.diffusion.schedule import Level, Schedule, from_betas
from scorefield.diffusion.solver import plan
from scorefield.diffusion.spacing import levels_to_visit
from scorefield.models.toy.datasets import spiral
from torch import Tensor

# No deadline and the same examples every time: a busy machine or an unlucky day is not a finding.
settings.register_profile("scorefield", deadline=None, derandomize=True)
settings.load_profile("scorefield")

# diffusers' name of each schedule and its usual numbers; diffusers' name of each prediction and ours.
BETAS: dict[str, dict[str, float]] = {
    "linear": {"beta_start": 1e-4, "beta_end": 0.02},
    "scaled_linear": {"beta_start": 0.00085, "beta_end": 0.012},
    "squaredcos_cap_v2": {},
}
PREDICTIONS: dict[str, Prediction] = {"epsilon": "epsilon", "v_prediction": "v", "sample": "sample"}


@dataclass(frozen=True)
class Case:
    """One configuration of a diffusers scheduler with the same schedule, and a model, of ours."""

    options: dict[str, float | str]
    schedule: Schedule
    prediction: Prediction

    def output(self, x: Tensor, t: float) -> Tensor:
        """A model nobody trained: smooth, different at every t, not pointwise, in scale with its kind."""
        level = self.schedule.level(round(float(t)))
        bounded = torch.tanh(x.roll(1, -1) + 2 * level.t)
        return level.alpha * x - level.sigma * bounded if self.prediction == "sample" else bounded

    def field(self, x: Tensor, level: Level) -> Estimate:
        return to_estimate(self.prediction, self.output(x, level.t * 999), x, level)


@dataclass(frozen=True)
class Precision:
    """What diffusers computes its coefficients in."""

    dtype: torch.dtype

    def of(self, scheduler: SchedulerMixin) -> SchedulerMixin:
        scheduler.alphas_cumprod = torch.cumprod(1 - scheduler.betas.to(self.dtype), dim=0)
        scheduler.one = torch.ones((), dtype=self.dtype)
        if hasattr(scheduler, "final_alpha_cumprod"):
            to_one = scheduler.config.set_alpha_to_one
            scheduler.final_alpha_cumprod = scheduler.one if to_one else scheduler.alphas_cumprod[0]
        return scheduler

    def limit(self, case: Case, eta: float = 0.5, whole_walk: bool = False) -> float:
        """The relative error allowed, all of it theirs.

        1 − ᾱ in float32 keeps few digits near the data, fewest for the cosine schedule (4e-5 at its first
        level), which adds up over a walk; and the variance of η = 1 few near the noise. In float64 they clamp
        a variance at 1e-20.
        """
        if self.dtype == torch.float64:
            return 1e-9
        coarse = case.options["beta_schedule"] == "squaredcos_cap_v2"
        if eta == 1:
            return 6e-5 if coarse else 5e-5
        return 2e-5 if coarse and whole_walk else 1e-5


@pytest.fixture(params=[(b, p) for b in BETAS for p in PREDICTIONS], ids="-".join)
def case(request: pytest.FixtureRequest) -> Case:
    """Every schedule with every prediction; made of their float32 β, in which 1 − 0.999 is not exact."""
    betas, prediction = request.param
    options = {**BETAS[betas], "beta_schedule": betas, "prediction_type": prediction}
    return Case(options, from_betas(DDPMScheduler(**options).betas), PREDICTIONS[prediction])


@pytest.fixture(params=[torch.float32, torch.float64], ids=["float32", "float64"])
def precision(request: pytest.FixtureRequest) -> Precision:
    """Their own float32, and their own code with its coefficients in float64: what float32 cost."""
    return Precision(request.param)


@pytest.fixture
def start(request: pytest.FixtureRequest) -> Tensor:
    """Where every walk begins, in the test's precision if it has one."""
    drawn = torch.randn(2, 3, 4, 5, generator=torch.Generator().manual_seed(11))
    return (
        drawn.to(request.getfixturevalue("precision").dtype) if "precision" in request.fixturenames else drawn
    )


@pytest.fixture
def apart() -> Callable[[Tensor, Tensor], float]:
    """The largest difference, relative to the largest value expected."""

    def relative(got: Tensor, expected: Tensor) -> float:
        return float((got.double() - expected.double()).abs().max() / expected.double().abs().max())

    return relative


class OneGenerator:
    """Noise from one continuing generator, which diffusers takes as it is."""

    def __init__(self, seed: int) -> None:
        self.generator = torch.Generator().manual_seed(seed)

    def __call__(self, like: Tensor) -> Tensor:
        return torch.randn(like.shape, generator=self.generator, dtype=like.dtype)


@pytest.fixture
def one_generator() -> Callable[[int], OneGenerator]:
    return OneGenerator


def drawn(
    model: ScoreModel, row: str, steps: int, count: int, seed: int, records: tuple[str, ...], **options
):
    """Samples of a model by that row of the table, each from its own stream, and their trajectory."""
    streams = NoiseStreams(seed, range(count))
    spacing = "continuous" if model.schedule.family == "flow" else "trailing"
    levels = levels_to_visit(model.schedule, steps, spacing)
    x = model.schedule.initial_scale(levels[0]) * streams(torch.empty(count, *model.shape))
    return sample(model.field, x, plan(row, levels, **options), streams, records)


@pytest.fixture(scope="session")
def draw():
    """`draw(model, row, steps)`: 2000 samples of a model, drawn once for all tests."""
    return cache(lambda model, row, steps, count=2000, seed=0, **options: drawn(
        model, row, steps, count, seed, (), **options)[0])  # fmt: skip


@pytest.fixture(scope="session")
def record():
    """`record(model, row, steps)`: the trajectory of 2000 samples."""
    return cache(lambda model, row, steps: drawn(model, row, steps, 2000, 0, ("x",))[1])


@pytest.fixture(scope="session")
def judge():
    """The measures of a cloud against the spiral; those of a cloud that was drawn once are taken once."""
    data = spiral(100)
    return cache(lambda x: quality(x, data, torch.Generator().manual_seed(1)))


@pytest.fixture(scope="session")
def energy():
    """The energy distance alone, where the other measures are not asked for."""
    reference = noised_reference(spiral(100).xy, 2000, torch.Generator().manual_seed(1))
    return lambda x: energy_distance(x, reference)
