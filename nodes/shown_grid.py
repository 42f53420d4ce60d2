"""A grid of pictures for the page, cell by cell: each a file of its own with its workflow inside, so that it
can be enlarged, and dropped on the canvas. `web/grid/` reads it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from ..graph.context import Context
from .one_of_sweep import one_of_sweep
from .shown_files import file_entry

if TYPE_CHECKING:
    from torch import Tensor

KEY = "scorefield_grid"
MOST_BYTES = 2_000_000
MOST_CELLS = 100


def show_grid(
    context: Context,
    cells: Sequence[Tensor],
    columns: int,
    *,
    title: str = "",
    labels: Sequence[str] = (),
    row_labels: Sequence[str] = (),
    column_labels: Sequence[str] = (),
    is_sweep: bool = False,
) -> None:
    """Write the cells as files and show them; nothing where no page looks.

    Args:
        context: the host.
        cells: pictures or animations (F, H, W, 3), row by row.
        columns: how many in a row.
        title, labels, row_labels, column_labels: the words, as in `plots.grid.image_grid`.
        is_sweep: whether each cell is from a run of its own; its file then holds the graph of that run.
    """
    if not context.has_page:
        return
    shown = _written(context, cells, is_sweep)
    about: dict[str, Any] = {
        "columns": columns,
        "title": title,
        "labels": list(labels),
        "row_labels": list(row_labels),
        "column_labels": list(column_labels),
        "left_out": _left_out(shown, len(cells)),
    }
    context.show(**{KEY: [{"about": about, "cells": shown.files}]})


class _Shown(NamedTuple):
    """The entries of the files that were written, and whether each holds every pixel."""

    files: list[dict[str, str]]
    are_whole: bool


def _written(context: Context, cells: Sequence[Tensor], is_sweep: bool) -> _Shown:
    """As many cells as there is room for, from the first on."""
    from ..plots.picture_writer import publish
    from ..plots.small_file import small_file

    files, are_whole = [], True
    for place, cell in enumerate(cells[:MOST_CELLS]):
        prompt, page = context.prompt, context.workflow
        if is_sweep:
            prompt, page = one_of_sweep(prompt, page, context.node_id, place, len(cells))
        room = MOST_BYTES // min(len(cells), MOST_CELLS)
        small = small_file(cell[..., :3], room, prompt, page)
        if small is None:
            break
        path = publish(small.content, context.temp_folder, "scorefield/cell", small.suffix)
        files.append(file_entry(path, context.temp_folder, "temp"))
        are_whole &= small.is_whole
    return _Shown(files, are_whole)


def _left_out(shown: _Shown, count: int) -> str:
    """What the page does not get, in words; empty where it gets everything."""
    missing = f"{len(shown.files)} of {count} pictures" if len(shown.files) < count else ""
    return ", ".join(filter(None, (missing, "" if shown.are_whole else "coarser than they are")))
