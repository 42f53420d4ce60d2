"""Levels of one's own in matched mode, against what diffusers' pipelines make of sigmas and timesteps."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch
from scorefield.models.walking.schedulers import own_config
from torch import Tensor

from ...nodes.graphs import Graph
from .walks import Walk, by_pipeline, ddim, ddpm, nodes, scheduler

SD, V, XL = "tiny-sd", "tiny-sd2-v", "tiny-sdxl"
BY_NOISE = {"sigmas": [11.5, 5.25, 2.0, 0.7, 0.2, 0.0]}
IN_PLACES = {"timesteps": [900, 640, 333, 120, 7]}


def sigmas_of(folder: Path, walk: Walk) -> Tensor:
    """What a SIGMAS socket holds for the levels of a walk: of timesteps their ratios of noise to signal."""
    import diffusers

    if "sigmas" in walk.levels:
        return torch.tensor(walk.levels["sigmas"])
    config = own_config(folder / walk.model / "scheduler")
    kept: Tensor = diffusers.DDIMScheduler.from_config(config).alphas_cumprod[walk.levels["timesteps"]]
    return torch.cat([((1 - kept) / kept).sqrt(), torch.zeros(1)])


def ours(graph: Graph, walk: Walk, sigmas: Tensor) -> Tensor:
    """The latents of a graph with these levels on the sampler's socket."""
    sampler, _ = nodes(graph, walk)
    graph.nodes[sampler.id]["inputs"]["sigmas"] = graph.given(sigmas)
    found: Tensor = graph.value(sampler)["samples"]
    return found


@pytest.mark.parametrize("precision", ["float32", "bfloat16"])
@pytest.mark.parametrize(
    "walk",
    [
        scheduler(SD, "EulerDiscrete", levels=BY_NOISE),
        scheduler(XL, "EulerDiscrete", levels={"sigmas": [9.0, 3.0, 0.5]}),
        ddpm(SD, levels=IN_PLACES),
        ddpm(V, "large", levels=IN_PLACES),
        scheduler(V, "DPMSolverMultistep", levels=IN_PLACES),
        scheduler(SD, "HeunDiscrete", levels=IN_PLACES),
    ],
    ids=lambda walk: f"{walk.model}, {walk.scheduler}",
)
def test_a_walk_along_them_is_the_pipelines(graph: Graph, models: Path, walk: Walk, precision: str) -> None:
    walk = walk.with_(precision=precision)
    sigmas, (expected, _) = sigmas_of(models, walk), by_pipeline(models, walk)
    assert torch.equal(ours(graph, walk, sigmas), expected)
    moved = sigmas.clone()
    moved[1] *= 0.97
    assert not torch.equal(ours(graph, walk, moved), expected)


@pytest.mark.parametrize(
    "walk",
    [ddpm(SD, levels=IN_PLACES), ddim(SD, levels=BY_NOISE), scheduler(V, "EulerDiscrete", levels=BY_NOISE)],
    ids=lambda walk: walk.scheduler,
)
def test_optimised_mode_visits_them_too(graph: Graph, models: Path, walk: Walk) -> None:
    sampler, _ = nodes(graph, walk.with_(mode="optimised"))
    sigmas = sigmas_of(models, walk)
    graph.nodes[sampler.id]["inputs"]["sigmas"] = graph.given(sigmas)
    found = graph.run(sampler).values[sampler.id]
    assert [level.ratio for level in found["trajectory"].levels] == pytest.approx(sigmas.tolist(), rel=1e-4)
    if walk.scheduler == "DDPM":
        matched = ours(graph, walk, sigmas)
        assert float((found["latent"]["samples"] - matched).norm() / matched.norm()) <= 1e-5


@pytest.mark.parametrize(
    ("walk", "sigmas", "said"),
    [
        (ddim(SD), [5.0, 1.0, 0.0], "DDIMScheduler chooses its levels itself"),
        (scheduler(SD, "UniPCMultistep"), [5.0, 1.0, 0.0], "UniPCMultistepScheduler chooses its levels"),
        (ddpm(SD), [5.0, 1.0, 0.5], "ends without noise: let 'sigmas' end in 0"),
        (ddpm(SD), [1.0, 5.0, 0.0], "must not rise"),
        (ddpm(SD), [5.0, 5.0, 0.0], "cannot visit these levels"),
    ],
)
def test_what_a_scheduler_does_not_visit_is_said(
    graph: Graph, models: Path, walk: Walk, sigmas: list[float], said: str
) -> None:
    sampler, _ = nodes(graph, walk)
    words: dict[str, Any] = graph.nodes[sampler.id]["inputs"]
    words["sigmas"] = graph.given(torch.tensor(sigmas))
    assert said in graph.failure(sampler)
