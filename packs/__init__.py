"""Packs of other people: found in a folder, loaded one by one, and their nodes read into definitions."""

from __future__ import annotations

from .loader import LoadedPacks, load_packs
from .skipped import Skipped
from .stand_ins.places import Places

__all__ = ["LoadedPacks", "Places", "Skipped", "load_packs"]
