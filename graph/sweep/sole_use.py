"""A folder that one process at a time may write to."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

from ..errors import refuse


@contextlib.contextmanager
def sole_use(folder: Path) -> Iterator[None]:
    """Hold a folder while the block runs; the hold ends with the process, however that ends.

    Where the system knows no such thing, nothing is held.

    Raises:
        InvalidWorkflow: another process holds it, or it cannot be made.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        message = f"the folder {folder} cannot be written: {error.strerror or error}"
        raise refuse("unwritable_folder", message, "give another --out") from None
    with contextlib.ExitStack() as held:
        try:
            import fcntl

            handle = os.open(folder, os.O_RDONLY)
            held.callback(os.close, handle)
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            details = "wait for it, or give another --out"
            raise refuse("folder_in_use", f"another sweep is writing to {folder}", details) from None
        except (ImportError, OSError):
            pass
        yield
