"""Our samplers for ComfyUI's: a row of the solver's table as a SAMPLER."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import torch
from torch import Tensor

from ...diffusion.coordinates import as_flow
from ...diffusion.field import ScoreModel
from ...diffusion.noise import NoiseStreams
from ...diffusion.sampling import walk
from ...diffusion.schedule import Level, Schedule
from ...diffusion.solver import Step, plan
from .asked import AskedField
from .coordinates import core_scale, schedule_of

Walked = Literal["as the model", "as a flow"]


@dataclass(frozen=True)
class SamplerRule:
    """A row of the solver's table and its parameters, for whoever brings the field and the noise levels.

    ComfyUI calls it as it calls its own sampler functions.

    Attributes:
        rule: of `solver.RULES`.
        eta, step_scale: as `solver.plan` takes them.
        coordinates: the model's own, or a flow's.
    """

    rule: str
    eta: float = 0.0
    step_scale: float = 1.0
    coordinates: Walked = "as the model"

    def walked(self, model: ScoreModel) -> ScoreModel:
        """The model in the rule's coordinates."""
        return as_flow(model) if self.coordinates == "as a flow" else model

    def steps(self, own: Schedule, sigmas: list[float]) -> list[Step]:
        """The steps along table values of a schedule, noisiest first.

        Raises:
            ValueError: what `solver.plan` and `Schedule.level_of` refuse.
        """
        levels = [own.level_of(sigma) for sigma in sigmas]
        if self.coordinates == "as a flow":
            levels = [_as_flow(level) for level in levels]
        return plan(self.rule, levels, self.eta, self.step_scale)

    def __call__(
        self,
        model: Any,
        x: Tensor,
        sigmas: Tensor,
        extra_args: Mapping[str, Any] | None = None,
        callback: Any = None,
        disable: bool | None = None,
    ) -> Tensor:
        """ComfyUI's x after the walk, (B, *shape); the noise on the way is that of our own nodes."""
        if len(sigmas) < 2:
            return x
        more = extra_args or {}
        own = schedule_of(model.inner_model.inner_model.model_sampling)
        steps = self.steps(own, [float(sigma) for sigma in sigmas.cpu()])
        streams = NoiseStreams(int(more.get("seed") or 0), range(len(x)))
        streams(torch.empty(x.shape))  # the first of our NOISE is what the walk started from
        x = x / core_scale(own, steps[0].level)
        for done, state in enumerate(walk(AskedField(model, own, more), x, steps, streams)):
            if callback is not None:
                sigma = sigmas[done]
                callback(
                    {"i": done, "x": x, "sigma": sigma, "sigma_hat": sigma, "denoised": state.estimate.x0}
                )
            x = state.x
        return x * core_scale(own, steps[-1].after)


def _as_flow(level: Level) -> Level:
    total = level.alpha + level.sigma
    return Level(level.alpha / total, level.sigma / total, level.t)


def rule_of(sampler: Any) -> SamplerRule:
    """The rule in a SAMPLER of ours.

    Raises:
        ValueError: it is another's.
    """
    rule = getattr(sampler, "sampler_function", sampler)
    if not isinstance(rule, SamplerRule):
        raise ValueError(
            "this SAMPLER is not ours, so that nobody knows its steps: take one of Sampler, or walk by "
            "ComfyUI's SamplerCustomAdvanced"
        )
    return rule


def sampler(rule: SamplerRule) -> Any:
    """ComfyUI's SAMPLER of a rule; outside ComfyUI the rule itself."""
    try:
        from comfy.samplers import KSAMPLER  # type: ignore[import-not-found]
    except ImportError:
        return rule
    return KSAMPLER(rule)
