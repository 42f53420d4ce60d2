"""The folder where results lie, one file each, and what leaves it when it is full.

Several processes may use it at once: a file appears whole or not at all, and may go at any moment.
"""

from __future__ import annotations

import contextlib
import os
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from ..signature import Signature

MOST_FILES = 10_000
_NAME = re.compile(r"(?:[0-9a-f]{2})+-[0-9a-f]{16}\.safetensors")
_PART = re.compile(r"\.(?:[0-9a-f]{2})+-[0-9a-f]{16}\.[0-9a-f]+\.part")
# Nobody writes one file for so long: its process was killed.
_FORGOTTEN_SECONDS = 3600.0
# Room that is made at once, so that a full folder is not read at every write.
_SLACK = 16


class File(NamedTuple):
    """One result on disk."""

    name: str
    size: int
    used: float  # when it was last asked for, in seconds since the epoch


def file_name(signature: Signature, origin: str) -> str:
    """The name of a result's file: its signature, and a hash of the code and the machine that made it."""
    return f"{signature.hex()}-{origin}.safetensors"


def files(folder: Path) -> list[File]:
    """What lies there, and was put there by us; nothing, where there is no such folder.

    Raises:
        OSError: it cannot be read.
    """
    return [entry for entry in _entries(folder) if _NAME.fullmatch(entry.name)]


def read(path: Path, most_bytes: int) -> bytes | None:
    """The content of a file, or None if it is gone or larger than it may be."""
    try:
        with path.open("rb") as file:
            content = file.read(most_bytes + 1)
    except OSError:
        return None
    return content if len(content) <= most_bytes else None


def touch(path: Path) -> None:
    """Note that a result was asked for now."""
    with contextlib.suppress(OSError):
        os.utime(path)


def write(path: Path, content: bytes) -> None:
    """Write a file whole, or not at all.

    Raises:
        OSError: it cannot be written.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    part = path.with_name(f".{path.stem}.{os.urandom(8).hex()}.part")
    try:
        part.write_bytes(content)
        part.replace(path)
    except BaseException:
        remove(part)
        raise


def remove(path: Path) -> None:
    """Delete a file, if it is there and can be."""
    with contextlib.suppress(OSError):
        path.unlink()


def make_room(folder: Path, most_bytes: int) -> list[File]:
    """Delete what was used longest ago until the rest is small enough; the rest.

    Raises:
        OSError: the folder cannot be read.
    """
    _remove_forgotten(folder)
    kept = sorted(files(folder), key=lambda file: file.used, reverse=True)
    size = sum(file.size for file in kept)
    if size <= most_bytes and len(kept) <= MOST_FILES:
        return kept
    most_bytes, most_files = (most - most // _SLACK for most in (most_bytes, MOST_FILES))
    while kept and (size > most_bytes or len(kept) > most_files):
        oldest = kept.pop()
        size -= oldest.size
        remove(folder / oldest.name)
    return kept


def clear(folder: Path) -> list[File]:
    """Delete every result, and nothing else that may lie there; those that were deleted.

    Raises:
        OSError: the folder cannot be read.
    """
    found = [*files(folder), *_parts(folder)]
    for file in found:
        remove(folder / file.name)
    return [file for file in found if _NAME.fullmatch(file.name)]


def _remove_forgotten(folder: Path) -> None:
    for part in _parts(folder):
        if time.time() - part.used > _FORGOTTEN_SECONDS:
            remove(folder / part.name)


def _parts(folder: Path) -> list[File]:
    return [entry for entry in _entries(folder) if _PART.fullmatch(entry.name)]


def _entries(folder: Path) -> Iterator[File]:
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                with contextlib.suppress(FileNotFoundError):  # another process was quicker
                    if entry.is_file(follow_symlinks=False):
                        status = entry.stat(follow_symlinks=False)
                        yield File(entry.name, status.st_size, status.st_mtime)
    except FileNotFoundError:
        return
