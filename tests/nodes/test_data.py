"""The data sets, as the video's notebooks have them."""

from __future__ import annotations

import math

import pytest
import torch

from .graphs import Graph, about


@about("Spiral")
def test_the_spiral_is_the_videos(graph: Graph) -> None:
    points = graph.value(graph.add("Spiral"))
    t = torch.linspace(math.pi / 2, math.pi / 2 + 5 * math.pi, 100, dtype=torch.float64)
    expected = torch.stack([t * t.cos(), t * t.sin()], dim=1) / (5 * math.pi)
    assert torch.allclose(points.xy.double(), expected, atol=1e-6)
    assert points.labels is None
    # Measured.
    assert points.xy.mean(dim=0).tolist() == pytest.approx([-0.0755, -0.0130], abs=1e-4)
    assert float(points.xy.var(dim=0, correction=0).sum().sqrt()) == pytest.approx(0.663, abs=5e-4)
    assert float(points.xy.norm(dim=1).max()) == pytest.approx(1.1, abs=1e-3)
    to_mean = (points.curve - points.xy.mean(dim=0)).norm(dim=1)
    assert float(to_mean.min()) == pytest.approx(0.118, abs=1e-3)
    assert points.curve[to_mean.argmin()].tolist() == pytest.approx([-0.164, 0.065], abs=5e-3)


@about("Spiral")
def test_three_classes_from_the_inside_out(graph: Graph) -> None:
    points = graph.value(graph.add("Spiral", classes="3"))
    assert points.names == ("person", "dog", "cat")
    assert points.labels.bincount().tolist() == [30, 30, 40]
    radius = points.xy.norm(dim=1)
    farthest = [float(radius[points.labels == kind].max()) for kind in range(3)]
    nearest = [float(radius[points.labels == kind].min()) for kind in range(3)]
    assert farthest[0] < nearest[1] and farthest[1] < nearest[2]


@about("Circle")
def test_the_circle_is_even_and_its_mean_is_far_from_it(graph: Graph) -> None:
    points = graph.value(graph.add("Circle", count=12))
    assert torch.allclose(points.xy.norm(dim=1), torch.ones(12), atol=1e-6)
    assert torch.allclose(points.xy.mean(dim=0), torch.zeros(2), atol=1e-6)
    gaps = (points.xy - points.xy.roll(1, 0)).norm(dim=1)
    assert torch.allclose(gaps, gaps[:1].expand(12), atol=1e-6)


@about("Moons")
def test_the_moons_are_two_half_circles(graph: Graph) -> None:
    points = graph.value(graph.add("Moons", count=81, noise=0.0))
    upper, lower = points.xy[points.labels == 0], points.xy[points.labels == 1]
    assert (points.names, len(upper), len(lower)) == (("upper", "lower"), 40, 41)
    assert torch.allclose(upper.norm(dim=1), torch.ones(40), atol=1e-6) and bool((upper[:, 1] > -1e-6).all())
    assert torch.allclose((lower - torch.tensor([1.0, 0.5])).norm(dim=1), torch.ones(41), atol=1e-6)


def test_the_moons_noise_is_that_of_its_seed(graph: Graph) -> None:
    clean, first, again, other = (
        graph.value(graph.add("Moons", count=2000, noise=noise, random_seed=seed)).xy
        for noise, seed in ((0.0, 0), (0.2, 5), (0.2, 5), (0.2, 6))
    )
    assert torch.equal(first, again) and not torch.equal(first, other)
    assert float((first - clean).std()) == pytest.approx(0.2, rel=0.05)


@about("PointsFromText")
def test_points_can_be_typed(graph: Graph) -> None:
    points = graph.value(graph.add("PointsFromText", text="0.5 -1.2 cat\n\n1, 2, dog\n3 4 cat"))
    assert points.xy.tolist() == [pytest.approx(row) for row in ([0.5, -1.2], [1, 2], [3, 4])]
    assert (points.names, points.labels.tolist()) == (("cat", "dog"), [0, 1, 0])
    assert graph.value(graph.add("PointsFromText", text="1 2")).labels is None


@pytest.mark.parametrize("line", ["1", "1 two", "1 nan", "inf 1", "1 2 big cat"])
def test_a_line_that_is_no_point_is_named(graph: Graph, line: str) -> None:
    message = graph.failure(graph.add("PointsFromText", text=f"0 0\n\n{line}"))
    assert "line 3" in message and "two finite numbers" in message


