"""The schedule of a scheduler's config, in float64, and the spacing that it asks for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

import torch
from torch import Tensor

from ...diffusion.own_spacing import OwnSpacing
from ...diffusion.prediction import Prediction
from ...diffusion.schedule import Schedule, cosine_betas, from_betas, linear_betas, scaled_linear_betas
from ...diffusion.spacing import Spacing

PREDICTIONS: dict[str, Prediction] = {"epsilon": "epsilon", "v_prediction": "v", "sample": "sample"}
# ᾱ of a last level without signal, which no ratio of noise to signal can tell: so little that it is none.
_NEXT_TO_NOTHING = 2.0**-24


def schedule_of(config: Mapping[str, Any]) -> Schedule:
    """The schedule that a scheduler's config tells.

    Raises:
        ValueError: a kind of schedule that is not known.
    """
    schedule = _of_betas(config)
    if not config.get("rescale_betas_zero_snr"):
        return schedule
    return Schedule(schedule.family, _ends_in_noise(schedule.table))


def prediction_of(config: Mapping[str, Any]) -> Prediction:
    """What a network predicts, as its scheduler's config tells it.

    Raises:
        ValueError: a kind of prediction that is not known.
    """
    name = str(config.get("prediction_type", "epsilon"))
    if name not in PREDICTIONS:
        raise ValueError(f"the scheduler's prediction_type is {name!r}: known are {', '.join(PREDICTIONS)}")
    return PREDICTIONS[name]


def spacing_of(ddim: Mapping[str, Any]) -> OwnSpacing:
    """The spacing that DDIM has by the model's config: diffusers' DDPM takes the same, and always ends
    without noise."""
    return OwnSpacing(
        cast(Spacing, ddim["timestep_spacing"]),
        int(ddim["steps_offset"]),
        end="zero",
        ddim_end="zero" if ddim["set_alpha_to_one"] else "lowest level",
        strides=True,
        noise_at_the_end=True,
    )


def _of_betas(config: Mapping[str, Any]) -> Schedule:
    trained = config.get("trained_betas")
    if trained is not None:
        return from_betas(torch.as_tensor(trained, dtype=torch.float64))
    kind, levels = config.get("beta_schedule", "linear"), int(config.get("num_train_timesteps", 1000))
    start, end = float(config.get("beta_start", 1e-4)), float(config.get("beta_end", 0.02))
    if kind == "linear":
        return linear_betas(levels, start, end)
    if kind == "scaled_linear":
        return scaled_linear_betas(levels, start, end)
    if kind == "squaredcos_cap_v2":
        return cosine_betas(levels)
    raise ValueError(
        f"the scheduler's beta_schedule is {kind!r}: known are linear, scaled_linear and squaredcos_cap_v2"
    )


def _ends_in_noise(table: Tensor) -> Tensor:
    """The table with √ᾱ moved and stretched so that the last level has no signal (Lin et al. 2023,
    arXiv:2305.08891, algorithm 1)."""
    root = (1 / (1 + table**2)).sqrt()
    moved = (root - root[-1]) * root[0] / (root[0] - root[-1])
    alphas_cumprod = (moved**2).clamp(min=_NEXT_TO_NOTHING)
    return ((1 - alphas_cumprod) / alphas_cumprod).sqrt()
