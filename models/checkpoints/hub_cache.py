"""The cache of Hugging Face on a disk: models--org--name/snapshots/<commit>, and refs/main says which."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from itertools import islice
from pathlib import Path

_PREFIX = "models--"
_MOST = 5000
_ID = re.compile(r"[\w.-]+(/[\w.-]+)?", re.ASCII)
_COMMIT = re.compile(r"[0-9a-zA-Z._-]{1,100}", re.ASCII)


def hub_folder(environment: Mapping[str, str]) -> Path | None:
    """Where Hugging Face's own programs keep what they fetched, or None if there is no such folder."""
    try:
        home = Path(environment.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    except RuntimeError:
        home = Path()
    hub = environment.get("HF_HUB_CACHE") or Path(environment.get("HF_HOME") or home / "huggingface", "hub")
    folder = Path(hub).expanduser()
    return folder if folder.is_dir() else None


def hub_names(hub: Path) -> Iterator[tuple[str, Path]]:
    """The models in a cache with the folder of each, by the names that its site gives them."""
    try:
        with os.scandir(hub) as entries:
            names = [entry.name for entry in islice(entries, _MOST) if entry.name.startswith(_PREFIX)]
    except OSError:
        return
    for name in sorted(names):
        model = name.removeprefix(_PREFIX).replace("--", "/")
        folder = snapshot(hub, model)
        if folder is not None:
            yield model, folder


def snapshot(hub: Path, name: str) -> Path | None:
    """The folder of a model: that of its branch main, else the only one that there is; None without."""
    if not _ID.fullmatch(name) or ".." in name:
        return None
    folder = hub / (_PREFIX + name.replace("/", "--"))
    try:
        with (folder / "refs" / "main").open("rb") as file:
            commit = file.read(101).decode("ascii", "replace").strip()
    except OSError:
        commit = _only_one(folder / "snapshots")
    if not _COMMIT.fullmatch(commit) or set(commit) == {"."}:
        return None
    found = folder / "snapshots" / commit
    return found if found.is_dir() else None


def _only_one(folder: Path) -> str:
    try:
        names = list(islice((entry.name for entry in os.scandir(folder)), 2))
    except OSError:
        return ""
    return names[0] if len(names) == 1 else ""
