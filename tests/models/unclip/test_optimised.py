"""Optimised mode gives what matched mode gives, to rounding; and what our own samplers walk is the same."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch
from scorefield.diffusion.bounded import BoundedField, WithinLimit
from scorefield.diffusion.prediction import Estimate
from scorefield.diffusion.schedule import Level
from torch import Tensor

from ...nodes.graphs import Graph
from .graphs import Settings, drawn, karlo_graph, parts, prior, stable_graph
from .pipelines import stage


@pytest.fixture
def graph(tmp_path: Path) -> Graph:
    return Graph(tmp_path / "output")


def relative(found: Tensor, expected: Tensor) -> float:
    return float((found - expected).norm() / expected.norm())


@pytest.mark.parametrize("seed", (1, 3))
def test_karlo_s_stages(graph: Graph, seed: int) -> None:
    matched, optimised = (
        karlo_graph(graph, "float32", drawn(seed), mode) for mode in ("matched", "optimised")
    )
    done = graph.run(matched.pictures, optimised.pictures).values
    assert relative(*(done[each.pictures.id]["image"] for each in (optimised, matched))) < 1e-5


@pytest.mark.parametrize(
    "image", [None, torch.rand(1, 20, 30, 3, generator=torch.Generator().manual_seed(0))]
)
def test_stable_unclip(graph: Graph, image: Tensor | None) -> None:
    how = drawn(1)._replace(eta=0.0)
    matched, optimised = (
        stable_graph(graph, "float32", how, image, mode) for mode in ("matched", "optimised")
    )
    done = graph.run(matched.walk, optimised.walk).values
    assert relative(*(done[each.walk.id]["latent"]["samples"] for each in (optimised, matched))) < 1e-5


def test_ddpm_of_ours_is_the_prior_s_own_scheduler(graph: Graph) -> None:
    """Levels, bound and variance of a stage are those of its scheduler, wherever it is walked."""
    how = drawn(3)
    first = prior(graph, "tiny-karlo", "float32", how, "optimised")
    guided = graph.nodes[first.walk.id]["inputs"]["model"]
    ours = graph.add(
        "DDPMSampler", model=guided, noise=first.noise, steps=how.steps[0], spacing="model's own"
    )
    done = graph.run(first.walk, ours).values
    # Karlo's scheduler takes 1 − ᾱ of numbers near 1 in single precision.
    assert relative(*(done[each.id]["latent"]["samples"] for each in (ours, first.walk))) < 1e-3


@pytest.mark.parametrize("sampler", ["DDPMSampler", "DDIMSampler"])
@pytest.mark.parametrize("name", ["prior", "decoder", "super-resolution"])
def test_our_samplers_walk_every_stage_within_its_bound(graph: Graph, name: str, sampler: str) -> None:
    model, _, _ = parts(graph, f"tiny-karlo/{name}", "float32", drawn(1), "optimised")
    noise = graph.add("NoiseSeed", batch=2)["noise"]
    node = graph.add(sampler, model=model, noise=noise, steps=4)
    samples = graph.value(node)["samples"]
    # The last step goes to no noise at all: there x is x̂0.
    bound = 5.0 if name == "prior" else 1.0
    assert samples.isfinite().all() and float(samples.abs().max()) <= bound + 1e-5


def test_a_bound_holds_x0_back_and_leads_to_the_same_x() -> None:
    x = torch.tensor([[0.5, 3.0, -4.0]])
    said = Estimate(torch.tensor([[0.2, 7.0, -9.0]]), torch.zeros(1, 3))
    found = BoundedField(lambda x, level: said, WithinLimit(1.0))(x, Level(0.6, 0.8, 0.5))
    assert torch.equal(found.x0, torch.tensor([[0.2, 1.0, -1.0]]))
    assert torch.allclose(0.6 * found.x0 + 0.8 * found.epsilon, x)
    clean = BoundedField(lambda x, level: said, WithinLimit(1.0))(x, Level(1.0, 0.0, 0.0))
    assert torch.equal(clean.epsilon, said.epsilon)


def test_one_step_is_refused_where_a_scheduler_cannot_make_it(graph: Graph) -> None:
    how: Settings = drawn(0)._replace(steps=(1, 1, 1))
    said = graph.failure(prior(graph, "tiny-karlo", "float32", how).walk)
    assert "cannot make 1 steps" in said


def test_every_stage_says_what_it_is(graph: Graph) -> None:
    shapes: dict[str, Any] = {
        name: stage(name, "float32")[0].shape
        for name in ("tiny-karlo/prior", "tiny-karlo/decoder", "tiny-karlo/super-resolution")
    }
    assert list(shapes.values()) == [(24,), (3, 16, 16), (3, 32, 32)]
    assert stage("tiny-stable-unclip/decoder", "float32")[0].fits((4, 12, 16))