def test_no_points_are_refused_with_an_example(graph: Graph) -> None:
    assert "0.5 -1.2 cat" in graph.failure(graph.add("PointsFromText", text=" \n "))


@about("PointsFromImage")
def test_points_lie_in_the_dark_pixels(graph: Graph) -> None:
    image = torch.ones(1, 20, 40, 3)
    image[0, 2:5, 30:39] = 0.1  # ink at the top right
    image[0, 15, 3] = 0.4  # grey: ink or not, as the threshold says
    links = graph.given(image)
    points = graph.value(graph.add("PointsFromImage", image=links, count=500, threshold=0.3))
    x, y = points.xy.unbind(dim=1)
    columns, rows = 20 + 20 * x, 10 - 20 * y  # the longer side goes from −1 to 1
    assert len(points.xy) == 500
    assert bool(((columns >= 30) & (columns <= 39) & (rows >= 2) & (rows <= 5)).all())
    assert float(columns.max() - columns.min()) > 8 and float(rows.max() - rows.min()) > 2.5
    with_grey = graph.value(graph.add("PointsFromImage", image=links, count=500)).xy
    assert bool((with_grey[:, 0] < 0).any()) and not torch.equal(with_grey, points.xy)


def test_a_picture_without_ink_is_refused(graph: Graph) -> None:
    message = graph.failure(graph.add("PointsFromImage", image=graph.given(torch.ones(1, 8, 8, 3))))
    assert "no pixel" in message and "threshold" in message


@about("TextImage")
def test_text_is_drawn_black_on_white_as_large_as_fits(graph: Graph) -> None:
    image = graph.value(graph.add("TextImage", text="W", size=100))
    assert tuple(image.shape) == (1, 100, 100, 3)
    assert 0 <= float(image.min()) < 0.1 and float(image[0, 0, 0].min()) == 1
    inked = (image[0, ..., 0] < 0.5).nonzero()
    assert int((inked.amax(dim=0) - inked.amin(dim=0)).max()) > 70
    assert "empty text" in graph.failure(graph.add("TextImage", text="  "))


@about("PixelsToPoint")
def test_a_picture_is_the_point_of_two_brightnesses(graph: Graph) -> None:
    image = torch.zeros(2, 6, 8, 3)
    image[0, 1, 7] = torch.tensor([0.3, 0.6, 0.9])
    image[:, 5, 2] = 0.25
    node = graph.add("PixelsToPoint", image=graph.given(image), first_x=7, first_y=1, second_x=2, second_y=5)
    values = graph.run(node).values[node.id]
    assert values["points"].xy.tolist() == [pytest.approx([0.6, 0.25]), pytest.approx([0.0, 0.25])]
    assert "(0.600, 0.250)" in values["text"] and len(values["text"].splitlines()) == 2


@pytest.mark.parametrize(("place", "named"), [("first_x", "column 8"), ("second_y", "row 6")])
def test_a_pixel_outside_the_picture_is_named(graph: Graph, place: str, named: str) -> None:
    corner = dict.fromkeys(("first_x", "first_y", "second_x", "second_y"), 0)
    node = graph.add(
        "PixelsToPoint", image=graph.given(torch.zeros(1, 6, 8, 3)), **(corner | {place: int(named[-1])})
    )
    message = graph.failure(node)
    assert named in message and "8×6" in message


@about("DrawPoints")
def test_a_drawing_is_points_class_by_class(graph: Graph) -> None:
    points = graph.value(graph.add("DrawPoints", drawing="0.5 -1.2 1 2;; 3 4", names="red, blue, gold, grey"))
    torch.testing.assert_close(points.xy, torch.tensor([[0.5, -1.2], [1, 2], [3, 4]]))
    assert points.labels.tolist() == [0, 0, 2] and points.names == ("red", "blue", "gold")


@about("DrawPoints")
def test_a_pad_begins_with_something_to_run(graph: Graph) -> None:
    assert len(graph.value(graph.add("DrawPoints")).xy) == 8


@pytest.mark.parametrize(
    ("drawing", "says"),
    [(" ; ", "at least one point"), ("1 2 3", "'red' is not pairs"), ("1 2; 0 inf", "'blue' is not pairs"),
     ("0 x", "'red'"), ("1 2; 3 4; 5 6", "3 classes and only 2 names")],
)  # fmt: skip
def test_a_drawing_that_cannot_be_read_is_refused(graph: Graph, drawing: str, says: str) -> None:
    assert says in graph.failure(graph.add("DrawPoints", drawing=drawing, names="red, blue"))
