"""Scorefield: diffusion taken apart into nodes you can see through.

ComfyUI loads this folder as a pack; Python imports it as `scorefield`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .api import Session, run

__all__ = ["NODE_CLASS_MAPPINGS", "NODE_DISPLAY_NAME_MAPPINGS", "WEB_DIRECTORY", "Session", "run"]

WEB_DIRECTORY = "./web"


def __getattr__(name: str) -> Any:
    """Load what is asked for when it is asked for, so that importing `scorefield.diffusion` costs nothing
    else."""
    if name in ("run", "Session"):
        from . import api

        return getattr(api, name)
    if name == "NODE_CLASS_MAPPINGS":
        from .comfyui import node_class_mappings
        from .nodes import DEFINITIONS

        return globals().setdefault(name, node_class_mappings(DEFINITIONS))
    if name == "NODE_DISPLAY_NAME_MAPPINGS":
        from .comfyui import node_display_name_mappings
        from .nodes import DEFINITIONS

        return globals().setdefault(name, node_display_name_mappings(DEFINITIONS))
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
