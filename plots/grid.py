"""Pictures in rows and columns with words beside them: how a sweep is seen at once.

Pictures of any size keep their aspect. Where one is an animation the grid is one too; shorter ones hold their
last frame.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from PIL import Image, ImageDraw, ImageFont
from torch import Tensor
from torch.nn.functional import interpolate

from .canvas import as_image, font_file
from .shortening import shortened
from .style import STYLE
from .wrapping import wrapped

GAP = 8
LONGEST_SIDE = 4096
SMALLEST_FONT, LARGEST_FONT = 13, 24
MOST_ROW_LABEL = 0.6  # of a cell's width
MOST_LINES = 3
LINE = 1.25  # from one line of a label to the next, in sizes of its font


@dataclass(frozen=True)
class Layout:
    """Where everything in the grid is, in pixels."""

    rows: int
    columns: int
    cell: tuple[int, int]  # width and height of the room for a picture
    left: int  # room for row labels
    top: int  # room for the title and the column labels
    above: int  # room above every picture for its own label
    font: int
    title: tuple[str, ...]  # its lines

    @property
    def width(self) -> int:
        """Of the whole grid."""
        return self.left + self.columns * (self.cell[0] + GAP) + GAP

    @property
    def height(self) -> int:
        """Of the whole grid."""
        return self.top + self.rows * (self.cell[1] + self.above + GAP) + GAP

    def corner(self, place: int) -> tuple[int, int]:
        """The top left corner of a picture's room, x and y."""
        row, column = divmod(place, self.columns)
        x = self.left + GAP + column * (self.cell[0] + GAP)
        return x, self.top + GAP + row * (self.cell[1] + self.above + GAP) + self.above


def image_grid(
    images: Sequence[Tensor] | Tensor,
    columns: int | None = None,
    *,
    title: str = "",
    labels: Sequence[str] = (),
    row_labels: Sequence[str] = (),
    column_labels: Sequence[str] = (),
    cell: int | None = None,
) -> Tensor:
    """Pictures in a grid, row by row.

    Args:
        images: IMAGEs (F, H, W, 3), one per cell; or one IMAGE (B, H, W, 3), whose pictures are the cells.
        columns: how many; by default as many as there are column labels, or about the square root.
        title: above everything.
        labels: above the single pictures, one each.
        row_labels: left of the rows, in several lines where they are long or say so.
        column_labels: above the columns, likewise.
        cell: the longer side of the largest picture in pixels; by default as it is, or less where the grid
            would grow beyond 4096 pixels. Enlarged pictures stay crisp: their pixels become squares.

    Returns:
        An IMAGE, (F, height, width, 3), F that of the longest cell.

    Raises:
        ValueError: no pictures, labels that do not fit the grid's shape, or numbers out of range.
    """
    cells = [image[None] for image in images] if isinstance(images, Tensor) else list(images)
    _check(cells, labels)
    width = columns or len(column_labels) or math.ceil(math.sqrt(len(cells)))
    rows = math.ceil(len(cells) / width) if width > 0 else 0
    if width < 1 or len(row_labels) not in (0, rows) or len(column_labels) not in (0, width):
        raise ValueError(
            f"{len(cells)} pictures in {width} columns make {rows} rows, which does not fit "
            f"{len(row_labels)} row labels and {len(column_labels)} column labels"
        )
    layout = _layout(cells, rows, width, title, row_labels, column_labels, bool(labels), cell)
    page = _page(layout, row_labels, column_labels, labels)
    return _filled(page, cells, layout)


def _check(cells: Sequence[Tensor], labels: Sequence[str]) -> None:
    if not cells or any(c.ndim != 4 or c.shape[3] != 3 or 0 in c.shape for c in cells):
        raise ValueError(
            "a grid needs at least one picture, and each of the shape (frames, height, width, 3)"
        )
    if labels and len(labels) != len(cells):
        raise ValueError(f"{len(labels)} labels do not fit {len(cells)} pictures")


def _layout(
    cells: Sequence[Tensor],
    rows: int,
    columns: int,
    title: str,
    row_labels: Sequence[str],
    column_labels: Sequence[str],
    has_labels: bool,
    cell: int | None,
) -> Layout:
    tallest, widest = max(c.shape[1] for c in cells), max(c.shape[2] for c in cells)
    room = LONGEST_SIDE / max(rows, columns)
    if cell is not None and not 8 <= cell <= room:
        raise ValueError(f"the cells of this grid have a longer side of 8 to {int(room)} pixels, not {cell}")
    scale = (cell or min(max(tallest, widest), 0.9 * room)) / max(tallest, widest)
    size = (max(1, round(widest * scale)), max(1, round(tallest * scale)))
    font = round(min(LARGEST_FONT, max(SMALLEST_FONT, max(size) / 13)))
    most = max(MOST_ROW_LABEL * size[0], 6 * font)
    beside = [line for label in row_labels for line in _lines(label, font, most, size[1])]
    left = math.ceil(max((_font(font).getlength(line) for line in beside), default=-GAP)) + GAP
    line = round(1.6 * font)
    most_above = max((len(_lines(label, font, size[0])) for label in column_labels), default=0)
    above = line + round((most_above - 1) * LINE * font) if most_above else 0
    across = columns * (size[0] + GAP) - GAP
    titles = wrapped(title, across, MOST_LINES, _font(_title_size(font), bold=True).getlength)
    top = (round((0.65 + LINE * len(titles)) * _title_size(font)) if title else 0) + above
    return Layout(rows, columns, size, left, top, line if has_labels else 0, font, tuple(titles))


