"""The numbers in the texts, against what is known of the clouds."""

from __future__ import annotations

import math

import pytest
import torch
from torch import Tensor

from .graphs import Graph, Node, about


def lines(text: str) -> dict[str, float]:
    """The numbers of a text by their names."""
    pairs = (line.rsplit(maxsplit=1) for line in text.splitlines() if "  " in line)
    return {name.strip(): float(value) for name, value in pairs}


def latent(graph: Graph, samples: Tensor) -> list[object]:
    return graph.given({"samples": samples})


def measured(graph: Graph, points: Node, samples: Tensor, **inputs: object) -> dict[str, float]:
    node = graph.add("Measures", latent=latent(graph, samples), points=points["points"], **inputs)
    return lines(graph.value(node))


@about("Measures")
def test_the_data_themselves_are_perfect_samples(graph: Graph) -> None:
    points = graph.add("Spiral")
    found = measured(graph, points, graph.value(points).xy)
    assert found["distance"] < 1e-3 and found["mean offset"] < 1e-6
    assert found["on curve"] == found["coverage"] == 1
    assert found["spread"] == found["data spread"] == pytest.approx(0.663, abs=5e-4)
    assert 0 <= found["energy distance"] < 0.01


def test_a_collapse_has_the_smallest_distance_and_is_seen_all_the_same(graph: Graph) -> None:
    points = graph.add("Spiral")
    data = graph.value(points)
    found = measured(graph, points, data.curve[300].expand(100, 2) + 0)
    assert found["distance"] < 1e-3 and found["on curve"] == 1
    assert found["spread"] < 1e-3 and found["coverage"] < 0.1
    assert found["MMD x1000"] > 500 and found["energy distance"] > 0.2
    offset = float((data.curve[300] - data.xy.mean(dim=0)).norm())
    assert found["mean offset"] == pytest.approx(offset, rel=1e-3)


def test_points_without_a_curve_are_measured_by_the_nearest(graph: Graph) -> None:
    points = graph.add("PointsFromText", text="0 0\n10 0")
    found = measured(graph, points, torch.tensor([[0.0, 3.0], [10.0, 1.0]]))
    assert found["distance"] == pytest.approx(2)
    assert (found["on curve"], found["coverage"], found["data spread"]) == (0, 0, 5)
    assert found["spread"] == pytest.approx(math.sqrt(26), rel=1e-3)


def test_who_is_in_the_right_class(graph: Graph) -> None:
    points = graph.add("PointsFromText", text="-1 0 left\n1 0 right")
    model = graph.add("ClosedFormModel", points=points["points"])
    asked = graph.add("TextEncode", clip=model["clip"], text="left, right")
    samples = torch.tensor([[-1.0, 0.0], [1.0, 0.01], [1.0, 0.0], [0.9, 0.0]])  # the second went wrong
    found = measured(graph, points, samples, asked=asked["conditioning"])
    assert (found["right class"], found["on own arc"]) == (0.75, 0.5)
    assert found["own arc distance"] == pytest.approx((0 + 2 + 0 + 0.1) / 4, rel=1e-3)


def test_the_text_bears_its_title_and_label_and_is_shown(graph: Graph) -> None:
    points = graph.add("Spiral")
    inputs = {"title": "DDIM", "label": graph.given("k = 2")}
    node = graph.add("Measures", latent=latent(graph, torch.zeros(4, 2)), points=points["points"], **inputs)
    done = graph.run(node)
    text = done.values[node.id]["text"]
    assert text.splitlines()[0] == "DDIM k = 2" and done.ui[node.id]["text"] == [text]


def compared(graph: Graph, first: Tensor, second: Tensor) -> dict[str, float]:
    node = graph.add("CompareSamples", first=latent(graph, first), second=latent(graph, second))
    return lines(graph.value(node))


@about("CompareSamples")
def test_two_clouds_are_compared_in_both_senses(graph: Graph) -> None:
    cloud = torch.rand(50, 2, generator=torch.Generator().manual_seed(0))
    same = compared(graph, cloud, cloud)
    assert (same["median difference"], same["largest difference"]) == (0, 0)
    assert same["energy distance"] == pytest.approx(0, abs=1e-12)
    swapped = compared(graph, cloud, cloud.flip(0))
    assert swapped["energy distance"] == pytest.approx(0, abs=1e-12) and swapped["largest difference"] > 0.5
    moved = compared(graph, cloud, cloud + torch.tensor([3.0, 4.0]))
    assert moved["median difference"] == moved["largest difference"] == pytest.approx(5, rel=1e-3)
    assert moved["energy distance"] > 5


