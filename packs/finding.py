"""Which packs a folder holds."""

from __future__ import annotations

from pathlib import Path

from ..graph.errors import refuse


def find_packs(folder: Path) -> list[Path]:
    """The packs in a folder, by name: sub-folders with an `__init__.py`, and single `.py` files.

    What ends in `.disabled` is none, as in ComfyUI. A folder with an `__init__.py` is itself one pack.

    Raises:
        InvalidWorkflow: there is no such folder.
    """
    if not folder.is_dir():
        raise refuse(
            "packs_missing", f"there is no folder {folder}", "--packs takes a folder that holds packs"
        )
    if (folder / "__init__.py").is_file():
        return [folder.absolute()]
    return [path.absolute() for path in sorted(folder.iterdir()) if _is_pack(path)]


def _is_pack(path: Path) -> bool:
    if path.name.startswith((".", "__")) or path.name.endswith(".disabled"):
        return False
    return path.suffix == ".py" if path.is_file() else (path / "__init__.py").is_file()
