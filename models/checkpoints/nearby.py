"""Models of a family among all that are found: where a single file gets what it does not hold."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from .families import Family, Kind
from .folder_kinds import kind_of_folder
from .places import Places


def folders_of(family: Family, places: Places) -> Iterator[tuple[Path, Kind]]:
    """The diffusers directories of a family that are found; what cannot be read is none."""
    for name in places.models():
        if name.endswith(".safetensors"):
            continue
        try:
            folder = places.find(name)
            kind = kind_of_folder(folder)
        except ValueError:
            continue
        if kind.family is family:
            yield folder, kind
