"""The contact sheet of a sweep: every picture in its place, as large as a sheet may be."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
import torch
from PIL import Image
from scorefield.plots import contact_sheet as module
from scorefield.plots.contact_sheet import contact_sheet
from scorefield.plots.grid import LONGEST_SIDE
from scorefield.plots.picture_writer import write_png, write_webp


def painted(folder: Path, colour: tuple[float, float, float], size: tuple[int, int] = (40, 60)) -> Path:
    return write_png(torch.tensor(colour).expand(*size, 3), folder, "p")


def drawn(content: bytes | None) -> Image.Image:
    assert content is not None
    return Image.open(io.BytesIO(content)).convert("RGB")


def centres(sheet: Image.Image, colours: list[tuple[int, int, int]]) -> list[tuple[float, float]]:
    """Where each colour's middle is, x and y."""
    pixels = torch.frombuffer(bytearray(sheet.tobytes()), dtype=torch.uint8).view(
        sheet.height, sheet.width, 3
    )
    found = []
    for colour in colours:
        y, x = (pixels == torch.tensor(colour, dtype=torch.uint8)).all(2).nonzero().float().unbind(1)
        found.append((float(x.mean()), float(y.mean())))
    return found


COLOURS = [
    (1.0, 0.0, 0.0),
    (0.0, 1.0, 0.0),
    (0.0, 0.0, 1.0),
    (1.0, 1.0, 0.0),
    (1.0, 0.0, 1.0),
    (0.0, 1.0, 1.0),
]
BYTES = [tuple(round(255 * part) for part in colour) for colour in COLOURS]


def test_two_inputs_make_rows_and_columns(tmp_path: Path) -> None:
    paths = [painted(tmp_path, colour) for colour in COLOURS]
    rows = [(a, b) for a in ("1", "2") for b in ("x", "y", "z")]
    places = centres(drawn(contact_sheet(paths, ["a", "b"], rows, "t")), BYTES)  # type: ignore[arg-type]
    assert len({round(y) for _, y in places[:3]}) == len({round(y) for _, y in places[3:]}) == 1
    assert [round(x) for x, _ in places[:3]] == [round(x) for x, _ in places[3:]]
    assert places[0][0] < places[1][0] < places[2][0]
    assert places[0][1] < places[3][1]


def test_one_input_makes_a_row_that_wraps(tmp_path: Path) -> None:
    path = painted(tmp_path, COLOURS[0])
    few = drawn(contact_sheet([path] * 4, ["a"], [(str(i),) for i in range(4)], "t"))
    many = drawn(contact_sheet([path] * 16, ["a"], [(str(i),) for i in range(16)], "t"))
    assert few.width > 3 * few.height / 2
    assert abs(many.width - 4 * 68) < 60


def test_labels_and_title_are_written(tmp_path: Path) -> None:
    paths = [painted(tmp_path, COLOURS[0])] * 2
    sheets = [
        contact_sheet(paths, [name], [("1",), (value,)], title)
        for name, value, title in (("a", "2", "t"), ("b", "2", "t"), ("a", "3", "t"), ("a", "2", "u"))
    ]
    assert len(set(sheets)) == 4


def test_what_is_missing_or_no_picture_leaves_its_place_empty(tmp_path: Path) -> None:
    (tmp_path / "text.png").write_text("no picture")
    paths = [None, painted(tmp_path, COLOURS[0]), tmp_path / "text.png", painted(tmp_path, COLOURS[1])]
    rows = [(a, b) for a in "12" for b in "12"]
    [red, green] = centres(drawn(contact_sheet(paths, ["a", "b"], rows, "t")), BYTES[:2])  # type: ignore[arg-type]
    assert red[0] == pytest.approx(green[0], abs=1) and red[1] < green[1]
    assert contact_sheet([None, tmp_path / "text.png"], ["a"], [("1",), ("2",)], "t") is None


def test_an_animation_gives_its_middle_frame(tmp_path: Path) -> None:
    frames = torch.tensor(COLOURS[:3])[:, None, None].expand(3, 20, 20, 3)
    path = write_webp(frames, tmp_path, "film")
    sheet = drawn(contact_sheet([path, path], ["a"], [("1",), ("2",)], "t"))
    colours = {colour for _, colour in sheet.getcolors(100_000)}  # type: ignore[union-attr]
    assert BYTES[1] in colours and not {BYTES[0], BYTES[2]} & colours


@pytest.mark.parametrize(("count", "width"), [(3, 2000), (40, 400)])
def test_a_sheet_of_large_pictures_is_not_larger_than_a_grid_may_be(
    tmp_path: Path, count: int, width: int
) -> None:
    path = painted(tmp_path, COLOURS[0], (width // 2, width))
    sheet = drawn(contact_sheet([path] * count, ["a"], [(str(i),) for i in range(count)], "t"))
    assert max(sheet.size) <= 1.1 * LONGEST_SIDE


def test_of_very_many_pictures_the_first_are_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST", 4)
    paths = [painted(tmp_path, colour) for colour in COLOURS]
    sheet = drawn(contact_sheet(paths, ["a"], [(str(i),) for i in range(6)], "t"))
    colours = {colour for _, colour in sheet.getcolors(100_000)}  # type: ignore[union-attr]
    assert set(BYTES[:4]) <= colours and not set(BYTES[4:]) & colours


@pytest.mark.parametrize("shape", [(1, 1000), (1000, 1), (2, 512), (7, 100)])
def test_however_the_values_lie_a_sheet_has_a_bounded_size(tmp_path: Path, shape: tuple[int, int]) -> None:
    path = painted(tmp_path, COLOURS[0], (8, 8))
    rows = [(str(i), str(j)) for i in range(shape[0]) for j in range(shape[1])]
    sheet = drawn(contact_sheet([path] * len(rows), ["a", "b"], rows, "t"))
    assert max(sheet.size) <= 1.3 * LONGEST_SIDE
