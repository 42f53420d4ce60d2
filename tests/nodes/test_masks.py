"""Masks of latents: what is outside stays to the bit, and the rest fits to it."""

from __future__ import annotations

import pytest
import torch
from scorefield.diffusion.field import ScoreModel
from scorefield.diffusion.prediction import Estimate
from scorefield.diffusion.schedule import Level, flow, scaled_linear_betas
from torch import Tensor

from .graphs import Graph, Link

SAMPLERS = {
    "DDIMSampler": {"sigmas": True},
    "DDPMSampler": {"sigmas": True},
    "FlowSampler": {},
    "SchedulerSampler": {"scheduler": "DPMSolverMultistep"},
}


class Grey:
    """The field of data that are 0.5 everywhere; it remembers where it was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[Tensor, Level]] = []

    def __call__(self, x: Tensor, level: Level) -> Estimate:
        self.asked.append((x, level))
        x0 = torch.full_like(x, 0.5)
        return Estimate(x0, (x - level.alpha * x0) / level.sigma)


def halves(graph: Graph, **more: object) -> tuple[Tensor, Link]:
    """Random latents of which the right half may change, by a mask of eight times their size."""
    known = torch.randn(2, 4, 6, 8, generator=torch.Generator().manual_seed(3))
    mask = torch.zeros(1, 48, 64)
    mask[:, :, 32:] = 1
    return known, graph.given({"samples": known, "noise_mask": mask, **more})


@pytest.mark.parametrize("name", SAMPLERS)
def test_what_is_outside_the_mask_stays_and_the_rest_is_new(graph: Graph, name: str) -> None:
    field = Grey()
    schedule = flow() if name == "FlowSampler" else scaled_linear_betas()
    model = graph.given(ScoreModel(field, schedule, (4, 64, 64), any_size=True))
    inputs = dict(SAMPLERS[name])
    if inputs.pop("sigmas", False):
        inputs["sigmas"] = graph.given(torch.tensor([14.0, 5.0, 2.0, 0.5, 0.0]))
    known, latent = halves(graph)
    noise = graph.add("NoiseSeed", batch=2)["noise"]
    walk = graph.add(name, model=model, noise=noise, latent=latent, steps=6, **inputs)
    latents = graph.value(walk)
    samples = latents["samples"]
    assert torch.allclose(samples[..., :4], known[..., :4], atol=0 if name != "SchedulerSampler" else 1e-5)
    assert torch.allclose(samples[..., 4:], torch.full((2, 4, 6, 4), 0.5), atol=1e-3)
    assert latents["noise_mask"].shape == (1, 48, 64)
    # The field has seen the known half as it is at that level, with one noise for the whole walk.
    epsilons = [(x[..., :4] - level.alpha * known[..., :4]) / level.sigma for x, level in field.asked]
    assert all(torch.allclose(epsilon, epsilons[0], atol=1e-2) for epsilon in epsilons)


def test_a_mask_needs_noise_and_as_many_masks_as_latents(graph: Graph) -> None:
    model = graph.given(ScoreModel(Grey(), scaled_linear_betas(), (4, 64, 64), any_size=True))
    _, latent = halves(graph)
    assert "connect 'noise'" in graph.failure(graph.add("DDIMSampler", model=model, latent=latent))
    _, many = halves(graph, noise_mask=torch.ones(3, 6, 8))
    noise = graph.add("NoiseSeed", batch=2)["noise"]
    walk = graph.add("DDIMSampler", model=model, noise=noise, latent=many)
    assert "3 masks were given for 2 latents" in graph.failure(walk)
