"""What a sweep left in its folder, in a form in which two sweeps can be compared."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

# How long it took, and what a process found done, is no part of what a sweep makes.
OF_ONE_PROCESS = ("seconds", "executed", "cached")


def tree(folder: Path) -> dict[str, Any]:
    """Every file and folder below, hidden ones too: the content of files, the index without times."""
    return {path.relative_to(folder).as_posix(): _content(path) for path in sorted(folder.rglob("*"))}


def _content(path: Path) -> Any:
    if path.is_dir():
        return "a folder"
    return _index(path) if path.name == "sweep.json" else path.read_bytes()


def _index(path: Path) -> Any:
    found = json.loads(path.read_bytes())
    for run in found["runs"]:
        for key in OF_ONE_PROCESS:
            run.pop(key)
    return found


def unlike(found: dict[str, Any], expected: dict[str, Any]) -> list[str]:
    """What differs, a line each."""
    missing = [f"missing: {name}" for name in expected if name not in found]
    surplus = [f"too many: {name}" for name in found if name not in expected]
    both = (name for name in found if name in expected)
    return [*missing, *surplus, *(f"other content: {name}" for name in both if found[name] != expected[name])]
