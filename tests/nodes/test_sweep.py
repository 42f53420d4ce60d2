"""Many values through one graph."""

from __future__ import annotations

import pytest
import torch

from .graphs import Graph, about


@about("Sweep")
@pytest.mark.parametrize(
    ("values", "numbers", "integers"),
    [
        ("1, 2.6,-4", [1.0, 2.6, -4.0], [1, 3, -4]),
        ("0.5:2:0.5", [0.5, 1.0, 1.5, 2.0], [0, 1, 2, 2]),
        ("3:1:-1", [3.0, 2.0, 1.0], [3, 2, 1]),
        ("7", [7.0], [7]),
    ],
)
def test_values_become_numbers_and_labels(
    graph: Graph, values: str, numbers: list[float], integers: list[int]
) -> None:
    node = graph.add("Sweep", values=values, label="k = ")
    found = graph.run(node).values[node.id]
    assert found["value"] == numbers and found["integer"] == integers
    assert found["label"] == [f"k = {number:g}" for number in numbers]


@pytest.mark.parametrize("values", ["", "1:2:0", "2:1"])
def test_values_that_are_none_are_refused(graph: Graph, values: str) -> None:
    assert "start:stop:step" in graph.failure(graph.add("Sweep", values=values))


@pytest.mark.parametrize("values", ["nan", "1, inf", "one, two"])
def test_values_that_are_no_numbers_are_refused(graph: Graph, values: str) -> None:
    assert "numbers" in graph.failure(graph.add("Sweep", values=values))


def test_downstream_runs_once_for_each_value_and_upstream_once(graph: Graph) -> None:
    points = graph.add("Spiral", count=10)
    model = graph.add("ClosedFormModel", points=graph.counted(points["points"]))
    noise = graph.add("NoiseSeed", batch=2)
    scales = graph.add("Sweep", values="0.5, 1, 2")
    walk = graph.add(
        "DDIMSampler",
        model=model["model"],
        noise=noise["noise"],
        steps=4,
        step_scale=scales["value"],
    )
    after = graph.add_class("TestCounted", value=walk["latent"])
    done = graph.run(after, scales).values
    swept = done[after.id]["value"]
    assert len(swept) == 3 and len(graph.calls) == 1 + 3
    for scale, latent in zip(done[scales.id]["value"], swept, strict=True):
        alone = graph.add(
            "DDIMSampler", model=model["model"], noise=noise["noise"], steps=4, step_scale=scale
        )
        assert torch.equal(graph.value(alone)["samples"], latent["samples"])


def test_steps_take_the_whole_numbers(graph: Graph) -> None:
    points = graph.add("Spiral", count=10)
    model = graph.add("ClosedFormModel", points=points["points"])
    steps = graph.add("Sweep", values="20, 10, 5")
    walk = graph.add(
        "DDIMSampler",
        model=model["model"],
        noise=graph.add("NoiseSeed", batch=2)["noise"],
        steps=steps["integer"],
    )
    assert [len(each) for each in graph.value(walk, "trajectory")] == [20, 10, 5]


@about("SweepGrid")
def test_a_grid_holds_every_picture_and_what_comes_after_runs_once(graph: Graph) -> None:
    points, sides = graph.add("Spiral"), graph.add("Sweep", values="100, 120, 140", label="side ")
    plot = graph.add("CloudPlot", samples=points["points"], size=sides["integer"])
    drawn = graph.counted(plot["image"])
    grid = graph.add("SweepGrid", images=drawn, columns=3, title="Three", labels=sides["label"])
    image = graph.value(graph.add_class("TestCounted", value=grid["image"]))
    *cells, last = graph.calls
    assert len(cells) == 3 and torch.equal(last, image)
    assert image.shape[0] == 1 and image.shape[2] >= 3 * 140 > image.shape[1] >= 140
    # The largest picture stands in the grid as it is: its place is the last of the row.
    right = image[0, -150:, -150:]
    windows = right.unfold(0, 140, 1).unfold(1, 140, 1).permute(0, 1, 3, 4, 2)
    assert bool((windows == cells[2][0]).flatten(2).all(dim=2).any())


def test_a_grid_of_animations_is_one(graph: Graph) -> None:
    films = graph.add("Sweep", values="2, 4")
    points = graph.add("Spiral")
    walk = graph.add("RandomWalk", points=points["points"], steps=6)
    film = graph.add(
        "TrajectoryAnimation", trajectory=walk["trajectory"], frames=films["integer"], hold=0, size=80
    )
    grid = graph.value(graph.add("SweepGrid", images=film["images"]))
    assert grid.shape[0] == 4 and not torch.equal(grid[0], grid[3])


def test_labels_must_fit_the_pictures(graph: Graph) -> None:
    pictures = graph.given(torch.zeros(1, 40, 40, 3))
    two = graph.add("Sweep", values="1, 2")
    message = graph.failure(graph.add("SweepGrid", images=pictures, labels=two["label"]))
    assert "2 labels" in message and "1 picture" in message
