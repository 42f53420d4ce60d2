"""Cosines of rows against columns as a map of light and dark, with the numbers written in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PIL import Image, ImageDraw
from torch import Tensor

from .lettering import MARGIN, cut, font, image_of, page, thumbnail, top_of
from .ramp import ink_on, ramp_colour
from .style import STYLE
from .wrapping import wrapped

LARGEST_CELL, SMALLEST_CELL = 112, 4
WITH_THREE_DECIMALS, WITH_NUMBERS, WITH_NAMES, WITH_MARKS = 74, 48, 20, 10
ROOM = 1500  # that the cells share, where there are many
MOST_NAME = 300
SMALLEST_WIDTH = 640
NAME_LINES = 3
GAP = 10


def similarity_matrix(
    values: Tensor,
    row_names: Sequence[str],
    column_names: Sequence[str],
    *,
    title: str = "",
    caption: str = "",
    row_images: Tensor | None = None,
    column_images: Tensor | None = None,
) -> Tensor:
    """The matrix as a picture; what is highest of its row and of its column is framed.

    Args:
        values: (N, M).
        row_names: N, at the left.
        column_names: M, above.
        title: above everything.
        caption: below the title.
        row_images: (N, H, W, 3), beside the rows' names.
        column_images: (M, H, W, 3), in place of the columns' names.

    Returns:
        An IMAGE, (1, height, width, 3).

    Raises:
        ValueError: names or pictures that are not as many as the rows and columns, or too many of these.
    """
    _check(values, row_names, column_names, row_images, column_images)
    cell = max(SMALLEST_CELL, min(LARGEST_CELL, ROOM // max(values.shape)))
    left = _room_beside(row_names, cell, row_images is not None)
    above, is_upright = _room_above(column_names, cell, column_images is not None)
    layout = _Layout(cell, left, top_of(title, caption) + above, values.shape, is_upright)
    picture, draw = page(layout.width, layout.height, title, caption)
    _draw_cells(draw, values, layout)
    _draw_rows(picture, draw, row_names, row_images, layout)
    _draw_columns(picture, draw, column_names, column_images, layout)
    return image_of(picture)


@dataclass(frozen=True)
class _Layout:
    """Where everything is, in pixels."""

    cell: int
    left: int  # of the cells
    top: int
    shape: tuple[int, ...]  # rows and columns
    is_upright: bool  # whether the columns' names run upwards

    @property
    def width(self) -> int:
        return max(self.left + self.shape[1] * self.cell + MARGIN, SMALLEST_WIDTH)

    @property
    def height(self) -> int:
        return self.top + self.shape[0] * self.cell + MARGIN

    def corner(self, row: int, column: int) -> tuple[int, int]:
        return self.left + column * self.cell, self.top + row * self.cell


def _check(
    values: Tensor,
    row_names: Sequence[str],
    column_names: Sequence[str],
    row_images: Tensor | None,
    column_images: Tensor | None,
) -> None:
    for what, count, names, images in (
        ("rows", values.shape[0], row_names, row_images),
        ("columns", values.shape[1], column_names, column_images),
    ):
        if len(names) != count or (images is not None and len(images) != count):
            given = (
                f"{len(names)} names" if images is None else f"{len(names)} names and {len(images)} pictures"
            )
            raise ValueError(f"a matrix of {count} {what} needs as many names and pictures, got {given}")


def _room_beside(names: Sequence[str], cell: int, has_images: bool) -> int:
    """Where the cells begin, from the left."""
    letters = font(STYLE.tick_size)
    words = max(letters.getlength(line) for name in names for line in _row_lines(name, cell))
    left = MARGIN + (round(words) + GAP if cell >= WITH_NAMES else 0)
    return left + (cell + GAP if has_images else 0)


def _room_above(names: Sequence[str], cell: int, has_images: bool) -> tuple[int, bool]:
    """How high the heads of the columns are, and whether their names run upwards."""
    is_upright = not all(_in_cell(name, cell) for name in names)
    if has_images:
        return cell + GAP, is_upright
    if cell < WITH_NAMES:
        return 0, is_upright
    if is_upright:
        longest = max(font(STYLE.tick_size).getlength(name) for name in names)
        return round(min(MOST_NAME, longest)) + GAP, True
    lines = max(len(_in_cell(name, cell)) for name in names)
    return round(lines * 1.2 * STYLE.tick_size) + GAP, False


def _row_lines(name: str, cell: int) -> list[str]:
    most = max(1, int(cell / (1.3 * STYLE.tick_size)))
    return wrapped(name, MOST_NAME, most, font(STYLE.tick_size).getlength)


def _in_cell(name: str, cell: int) -> list[str]:
    """A column's name on its lines; none if it does not fit whole into the width of a cell."""
    lines = wrapped(name, cell - 8, NAME_LINES, font(STYLE.tick_size).getlength)
    return lines if " ".join(lines) == " ".join(name.split()) else []


