"""What a model's own scheduler does to x̂0 before it steps, for the samplers that step by formulas of ours."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ...diffusion.bounded import BoundedField, Hold, WithinLimit, WithinShare
from ...diffusion.field import ScoreModel
from .schedulers import fresh, is_flow

# By how the names of our samplers' rules begin, in diffusers' words. No other scheduler there holds x̂0.
_HOLDING = {"ddim": "DDIM", "ddpm": "DDPM"}


def held_as_published(model: ScoreModel, rule: str) -> ScoreModel:
    """A published model whose x̂0 is held as by the scheduler of diffusers that walks like a rule; any other
    model as it is.

    Args:
        model: guided or not.
        rule: of `diffusion.solver.RULES`.
    """
    name = _HOLDING.get(rule.partition(" ")[0])
    if name is None or model.reference is None or is_flow(model.reference.scheduler):
        return model
    hold = hold_of(fresh(model.reference.scheduler, name).config)
    if hold is None:
        return model
    # diffusers' DDIM goes on with the noise that the network said.
    return replace(model, field=BoundedField(model.field, hold, keeps_noise=name == "DDIM"))


def hold_of(config: Mapping[str, Any]) -> Hold | None:
    """What holds x̂0 by the config of diffusers' DDIM or DDPM; None if nothing does."""
    if config["thresholding"]:
        return WithinShare(float(config["dynamic_thresholding_ratio"]), float(config["sample_max_value"]))
    return WithinLimit(float(config["clip_sample_range"])) if config["clip_sample"] else None
