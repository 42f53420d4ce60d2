"""Pixels as one hash, the same before a picture is written and after it is read."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

_SIZE = 16


def pixel_hash(frames: Iterable[NDArray[np.uint8]]) -> str:
    """The hash of frames, each (height, width, channels).

    Equal neighbours count once, as a file holds them: once, and shown for longer. Nor does it count whether
    opaque pixels are said to be so.
    """
    total, before = hashlib.sha256(), b""
    for given in frames:
        is_opaque = given.ndim == 3 and given.shape[2] == 4 and bool((given[..., 3] == 255).all())
        frame = given[..., :3] if is_opaque else given
        content = hashlib.sha256(repr(frame.shape).encode() + frame.tobytes()).digest()
        if content != before:
            total.update(content)
        before = content
    return total.hexdigest()[: 2 * _SIZE]
