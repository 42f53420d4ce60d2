"""The command line: one module per command, and what they share."""

from __future__ import annotations

from .main import main

__all__ = ["main"]
