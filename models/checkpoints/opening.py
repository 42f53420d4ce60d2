"""A model by its name, its path or its pinned name, opened: whole, of the right family, and the one that was
meant."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from pathlib import Path

from .checkpoint import Checkpoint, open_folder
from .families import Family, require
from .json_text import brief
from .places import Places
from .single_file import open_file

_PIN = "@sha256:"
_DIGEST = re.compile(r"[0-9a-f]{64}")
Hash = Callable[[Path], str]


def open_model(name: str, places: Places, *wanted: Family, hash_of: Hash | None = None) -> Checkpoint:
    """The model of a name, of which nothing is read yet but JSON and headers.

    Args:
        name: as `places` lists it, or a path inside a model folder; perhaps with "@sha256:" and a hash.
        places: where to look.
        wanted: the families that will do; by default any.
        hash_of: gives the sha256 of a file.

    Raises:
        ValueError: there is no such model, it is not whole, of another family, or its hash is another.
    """
    bare, digest = parted(name)
    path = places.find(bare)
    opened = open_folder(path) if path.is_dir() else open_file(path, places)
    if wanted:
        require(opened.kind, *wanted)
    if digest is not None:
        _check_pin(bare, path, opened, digest, hash_of or sha256)
    return opened


def parted(name: str) -> tuple[str, str | None]:
    """A name without its pin, and the hash that it is pinned to.

    Raises:
        ValueError: what is behind "@sha256:" is no such hash.
    """
    bare, pin, digest = name.partition(_PIN)
    if not pin:
        return name, None
    if not _DIGEST.fullmatch(digest.lower()):
        raise ValueError(f"{brief(digest)} is no sha256: behind {_PIN} stand 64 digits of 0-9 and a-f")
    return bare, digest.lower()


def digest_of(path: Path, opened: Checkpoint, hash_of: Hash) -> str:
    """The sha256 of a model: a file's own; of a folder, that of the list which sha256sum prints of its files,
    sorted by their paths inside it."""
    if path.is_file():
        return hash_of(path)
    files = sorted((file.relative_to(path).as_posix(), file) for file in opened.files())
    lines = "".join(f"{hash_of(file)}  {name}\n" for name, file in files)
    return hashlib.sha256(lines.encode()).hexdigest()


def sha256(path: Path) -> str:
    """The sha256 of a file's content."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _check_pin(name: str, path: Path, opened: Checkpoint, digest: str, hash_of: Hash) -> None:
    try:
        found = digest_of(path, opened, hash_of)
    except OSError as error:
        raise ValueError(f"{name} cannot be read: {error.strerror or error}") from None
    if found != digest:
        raise ValueError(
            f"{name} is not the model that was meant: its sha256 is {found}, and {digest} was given"
        )
