"""The command line: `scorefield run`, `check`, `nodes`, `demos`, `train`, `cache`."""

from __future__ import annotations

from .main import main

__all__ = ["main"]
