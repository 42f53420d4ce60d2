"""Noise: its streams, the levels that are visited, and how data get there."""

from __future__ import annotations

import math

import pytest
import torch

from .graphs import Graph, about


@about("NoiseSeed")
def test_a_sample_is_the_same_in_every_batch(graph: Graph) -> None:
    small, large = (graph.value(graph.add("NoiseSeed", seed=7, batch=batch)) for batch in (3, 50))
    first = small.generate_noise({"samples": torch.zeros(3, 2)})
    assert torch.equal(first, large.generate_noise({"samples": torch.zeros(50, 2)})[:3])
    other = graph.value(graph.add("NoiseSeed", seed=8, batch=3)).generate_noise(
        {"samples": torch.zeros(3, 2)}
    )
    assert not set(first.flatten().tolist()) & set(other.flatten().tolist())


def test_copies_repeat_the_batch(graph: Graph) -> None:
    noise = graph.value(graph.add("NoiseSeed", seed=7, batch=4, copies=3))
    drawn = noise.generate_noise({"samples": torch.zeros(12, 2)})
    assert torch.equal(drawn, drawn[:4].repeat(3, 1)) and len(drawn[:4].unique(dim=0)) == 4


def test_noise_is_unit_gaussian_of_any_shape(graph: Graph) -> None:
    noise = graph.value(graph.add("NoiseSeed", batch=2))
    drawn = noise.generate_noise({"samples": torch.zeros(2, 4, 64, 64)})
    assert tuple(drawn.shape) == (2, 4, 64, 64)
    assert (float(drawn.mean()), float(drawn.std())) == pytest.approx((0, 1), abs=0.02)


@about("NoiseLevels")
def test_levels_are_even_in_the_logarithm(graph: Graph) -> None:
    sigmas = graph.value(
        graph.add("NoiseLevels", steps=3, sigma_min=0.01, sigma_max=10.0, levels=4, spacing="continuous")
    )
    assert sigmas.tolist() == pytest.approx([10, 1, 0.1, 0.01], rel=1e-12)


def test_as_many_steps_as_levels_end_with_a_step_that_does_nothing(graph: Graph) -> None:
    sigmas = graph.value(graph.add("NoiseLevels", steps=64, levels=64))
    assert len(sigmas) == 65 and sigmas[-1] == sigmas[-2] == pytest.approx(0.01)
    assert bool((sigmas[:-1].diff() < 0).all())


@pytest.mark.parametrize(
    ("spacing", "indices"),
    [
        ("trailing", [round(200 * (1 - i / 20)) - 1 for i in range(20)]),
        ("leading", [190 - 10 * i for i in range(20)]),
        ("linspace", [round(199 * (1 - i / 19)) for i in range(20)]),
    ],
)
def test_spacings_choose_their_levels(graph: Graph, spacing: str, indices: list[int]) -> None:
    sigmas = graph.value(graph.add("NoiseLevels", steps=20, levels=200, spacing=spacing))
    expected = [0.01 * 1000 ** (index / 199) for index in [*indices, 0]]
    assert sigmas.tolist() == pytest.approx(expected, rel=1e-10)


def test_more_steps_than_levels_are_refused_unless_interpolated(graph: Graph) -> None:
    message = graph.failure(graph.add("NoiseLevels", steps=65, levels=64))
    assert "65 steps" in message and "64 levels" in message and "continuous" in message
    assert len(graph.value(graph.add("NoiseLevels", steps=65, levels=64, spacing="continuous"))) == 66


@about("FlowTimes")
def test_flow_times_are_even_in_t(graph: Graph) -> None:
    sigmas = graph.value(graph.add("FlowTimes", steps=10, sigma_max=4.0))
    t = sigmas / (1 + sigmas)
    assert torch.allclose(t, torch.linspace(0.8, 0, 11, dtype=torch.float64), atol=1e-12)
    assert sigmas[0] == pytest.approx(4.0) and sigmas[-1] == 0


