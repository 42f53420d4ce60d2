"""The sockets that take a score model, wherever it comes from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ..diffusion.field import ScoreModel

TELLABLE = "SCORE_MODEL,MODEL"  # ComfyUI's own, which is told a conditioning
WALKABLE = "SCORE_MODEL,MODEL,GUIDER"  # and what has been told


def as_score_model(value: Any) -> ScoreModel:
    """The score model on such a socket: ours as it is, ComfyUI's as one of ours.

    Raises:
        ValueError: it is neither.
    """
    from ..diffusion.field import ScoreModel

    if isinstance(value, ScoreModel):
        return value
    from ..models.comfyui.score_model import from_comfyui

    return from_comfyui(value)