def _page(
    layout: Layout, row_labels: Sequence[str], column_labels: Sequence[str], labels: Sequence[str]
) -> Image.Image:
    page = Image.new("RGB", (layout.width, layout.height), STYLE.page)
    draw = ImageDraw.Draw(page)
    (wide, high), font = layout.cell, _font(layout.font)
    bold = _font(_title_size(layout.font), bold=True)
    for down, words in enumerate(layout.title):
        baseline = (1.6 + LINE * down) * bold.size
        draw.text((GAP + layout.left, baseline), words, STYLE.text, bold, anchor="ls")
    for column, label in enumerate(column_labels):
        middle = layout.corner(column)[0] + wide / 2
        for up, words in enumerate(reversed(_lines(label, layout.font, wide))):
            baseline = layout.top - round(up * LINE * layout.font)
            draw.text((middle, baseline), words, STYLE.text, font, anchor="ms")
    for row, label in enumerate(row_labels):
        lines = _lines(label, layout.font, layout.left - GAP, high)
        middle = layout.corner(row * layout.columns)[1] + high / 2 - (len(lines) - 1) * LINE * layout.font / 2
        for down, words in enumerate(lines):
            y = middle + down * LINE * layout.font
            draw.text((layout.left, y), words, STYLE.text, font, anchor="rm")
    for place, label in enumerate(labels):
        x, y = layout.corner(place)
        draw.text(
            (x + wide / 2, y - 0.45 * layout.font), _cut(label, font, wide), STYLE.text, font, anchor="ms"
        )
    return page


def _filled(page: Image.Image, cells: Sequence[Tensor], layout: Layout) -> Tensor:
    frames = max(len(c) for c in cells)
    filled = as_image(np.array(page)[None]).repeat(frames, 1, 1, 1)
    for place, images in enumerate(cells):
        picture = _resized(images, layout, cells)
        x, y = layout.corner(place)
        x, y = x + (layout.cell[0] - picture.shape[2]) // 2, y + (layout.cell[1] - picture.shape[1]) // 2
        last = picture[-1:].expand(frames - len(picture), -1, -1, -1)
        filled[:, y : y + picture.shape[1], x : x + picture.shape[2]] = torch.cat([picture, last])
    return filled


def _resized(images: Tensor, layout: Layout, cells: Sequence[Tensor]) -> Tensor:
    height, width = images.shape[1:3]
    fit = min(layout.cell[0] / width, layout.cell[1] / height)
    size = (max(1, round(height * fit)), max(1, round(width * fit)))
    picture = images.detach().float().cpu().clamp(0, 1)
    if size == (height, width):
        return picture
    planes = picture.movedim(3, 1)
    if fit > 1:
        return interpolate(planes, size, mode="nearest-exact").movedim(1, 3)
    return interpolate(planes, size, mode="bicubic", antialias=True).clamp(0, 1).movedim(1, 3)


def magnified(picture: Tensor, scale: int, rows: int, columns: int, aim: int = 128) -> int | None:
    """The `cell` of a grid in which each pixel of a picture (…, H, W, 3) becomes scale × scale, or as many as
    there is room for; a scale of 0 makes small pictures at least `aim` pixels large, and large ones at most
    twice that. None where there is not even room for the picture as it is."""
    side, room = max(picture.shape[-3:-1]), LONGEST_SIDE // max(rows, columns)
    if scale == 0 and side > 2 * aim:
        return min(2 * aim, room)
    fitting = min(scale or math.ceil(aim / side), room // side)
    return max(8, fitting * side) if fitting else None


def _lines(label: str, font: int, room: float, height: float | None = None) -> list[str]:
    most = MOST_LINES if height is None else max(1, min(MOST_LINES, int(height / (LINE * font))))
    return wrapped(label, room, most, _font(font).getlength)


def _title_size(font: int) -> int:
    return round(1.3 * font)


def _font(size: int, bold: bool = False) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(font_file(bold), size, layout_engine=ImageFont.Layout.BASIC)


def _cut(words: str, font: ImageFont.FreeTypeFont, room: float) -> str:
    return shortened(words, room, font.getlength)
