"""Matrices and bars: the light stands for the number, and what does not fit is refused or left out."""

from __future__ import annotations

from itertools import pairwise

import pytest
import torch
from PIL import ImageColor
from scorefield.plots.bar_panels import LINE, BarPanel, bar_panels
from scorefield.plots.ramp import RAMP, ink_on, ramp_colour
from scorefield.plots.similarity_matrix import similarity_matrix
from scorefield.plots.style import STYLE

from .colours import pixels_of


def lightness(colour: tuple[int, int, int]) -> float:
    return sum(share * part for share, part in zip((0.2126, 0.7152, 0.0722), colour, strict=True))


def test_the_ramp_is_told_apart_by_lightness_alone() -> None:
    steps = [lightness(ramp_colour(i / 50)) for i in range(51)]
    assert all(second > first for first, second in pairwise(steps))
    assert ramp_colour(-1) == ramp_colour(0.0) == ImageColor.getrgb(RAMP[0])
    assert ramp_colour(2) == ramp_colour(1.0) == ImageColor.getrgb(RAMP[-1])


def test_words_on_the_ramp_can_be_read() -> None:
    """A contrast of 4 : 1 at least (WCAG asks 3 of large print), from linear lightness."""

    def linear(colour: tuple[int, int, int]) -> float:
        parts = [c / 255 for c in colour]
        return lightness(
            tuple(p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)  # type: ignore[arg-type]
        )

    for i in range(51):
        colour = ramp_colour(i / 50)
        ground, ink = linear(colour), linear(ImageColor.getrgb(ink_on(colour))[:3])  # type: ignore[arg-type]
        assert (max(ground, ink) + 0.05) / (min(ground, ink) + 0.05) > 4


def matrix(values: list[list[float]], **words: object) -> torch.Tensor:
    tensor = torch.tensor(values)
    rows, columns = tensor.shape
    return similarity_matrix(
        tensor, [f"row {i}" for i in range(rows)], [f"column {i}" for i in range(columns)], **words
    )


def test_the_highest_of_row_and_column_are_framed() -> None:
    image = matrix([[0.9, 0.1], [0.2, 0.8]])
    places = pixels_of(image, STYLE.accent).float()
    left, right = places[places[:, 0] < places[:, 0].mean()], places[places[:, 0] > places[:, 0].mean()]
    assert left[:, 1].mean() < right[:, 1].mean()  # the first row's frame stands left of the second's
    ahead = pixels_of(matrix([[0.9, 0.1], [0.95, 0.8]]), STYLE.accent)
    assert 0 < len(ahead) < 0.6 * len(places)


def test_light_stands_for_high() -> None:
    image = matrix([[0.9, 0.1, 0.5]])
    light, dark = (pixels_of(image, colour, 0.01) for colour in (RAMP[-1], RAMP[0]))
    assert light[:, 1].float().mean() < dark[:, 1].float().mean()


@pytest.mark.parametrize(("rows", "columns"), [(1, 1), (1, 40), (40, 1), (25, 25), (300, 7)])
def test_any_shape_is_drawn(rows: int, columns: int) -> None:
    generator = torch.Generator().manual_seed(0)
    image = matrix(torch.rand(rows, columns, generator=generator).tolist(), title="T", caption="c")
    assert image.shape[0] == 1 and image.shape[3] == 3 and max(image.shape) <= 4096


def test_equal_numbers_and_long_names_are_drawn() -> None:
    long = ["a person in a white shirt wearing a yellow hat on the beach at night under the moon"] * 3
    image = similarity_matrix(torch.ones(3, 3), long, long, title=long[0])
    assert max(image.shape) < 1200


def test_a_matrix_too_large_or_with_names_amiss_is_refused() -> None:
    with pytest.raises(ValueError, match=r"4096 are the most: show fewer"):
        matrix(torch.zeros(1100, 2).tolist())
    with pytest.raises(ValueError, match=r"2 rows needs as many names and pictures, got 1 names$"):
        similarity_matrix(torch.zeros(2, 1), ["a"], ["b"])
    with pytest.raises(ValueError, match=r"1 columns .*1 names and 2 pictures"):
        similarity_matrix(torch.zeros(1, 1), ["a"], ["b"], column_images=torch.zeros(2, 4, 4, 3))


def test_a_bar_is_as_long_as_its_number() -> None:
    image = bar_panels([BarPanel("asked", [("a", 0.8), ("b", 0.4)])])
    first, second = (pixels_of(image, colour, 0.01) for colour in (STYLE.accent, STYLE.data))
    lengths = [float(each[:, 1].max() - each[:, 1].min() + 1) for each in (first, second)]
    assert lengths[0] == pytest.approx(2 * lengths[1], abs=3)
    assert second[:, 0].float().mean() - first[:, 0].float().mean() == pytest.approx(LINE, abs=1)


def test_a_number_below_0_goes_to_the_left() -> None:
    image = bar_panels([BarPanel("asked", [("a", 0.5), ("b", -0.5)])])
    first, second = (pixels_of(image, colour, 0.01)[:, 1] for colour in (STYLE.accent, STYLE.data))
    assert int(second.max()) <= int(first.min()) + 1
    assert int(first.max() - first.min()) == pytest.approx(int(second.max() - second.min()), abs=3)


def test_panels_have_one_scale_and_their_pictures() -> None:
    green = torch.tensor([0.0, 1.0, 0.0]).expand(4, 4, 3)
    panels = [BarPanel("one", [("a", 1.0)], green), BarPanel("two", [("b", 0.5)])]
    image = bar_panels(panels, title="T", caption="c", written="{:.0%}".format, highest=1.0)
    assert len(pixels_of(image, "#00ff00")) == 128 * 128
    assert bar_panels([*panels, *panels, *panels]).shape[1] > image.shape[1]


def test_nothing_to_draw_is_refused() -> None:
    for panels in ([], [BarPanel("empty", [])]):
        with pytest.raises(ValueError, match="at least one bar"):
            bar_panels(panels)
    with pytest.raises(ValueError, match="show fewer"):
        bar_panels([BarPanel("long", [(str(i), 1.0) for i in range(200)])])