def test_clouds_of_different_size_are_compared_as_distributions(graph: Graph) -> None:
    found = compared(graph, torch.rand(5, 2), torch.rand(7, 2))
    assert set(found) == {"energy distance", "MMD x1000"}


@about("SpreadChart")
def test_the_spread_of_a_walk(graph: Graph) -> None:
    points = graph.add("Spiral")
    walk = graph.add("RandomWalk", points=points["points"], steps=10)
    node = graph.add("SpreadChart", trajectory=walk["trajectory"], points=points["points"], names="walk")
    done = graph.run(node, walk).values
    found = lines(done[node.id]["text"])
    end = done[walk.id]["trajectory"].x[-1].double()
    assert found["walk, at the end"] == pytest.approx(
        float(end.var(dim=0, correction=0).sum().sqrt()), rel=1e-3
    )
    assert found["the data"] == pytest.approx(0.663, abs=5e-4)
    assert done[node.id]["image"].shape[0] == 1


def test_two_walks_need_two_names(graph: Graph) -> None:
    points = graph.add("Spiral")
    walk = graph.add("RandomWalk", points=points["points"], steps=2)["trajectory"]
    node = graph.add("SpreadChart", trajectory=walk, other=walk, points=points["points"], names="only one")
    assert "two names" in graph.failure(node)


@about("TurnChart")
def test_the_turn_of_the_spiral_is_at_four_tenths(graph: Graph) -> None:
    points = graph.add("Spiral")
    model = graph.add("ClosedFormModel", points=points["points"])
    node = graph.add("TurnChart", model=model["model"], points=points["points"])
    found = lines(graph.value(node, "text"))
    assert 0.378 <= found["t"] <= 0.388  # 0.383 ± 0.005
    assert found["sigma/alpha"] == pytest.approx(0.01 * 1000 ** found["t"], rel=1e-3)


def test_a_field_of_one_point_turns_nowhere(graph: Graph) -> None:
    points = graph.add("PointsFromText", text="0.3 0.1")
    model = graph.add("ClosedFormModel", points=points["points"])
    text = graph.value(graph.add("TurnChart", model=model["model"], points=points["points"]), "text")
    assert "never turns" in text


def asked_for_a_cat(graph: Graph) -> Node:
    points = graph.add("Spiral", classes="3")
    model = graph.add("ClosedFormModel", points=points["points"])
    text = graph.add("TextEncode", clip=model["clip"], text="cat")
    return graph.add("CFGCombine", model=model["model"], positive=text["conditioning"])


@about("AngleChart")
def test_guidance_acts_around_the_turn(graph: Graph) -> None:
    node = graph.add("AngleChart", model=asked_for_a_cat(graph)["model"])
    text = graph.run(node).values[node.id]["text"]
    angles = {line.split("  ")[0].strip(): float(line.split()[-1]) for line in text.splitlines()[1:]}
    assert angles["t = 1"] < 1 and angles["t = 0.8"] < 1  # 0.4, 0.5, 22.5
    assert max(angles, key=angles.__getitem__) == "t = 0.4" and angles["t = 0.4"] > 20


def test_a_field_without_parts_has_no_angle(graph: Graph) -> None:
    model = graph.add("ClosedFormModel", points=graph.add("Spiral")["points"])
    assert "CFG Combine" in graph.failure(graph.add("AngleChart", model=model["model"]))


def test_where_guidance_is_off_the_angle_is_still_that_of_the_two_fields(graph: Graph) -> None:
    points = graph.add("Spiral", classes="3")
    model = graph.add("ClosedFormModel", points=points["points"])
    text = graph.add("TextEncode", clip=model["clip"], text="cat")
    texts = []
    for start in (1.0, 0.3):
        guided = graph.add(
            "CFGCombine", model=model["model"], positive=text["conditioning"], start=start, end=0.1
        )
        texts.append(graph.value(graph.add("AngleChart", model=guided["model"]), "text"))
    assert texts[0] == texts[1]


@about("TargetChart")
def test_the_one_step_target_is_the_noisier_one(graph: Graph) -> None:
    points = graph.add("Spiral")
    model = graph.add("ClosedFormModel", points=points["points"], levels=100)
    node = graph.add("TargetChart", model=model["model"], points=points["points"], draws=20)
    found = lines(graph.value(node, "text"))
    assert found["smallest ratio, one step : total"] > 5
    assert found["largest ratio"] > 1000
