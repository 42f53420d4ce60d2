"""Arrays made once, kept as plain files and mapped into memory: every process shares the one copy."""

from __future__ import annotations

import hashlib
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import numpy

from .. import scenes

Array = numpy.ndarray[tuple[int, ...], numpy.dtype[numpy.generic]]
SAY_SECONDS = 10.0


@dataclass(frozen=True)
class Place:
    """Where the arrays lie, and how many there are to be.

    Attributes:
        folder: of the arrays.
        scenes: how many pictures.
        pairs: how many counterfactual pairs.
        walks: how many clips.
        workers: how many processes draw.
    """

    folder: Path
    scenes: int = 160_000
    pairs: int = 40_000
    walks: int = 12_000
    workers: int = 4

    def array(self, name: str, length: int, parts: Callable[[], Iterable[Array]]) -> Array:
        """The array of that name, made of its parts one after the other if it is not there; read-only.

        The file's name holds a digest of the code that draws, so that a changed renderer draws anew. Of
        several processes that want it at once, one makes it and the others wait.

        Raises:
            ValueError: the file that is there, or what the parts make, is not of that length.
        """
        path = self.folder / f"{name}-{renderer()}.npy"
        if not path.exists():
            self.folder.mkdir(parents=True, exist_ok=True)
            _make(path, length, parts)
        found: Array = numpy.load(path, mmap_mode="r", allow_pickle=False)
        if len(found) != length:
            raise ValueError(f"{path} has {len(found)} rows instead of {length}: remove it, to make it anew")
        return found


def hold(file: IO[bytes], wait: bool = True) -> bool:
    """Hold an open file until it is closed, however its process ends; False if another process holds it.

    Where the system knows no such thing, nothing is held.
    """
    try:
        import fcntl

        fcntl.flock(file, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
    except BlockingIOError:
        return False
    except (ImportError, OSError):
        pass
    return True


def renderer() -> str:
    """A digest of the code that draws."""
    digest = hashlib.blake2b(digest_size=4)
    for path in sorted(Path(scenes.__file__).parent.glob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _make(path: Path, length: int, parts: Callable[[], Iterable[Array]]) -> None:
    part = path.with_name(f".{path.name}.part")
    with part.open("ab") as file:
        hold(file)
        try:
            # Whoever waited finds it made.
            if not path.exists():
                _write(part, path.name, length, parts())
                part.replace(path)
        finally:
            part.unlink(missing_ok=True)


def _write(part: Path, name: str, length: int, parts: Iterable[Array]) -> None:
    array: Array | None = None
    done, said = 0, time.monotonic()
    for rows in parts:
        if array is None:
            array = numpy.lib.format.open_memmap(
                part, mode="w+", dtype=rows.dtype, shape=(length, *rows.shape[1:])
            )
        array[done : done + len(rows)] = rows
        done += len(rows)
        if time.monotonic() - said > SAY_SECONDS:
            said = time.monotonic()
            print(f"{name}: {done} of {length}", file=sys.stderr, flush=True)
    if array is None or done != length:
        raise ValueError(f"{name} was to have {length} rows and got {done}")
    array.flush()  # type: ignore[attr-defined]
