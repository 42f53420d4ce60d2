"""How a node tells the page of a file that it wrote."""

from __future__ import annotations

from pathlib import Path


def file_entry(path: Path, folder: Path, kind: str = "output") -> dict[str, str]:
    """The entry for a file below a folder of that kind, as ComfyUI's page reads it."""
    place = path.parent.relative_to(folder.resolve())
    return {
        "filename": path.name,
        "subfolder": "" if place == Path() else place.as_posix(),
        "type": kind,
    }
