"""What shows or measures points of the plane says so when it meets pictures."""

from __future__ import annotations

from collections.abc import Sequence

PLANE = (2,)


def plane_only(shape: Sequence[int], instead: str) -> None:
    """Let points of the plane pass.

    Args:
        shape: of one sample, without the batch.
        instead: what to use for pictures, a sentence.

    Raises:
        ValueError: samples of another shape.
    """
    if tuple(shape) == PLANE:
        return
    numbers = "×".join(map(str, shape))
    raise ValueError(f"this node is for points of the plane, and one sample here is {numbers}. {instead}")


def plane_walk(x: Sequence[int], instead: str) -> None:
    """Let walks of the plane pass, by the shape of their positions (S + 1, B, *shape); those that kept no
    positions as well, of which others will say that."""
    if len(x) > 2:
        plane_only(x[2:], instead)