def _number(value: float, decimals: int) -> str:
    text = f"{value:.{decimals}f}"
    return text.replace("-", "−") if float(text) else text.lstrip("-")


def _draw_cells(draw: ImageDraw.ImageDraw, values: Tensor, layout: _Layout) -> None:
    best = (values == values.amax(dim=1, keepdim=True)) & (values == values.amax(dim=0, keepdim=True))
    gap = 2 if layout.cell >= WITH_NUMBERS else 1 if layout.cell >= WITH_MARKS else 0
    rows = zip(values.tolist(), _shares(values), best.tolist(), strict=True)
    for row, cells in enumerate(rows):
        for column, (value, share, is_best) in enumerate(zip(*cells, strict=True)):
            left, top = layout.corner(row, column)
            box = (left, top, left + layout.cell - 1 - gap, top + layout.cell - 1 - gap)
            colour = ramp_colour(share)
            draw.rectangle(box, colour)
            if is_best and layout.cell >= WITH_MARKS:
                draw.rectangle(box, None, STYLE.accent, max(2, layout.cell // 24))
            if layout.cell >= WITH_NUMBERS:
                _write_number(draw, value, box, ink_on(colour), layout.cell)


def _shares(values: Tensor) -> list[list[float]]:
    """From the lowest, 0, to the highest, 1; the middle where all are alike."""
    low, high = values.min(), values.max()
    if float(high - low) < 1e-6:
        return [[0.5] * values.shape[1]] * values.shape[0]
    shares: list[list[float]] = ((values - low) / (high - low)).tolist()
    return shares


def _write_number(
    draw: ImageDraw.ImageDraw, value: float, box: tuple[int, int, int, int], ink: str, cell: int
) -> None:
    letters = font(STYLE.text_size if cell >= 88 else STYLE.tick_size)
    words = _number(value, 3 if cell >= WITH_THREE_DECIMALS else 2)
    draw.text(((box[0] + box[2]) / 2, (box[1] + box[3]) / 2), words, ink, letters, anchor="mm")


def _draw_rows(
    picture: Image.Image,
    draw: ImageDraw.ImageDraw,
    names: Sequence[str],
    images: Tensor | None,
    layout: _Layout,
) -> None:
    right = layout.left - GAP - (layout.cell + GAP if images is not None else 0)
    for row, name in enumerate(names):
        x, y = layout.corner(row, 0)
        if images is not None:
            _paste(picture, images[row], x - GAP - layout.cell, y, layout.cell)
        if layout.cell >= WITH_NAMES:
            _stack(draw, _row_lines(name, layout.cell), right, y + layout.cell / 2, "rm")


def _draw_columns(
    picture: Image.Image,
    draw: ImageDraw.ImageDraw,
    names: Sequence[str],
    images: Tensor | None,
    layout: _Layout,
) -> None:
    for column, name in enumerate(names):
        x, y = layout.corner(0, column)
        if images is not None:
            _paste(picture, images[column], x, y - GAP - layout.cell, layout.cell)
        elif layout.cell < WITH_NAMES:
            return
        elif layout.is_upright:
            _write_upwards(
                picture, cut(name, font(STYLE.tick_size), MOST_NAME), x + layout.cell // 2, y - GAP
            )
        else:
            lines = _in_cell(name, layout.cell)
            middle = y - GAP - 0.6 * STYLE.tick_size * len(lines)
            _stack(draw, lines, x + layout.cell / 2, middle, "mm")


def _stack(draw: ImageDraw.ImageDraw, lines: Sequence[str], x: float, middle: float, anchor: str) -> None:
    step = 1.2 * STYLE.tick_size
    for place, line in enumerate(lines):
        y = middle + (place - (len(lines) - 1) / 2) * step
        draw.text((x, y), line, STYLE.text, font(STYLE.tick_size), anchor=anchor)


def _write_upwards(picture: Image.Image, words: str, middle: int, bottom: int) -> None:
    letters = font(STYLE.tick_size)
    strip = Image.new(
        "RGB", (max(1, round(letters.getlength(words))), round(1.4 * STYLE.tick_size)), STYLE.page
    )
    ImageDraw.Draw(strip).text((0, strip.height / 2), words, STYLE.text, letters, anchor="lm")
    turned = strip.transpose(Image.Transpose.ROTATE_90)
    picture.paste(turned, (middle - turned.width // 2, bottom - turned.height))


def _paste(picture: Image.Image, image: Tensor, left: int, top: int, cell: int) -> None:
    small = thumbnail(image, max(1, cell - 2))
    picture.paste(small, (left + (cell - 2 - small.width) // 2, top + (cell - 2 - small.height) // 2))
