"""The schedule of a scheduler's config, and the spacing that it asks for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from ...diffusion.own_spacing import OwnSpacing
from ...diffusion.prediction import Prediction
from ...diffusion.spacing import Spacing

PREDICTIONS: dict[str, Prediction] = {"epsilon": "epsilon", "v_prediction": "v", "sample": "sample"}


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
