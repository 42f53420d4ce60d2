"""The pictures of a sweep on one sheet, with what varied beside them.

Of an animation the sheet shows the middle frame, and its title says so. It holds at most `MOST` pictures, and
stays about as large as any grid, however many there are.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from PIL import Image

from .grid import LONGEST_SIDE, image_grid
from .picture_writer import png_bytes
from .style import STYLE

if TYPE_CHECKING:
    from torch import Tensor

MOST = 1024
MOST_IN_A_ROW = 5
MOST_COLUMNS = 8
MOST_BESIDE = 32
FORMATS = ("PNG", "WEBP", "JPEG", "GIF")


def contact_sheet(
    pictures: Sequence[Path | None],
    names: Sequence[str],
    rows: Sequence[tuple[str, ...]],
    title: str,
) -> bytes | None:
    """The sheet as the content of a PNG.

    Two inputs in every combination make rows and columns; one makes a row that wraps; of more, the last
    makes the columns.

    Args:
        pictures: a file for each run, or None where it has none; its place stays empty.
        names: the inputs that vary.
        rows: their values, for each picture.
        title: above everything.

    Returns:
        None where no file is a picture.
    """
    shown, layout = pictures[:MOST], _layout(names, rows[:MOST])
    most = LONGEST_SIDE * 9 // 10 // max(layout.columns, -(-len(shown) // layout.columns))
    opened = [None if path is None else _opened(path, max(8, most)) for path in shown]
    if not any(opened):
        return None
    sheet = image_grid(
        [_tensor(image) for image in _without_gaps([each and each.picture for each in opened])],
        layout.columns,
        title=f"{title}{_what_is_shown(opened, len(pictures))}",
        labels=layout.labels,
        row_labels=layout.row_labels,
        column_labels=layout.column_labels,
    )
    return png_bytes(sheet[0])


class _Layout(NamedTuple):
    """How many pictures are in a row, and the words beside them; see `grid.image_grid`."""

    columns: int
    labels: Sequence[str] = ()
    row_labels: Sequence[str] = ()
    column_labels: Sequence[str] = ()


def _layout(names: Sequence[str], rows: Sequence[tuple[str, ...]]) -> _Layout:
    across, down = _beside(rows)
    if not (across and down):
        return _Layout(_columns(rows), labels=[_label(names, row) for row in rows])
    return _Layout(
        len(across),
        row_labels=[f"{names[0]} {value}" for value in down],
        column_labels=[f"{names[1]} {value}" for value in across],
    )


def _what_is_shown(opened: Sequence[_Opened | None], count: int) -> str:
    """What the title says where that is not all of every picture."""
    first = f" (the first {MOST} of {count})" if count > MOST else ""
    has_animations = any(each.frames > 1 for each in opened if each is not None)
    return first + (" (middle frames)" if has_animations else "")


def _beside(rows: Sequence[tuple[str, ...]]) -> tuple[list[str], list[str]]:
    """The values across and down, where two inputs come in every combination; else none."""
    if not rows or len(rows[0]) != 2:
        return [], []
    down, across = ([*dict.fromkeys(row[axis] for row in rows)] for axis in (0, 1))
    is_product = list(rows) == [(first, second) for first in down for second in across]
    return (across, down) if is_product and max(len(across), len(down)) <= MOST_BESIDE else ([], [])


def _columns(rows: Sequence[tuple[str, ...]]) -> int:
    if len(rows) <= MOST_IN_A_ROW and (not rows or len(rows[0]) == 1):
        return len(rows)
    last = len({row[-1] for row in rows})
    if len(rows[0]) > 1 and 1 < last <= MOST_COLUMNS and len(rows) // last <= MOST_BESIDE:
        return last
    return -(-int(len(rows) ** 0.5 * 1000) // 1000)


def _label(names: Sequence[str], row: Sequence[str]) -> str:
    return ", ".join(f"{name} {value}" for name, value in zip(names, row, strict=True))


class _Opened(NamedTuple):
    picture: Image.Image
    frames: int


def _opened(path: Path, most: int) -> _Opened | None:
    try:
        with Image.open(path, formats=FORMATS) as file:
            frames = getattr(file, "n_frames", 1)
            file.seek(frames // 2)
            picture = file.convert("RGBA")
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return None
    picture.thumbnail((most, most), Image.Resampling.LANCZOS)
    page = Image.new("RGBA", picture.size, STYLE.page)
    return _Opened(Image.alpha_composite(page, picture).convert("RGB"), frames)


def _without_gaps(pictures: Sequence[Image.Image | None]) -> list[Image.Image]:
    """Every picture; an empty one of the size of the first where there is none."""
    size = next(picture.size for picture in pictures if picture is not None)
    return [Image.new("RGB", size, STYLE.panel) if each is None else each for each in pictures]


def _tensor(picture: Image.Image) -> Tensor:
    import numpy as np

    from .canvas import as_image

    return as_image(np.array(picture)[None])
