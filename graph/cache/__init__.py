"""Results that are kept, in memory and on disk, by signature."""

from __future__ import annotations

from .disk import DiskCache
from .layers import LayeredCache
from .memory import MemoryCache
from .results import Cache, NodeResult, Outputs, Ui

__all__ = ["Cache", "DiskCache", "LayeredCache", "MemoryCache", "NodeResult", "Outputs", "Ui"]
