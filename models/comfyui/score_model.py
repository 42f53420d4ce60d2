"""What ComfyUI hands from node to node as MODEL or GUIDER, as a score model."""

from __future__ import annotations

from functools import partial
from typing import Any

from ...diffusion.field import ScoreModel
from ...diffusion.own_spacing import OwnSpacing
from .coordinates import schedule_of
from .fields import GuiderField, ToldField, UntoldField
from .host import ComfyHost

# The usual lengths after the channels, by how many there are: sound, pictures, videos. Others fit too.
LENGTHS = {1: (1024,), 2: (64, 64), 3: (21, 60, 104)}
TO_THE_END = OwnSpacing("trailing", end="zero", ddim_end="zero")  # as all of its schedulers end


def from_comfyui(value: Any) -> ScoreModel:
    """The score model of a MODEL, to be told a CONDITIONING, or of a GUIDER, which has been told.

    Raises:
        ValueError: neither, or one that lives outside ComfyUI.
    """
    guider = value if hasattr(value, "model_patcher") and hasattr(value, "predict_noise") else None
    patcher = value if guider is None else guider.model_patcher
    if not (hasattr(patcher, "get_model_object") and hasattr(patcher, "load_device")):
        raise ValueError(
            f"this is no score model but a {type(value).__name__}: connect the output of Score Model or of "
            "CFG Combine, or in ComfyUI a MODEL or a GUIDER"
        )
    try:
        own = schedule_of(patcher.get_model_object("model_sampling"))
    except ImportError:
        raise ValueError("a MODEL or GUIDER of ComfyUI's can be walked only inside ComfyUI") from None
    space = patcher.get_model_object("latent_format")
    return ScoreModel(
        field=UntoldField() if guider is None else GuiderField(guider, own),
        schedule=own,
        shape=(space.latent_channels, *LENGTHS[space.latent_dimensions]),
        condition=partial(ToldField, patcher, own) if guider is None else None,
        device=str(patcher.load_device),
        any_size=True,
        spacing=TO_THE_END,
        latent_format=space,
        host=ComfyHost(patcher, own),
    )
