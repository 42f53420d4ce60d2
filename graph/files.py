"""What a file holds, as a hash."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path

_REMEMBERED = 1024


def content_hash(path: Path) -> str:
    """The sha256 of a file's content, in hex; not read again while the file stays as it is.

    Raises:
        OSError: it is not there, is a folder, or cannot be read.
    """
    state = path.stat()
    return _read(str(path.absolute()), state.st_size, state.st_mtime_ns, state.st_ctime_ns, state.st_ino)


@lru_cache(_REMEMBERED)
def _read(path: str, *_state: int) -> str:
    with Path(path).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
