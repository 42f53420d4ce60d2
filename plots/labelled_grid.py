"""Batches of pictures and videos as grids with words beside them."""

from __future__ import annotations

import math
from collections.abc import Sequence

import torch
from torch import Tensor

from .grid import image_grid, magnified

MOST_IN_A_ROW = 12


def labelled_grid(
    images: Tensor,
    columns: int,
    row_labels: Sequence[str],
    column_labels: Sequence[str],
    scale: int,
    title: str,
) -> Tensor:
    """Pictures (B, H, W, 3) row by row, (1, height, width, 3).

    Args:
        images: the pictures.
        columns: how many in a row; 0: one for each column label, or as many as make one row for each row
            label, or the best fit.
        row_labels, column_labels: words beside them, or none.
        scale: how many pixels a picture's pixel becomes on a side; 0 chooses.
        title: above everything.

    Raises:
        ValueError: labels that do not fit.
    """
    across = columns_of(len(images), columns, row_labels, column_labels)
    cell = magnified(images, scale, math.ceil(len(images) / across), across)
    return image_grid(
        images[..., :3],
        across,
        title=title,
        row_labels=row_labels,
        column_labels=column_labels,
        cell=cell,
    )


def columns_of(count: int, columns: int, row_labels: Sequence[str], column_labels: Sequence[str]) -> int:
    """How many of `count` pictures stand in a row: `columns`, or where that is 0 what the labels say, or the
    best fit.

    Raises:
        ValueError: row labels that make no rows of the same length.
    """
    if not columns and row_labels and not column_labels and count % len(row_labels):
        raise ValueError(f"{count} pictures do not make {len(row_labels)} rows of the same length")
    by_rows = count // len(row_labels) if row_labels else 0
    return columns or len(column_labels) or by_rows or math.ceil(math.sqrt(count))


def videos_of(images: Tensor, frames: int) -> Tensor:
    """The frames of several videos, one after the other, as videos: (B·T, H, W, C) → (B, T, H, W, C).

    Raises:
        ValueError: they are not whole videos.
    """
    if len(images) % frames:
        raise ValueError(f"{len(images)} frames are no whole number of videos of {frames} frames")
    return images.view(-1, frames, *images.shape[1:])


def tiled_videos(
    images: Tensor, frames: int, columns: int, labels: Sequence[str], scale: int, title: str
) -> Tensor:
    """Videos (B·T, H, W, 3) side by side, (T, height, width, 3).

    Raises:
        ValueError: frames that make no whole videos, or labels that do not fit.
    """
    videos = videos_of(images[..., :3], frames)
    across = columns or math.ceil(math.sqrt(len(videos)))
    cell = magnified(images, scale, math.ceil(len(videos) / across), across)
    return image_grid(list(videos), across, title=title, labels=labels, cell=cell)


def pairs(images: Tensor, others: Tensor, words: Sequence[str], title: str) -> Tensor:
    """Pictures (B, H, W, 3) with another below each, and words above it, (1, height, width, 3)."""
    cell = magnified(images, 0, 2, min(len(images), MOST_IN_A_ROW), aim=96)
    rows = [
        image_grid(
            torch.cat([images[first:last, ..., :3], others[first:last, ..., :3]]),
            len(images[first:last]),
            title=title if first == 0 else "",
            row_labels=("picture", "nearest"),
            column_labels=words[first:last],
            cell=cell,
        )
        for first in range(0, len(images), MOST_IN_A_ROW)
        for last in (first + MOST_IN_A_ROW,)
    ]
    width = max(row.shape[2] for row in rows)
    return torch.cat([_widened(row, width) for row in rows], dim=1)


def _widened(page: Tensor, width: int) -> Tensor:
    more = page[:, :1, :1].expand(1, page.shape[1], width - page.shape[2], 3)
    return torch.cat([page, more], dim=2)
