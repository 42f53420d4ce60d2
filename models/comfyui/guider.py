"""A guider for ComfyUI whose guidance is a field of ours. Imported inside ComfyUI only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import comfy.samplers  # type: ignore[import-not-found]
from torch import Tensor

from ...diffusion.coordinates import InCoordinates
from ...diffusion.field import Field
from ...diffusion.guidance import GuidedField
from ...diffusion.prediction import Estimate
from ...diffusion.schedule import Level, Schedule
from .coordinates import core_scale, core_sigma
from .fields import ToldField, parts_of, with_told

# What ComfyUI calls what is asked for and what it is told apart from; some of its models look at the name.
ROLES = ("positive", "negative")
GUIDANCE_PATCHES = ("sampler_cfg_function", "sampler_pre_cfg_function", "sampler_post_cfg_function")
NEVER = (2.0, 2.0)  # an interval of t in which no level lies


class FieldGuider(comfy.samplers.CFGGuider):  # type: ignore[misc]
    """Hands a model's conditions to ComfyUI to prepare, and asks the field at each step.

    Args:
        patcher: ComfyUI's MODEL.
        field: made of the model's fields.
        own: the model's noise levels.

    Attributes:
        own: the same.
        level: where the next question is asked; set by who asks.
        said: what the field said to the last one, before masks.
    """

    own: Schedule
    level: Level
    said: Estimate | None

    def __init__(self, patcher: Any, field: Field, own: Schedule) -> None:
        super().__init__(patcher)
        self._field, self.own, self.said = _without_waste(field), own, None
        parts = list(dict.fromkeys(part for part in parts_of(field) if isinstance(part, ToldField)))
        self._roles = {part: _role(place) for place, part in enumerate(parts)}
        self.inner_set_conds({role: part.conditioning for part, role in self._roles.items()})

    def predict_noise(
        self, x: Tensor, timestep: Tensor, model_options: Any = None, seed: int | None = None
    ) -> Tensor:
        """x̂0 at ComfyUI's x, (B, *shape)."""
        options = model_options or {}
        if any(options.get(name) for name in GUIDANCE_PATCHES):
            self.said = None
            return self._by_comfyui(x, timestep, options, seed)
        live = with_told(self._field, lambda told: LivePart(self, self._roles[told], timestep, options))
        self.said = live(x / core_scale(self.own, self.level), self.level)
        return self.said.x0

    def _by_comfyui(self, x: Tensor, timestep: Tensor, options: Any, seed: int | None) -> Tensor:
        """Its own guidance at our scale, because the model carries patches of it."""
        guided = self._field.field if isinstance(self._field, InCoordinates) else self._field
        if not isinstance(guided, GuidedField) or not isinstance(guided.scale, int | float):
            raise ValueError(
                "this MODEL carries patches of guidance itself, which take one scale for all samples: give "
                "CFG Combine one scale, or connect a GUIDER"
            )
        own_level = self.own.level_of(core_sigma(self.own, self.level))
        is_on = guided.interval[0] <= own_level.t <= guided.interval[1]
        scale = guided.scale + (0.0 if guided.convention == "from uncond" else 1.0) if is_on else 1.0
        if scale != 1 and "negative" not in self.conds:
            guided.unconditional(x, own_level)  # which says that it needs to be told something
        x0: Tensor = comfy.samplers.sampling_function(
            self.inner_model,
            x,
            timestep,
            self.conds.get("negative"),
            self.conds.get("positive"),
            scale,
            model_options=options,
            seed=seed,
        )
        return x0

    def denoised(self, roles: Sequence[str], x: Tensor, timestep: Tensor, options: Any) -> list[Tensor]:
        """What the model says under each condition, in as few batches as ComfyUI finds that memory allows."""
        # The place in the list tells ComfyUI, and patches in the model, which condition is the negative one.
        asked = [self.conds[role] if role in roles else None for role in self._roles.values()]
        own_way = options.get("sampler_calc_cond_batch_function")
        if own_way is not None:
            given = {"conds": asked, "input": x, "sigma": timestep, "model": self.inner_model}
            found = own_way({**given, "model_options": options})
        else:
            found = comfy.samplers.calc_cond_batch(self.inner_model, asked, x, timestep, options)
        by_role = dict(zip(self._roles.values(), found, strict=True))
        return [by_role[role] for role in roles]


@dataclass(frozen=True, eq=False)
class LivePart:
    """One condition of a walk that is under way."""

    guider: FieldGuider
    role: str
    timestep: Tensor
    options: Mapping[str, Any]

    def __call__(self, x: Tensor, level: Level) -> Estimate:
        """The estimate at x, (B, *shape), in our coordinates."""
        [estimate] = self._estimates([self.role], x, level)
        return estimate

    def together(self, other: Field, x: Tensor, level: Level) -> tuple[Estimate, Estimate] | None:
        """Both estimates in one call."""
        if not isinstance(other, LivePart) or other.guider is not self.guider:
            return None
        first, second = self._estimates([self.role, other.role], x, level)
        return first, second

    def _estimates(self, roles: Sequence[str], x: Tensor, level: Level) -> list[Estimate]:
        at = x * core_scale(self.guider.own, level)
        found = self.guider.denoised(roles, at, self.timestep, self.options)
        return [Estimate(x0, (x - level.alpha * x0) / level.sigma) for x0 in found]


def _role(place: int) -> str:
    return ROLES[place] if place < len(ROLES) else f"condition {place + 1}"


def _without_waste(field: Field) -> Field:
    """The field, asked for its unconditional part only where that counts: not at a scale of no guidance."""
    if isinstance(field, InCoordinates):
        return InCoordinates(_without_waste(field.field), field.schedule)
    if isinstance(field, GuidedField) and field.scale == (1 if field.convention == "from uncond" else 0):
        return GuidedField(field.conditional, field.unconditional, field.scale, field.convention, NEVER)
    return field
