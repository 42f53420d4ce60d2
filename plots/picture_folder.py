"""Many picture files as one batch of one size."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import torch
from torch import Tensor

from .picture_reader import read_pictures
from .resizing import resized_pictures


def read_folder(paths: Sequence[Path], size: int, progress: Callable[[int, int], None]) -> Tensor:
    """The middle square of each file's first frame, (N, size, size, 3).

    Raises:
        ValueError: a file that holds no picture; the text names it.
    """
    read = torch.empty(len(paths), size, size, 3)
    for place, path in enumerate(paths):
        first = read_pictures(path)[0][:1, ..., :3]
        read[place] = resized_pictures(first, size, size, "lanczos", "center")[0]
        progress(place + 1, len(paths))
    return read