@about("ForwardNoise")
@pytest.mark.parametrize(
    ("family", "alpha", "sigma"),
    [
        ("variance exploding", 1.0, 0.01 * 1000**0.25),
        ("flow", 0.75 * (1 - 1 / 201), 1 / 201 + 0.25 * (1 - 1 / 201)),
    ],
)
def test_one_leap_is_scaled_data_and_noise(graph: Graph, family: str, alpha: float, sigma: float) -> None:
    points, noise = graph.add("Spiral", count=5), graph.add("NoiseSeed", batch=5)
    # 201 levels: t = 0.25 stands in the table.
    model = graph.add("ClosedFormModel", points=points["points"], family=family, levels=201)
    leap = graph.add(
        "ForwardNoise", samples=points["points"], model=model["model"], noise=noise["noise"], t=0.25
    )
    done = graph.run(points, noise, leap).values
    drawn = done[noise.id]["noise"].generate_noise({"samples": torch.zeros(5, 2)})
    expected = alpha * done[points.id]["points"].xy + sigma * drawn
    assert torch.allclose(done[leap.id]["latent"]["samples"], expected, atol=1e-6)


def test_a_variance_preserving_leap_keeps_the_power(graph: Graph) -> None:
    points = graph.add("PointsFromText", text="1 0")
    model = graph.add("ClosedFormModel", points=points["points"], family="variance preserving")
    zeros = graph.given({"samples": torch.ones(20_000, 2)})
    noise = graph.add("NoiseSeed", batch=20_000)
    leap = graph.add("ForwardNoise", samples=zeros, model=model["model"], noise=noise["noise"], t=0.4)
    x = graph.value(leap)["samples"]
    assert float(x.mean()) ** 2 + float(x.var()) == pytest.approx(1, abs=0.02)
    assert 0.1 < float(x.var()) < 0.9


@about("RandomWalk")
def test_a_walk_of_growing_steps(graph: Graph) -> None:
    points = graph.add("Spiral")
    noise = graph.add("NoiseSeed", seed=3, batch=100)
    walk = graph.add(
        "RandomWalk", points=points["points"], steps=50, first_std=0.02, last_std=0.08, noise=noise["noise"]
    )
    done = graph.run(points, walk).values
    trajectory = done[walk.id]["trajectory"]
    assert torch.equal(trajectory.x[0], done[points.id]["points"].xy) and len(trajectory) == 50
    expected = [0.02 * 4 ** (i / 49) for i in range(50)]
    measured = trajectory.x.diff(dim=0).std(dim=(1, 2), correction=0)
    assert torch.allclose(measured, torch.tensor(expected), rtol=0.25)
    gathered = [level.sigma for level in trajectory.levels]
    assert gathered == pytest.approx([math.sqrt(sum(s * s for s in expected[:i])) for i in range(51)])


def test_one_point_may_walk_alone_and_no_other_exists(graph: Graph) -> None:
    points = graph.add("Spiral")
    walk = graph.value(graph.add("RandomWalk", points=points["points"], start=75, steps=4))
    assert tuple(walk.x.shape) == (5, 1, 2)
    assert walk.x[0, 0].tolist() == pytest.approx([0.530, 0.674], abs=1e-3)  # the video's point 75
    message = graph.failure(graph.add("RandomWalk", points=points["points"], start=100))
    assert "no point 100" in message and "0 … 99" in message


def test_walks_are_those_of_their_noise(graph: Graph) -> None:
    points = graph.add("Spiral", count=5)
    seeds = [graph.add("NoiseSeed", seed=seed, batch=5) for seed in (1, 1, 2)]
    first, again, other = (
        graph.value(graph.add("RandomWalk", points=points["points"], noise=seed["noise"])).x for seed in seeds
    )
    assert torch.equal(first, again) and not torch.equal(first, other)
