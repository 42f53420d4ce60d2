"""The command line: `scorefield run`, `check`, `verify`, `nodes`, `demos`, `train`."""

from __future__ import annotations

from .main import main

__all__ = ["main"]
