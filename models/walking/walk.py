"""The walk of a scheduler, step by step, as `diffusion.sampling.walk` yields it."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import torch
from torch import Tensor

from ...diffusion.coordinates import InCoordinates
from ...diffusion.field import Field, ScoreModel
from ...diffusion.masking import MaskedField
from ...diffusion.prediction import Prediction
from ...diffusion.reference import Reference
from ...diffusion.sampling import State
from ...diffusion.schedule import Schedule
from ...diffusion.solver import Step
from ...diffusion.spacing import steps_left
from .asking import Answer, Question, ask
from .levels import in_exploding, initial_scale, ratios, walks_in_exploding
from .schedulers import Scheduler, config_of
from .stepping import stepper
from .visiting import visit_levels, visit_steps

Generator = torch.Generator | Sequence[torch.Generator] | None
_PREDICTIONS: dict[str, Prediction] = {
    "epsilon": "epsilon",
    "v_prediction": "v",
    "sample": "sample",
    "flow_prediction": "flow",
}


class SchedulerWalk:
    """One walk of a model by a fresh scheduler.

    Attributes:
        scheduler: with its timesteps set.
        timesteps: those of the scheduler that are walked.
        levels: where it passes, in its own coordinates, one more than there are steps.
        dtype: of the samples between steps.
    """

    def __init__(
        self,
        model: ScoreModel,
        scheduler: Scheduler,
        steps: int,
        eta: float = 0.0,
        strength: float = 1.0,
        sigmas: Sequence[float] | None = None,
    ) -> None:
        """
        Args:
            model: guided or not.
            scheduler: from `schedulers.fresh`.
            steps: how many, of the scheduler's own kind.
            eta: for the schedulers that take one.
            strength: the share of the steps that is walked, the last ones.
            sigmas: the levels to visit, in the unit of the model's schedule, instead of steps and strength.

        Raises:
            ValueError: steps that the scheduler cannot make, or levels that it does not visit.
        """
        self._field, self._schedule = in_preserving_coordinates(model)
        self._known = model.field if isinstance(model.field, MaskedField) else None
        self._reference = model.reference or Reference(config_of(model))
        self._device = model.device
        self._eta = eta
        self._prediction = _PREDICTIONS[scheduler.config.get("prediction_type", "flow_prediction")]
        self.scheduler = scheduler
        self._scaled = getattr(scheduler, "scale_model_input", None)
        self.dtype = self._reference.dtype if self._reference.matched else torch.float32
        self._skipped = self._set_timesteps(steps, strength, sigmas)
        if self._skipped or self._reference.begins_at_first:
            self._tell_where_it_begins(self._skipped)
        self.timesteps = scheduler.timesteps[self._skipped :]
        visited = ratios(scheduler, self._schedule)[self._skipped :]
        self._heard = [self._schedule.level_of(ratio) for ratio in visited]
        exploding = walks_in_exploding(scheduler)
        self.levels = [in_exploding(level) if exploding else level for level in self._heard]

    def __len__(self) -> int:
        return len(self.timesteps)

    def start(self, noise: Tensor, clean: Tensor | None = None) -> Tensor:
        """Where it starts from unit noise, and perhaps from clean samples with that noise on them, each
        (B, *shape), on its device."""
        drawn = noise.to(self._device, self.dtype)
        if clean is None:
            x: Tensor = drawn * initial_scale(self.scheduler)
            return x
        if not self._reference.matched:
            return self.levels[0].alpha * clean.to(drawn) + self.levels[0].sigma * drawn
        # As the pipeline tells it: some look up the noise by where they begin.
        self._tell_where_it_begins(self._skipped)
        first = self.timesteps[:1].repeat(len(drawn))
        if hasattr(self.scheduler, "add_noise"):
            noised: Tensor = self.scheduler.add_noise(clean.to(drawn), drawn, first)
        else:
            noised = self.scheduler.scale_noise(clean.to(drawn), first, drawn)
        return noised

    def states(self, x: Tensor, generator: Generator = None) -> Iterator[State]:
        """Walk x (B, *shape), yielding after each step, in single precision. A scheduler does not say where x
        stood before its noise, so that `mean` is x.

        Args:
            x: where to start.
            generator: of the noise on the way: one, or one for each sample.
        """
        x = x.to(self._device, self.dtype)
        more = {"eta": self._eta, "generator": generator}
        step = stepper(self.scheduler, self.timesteps, self.levels, self._reference, more)
        for index, timestep in enumerate(self.timesteps):
            if self._known is not None:
                x = self._known.put_back(x, self.levels[index])
            answer = self._ask(x, timestep, index)
            x = step(x, answer, index)
            shown = x.float()
            yield State(self._step(index), shown, shown, answer.estimate)

    def _set_timesteps(self, steps: int, strength: float, sigmas: Sequence[float] | None) -> int:
        """Tell the scheduler what to visit; how many of its timesteps are not walked."""
        if sigmas is not None:
            visit_levels(self.scheduler, sigmas, self._schedule, self._device)
            return 0
        visit_steps(self.scheduler, steps, self._device)
        return (steps - steps_left(steps, strength)) * int(getattr(self.scheduler, "order", 1))

    def _tell_where_it_begins(self, place: int) -> None:
        if hasattr(self.scheduler, "set_begin_index"):
            self.scheduler.set_begin_index(place)

    def _ask(self, x: Tensor, timestep: Tensor, index: int) -> Answer:
        heard = x if self._scaled is None else self._scaled(x, timestep)
        question = Question(heard, timestep, self._heard[index])
        return ask(self._field, question, self._reference, self._prediction)

    def _step(self, index: int) -> Step:
        # The coefficients are the scheduler's own business.
        return Step(self.levels[index], self.levels[index + 1], math.nan, math.nan, math.nan)


def in_preserving_coordinates(model: ScoreModel) -> tuple[Field, Schedule]:
    """A model's field and schedule as schedulers know them: variance preserving, or a flow."""
    if model.schedule.family != "variance_exploding":
        return model.field, model.schedule
    return InCoordinates(model.field, model.schedule), Schedule("variance_preserving", model.schedule.table)
