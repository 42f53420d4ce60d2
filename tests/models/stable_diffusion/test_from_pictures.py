"""Matched mode from a picture with noise on it, against diffusers' img2img pipelines, to the bit."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch
from scorefield.models.walking.schedulers import OWN, fresh
from torch import Tensor

from ...nodes.graphs import Graph
from .walks import PROMPTS, Walk, by_nodes, ddim, ddpm, nodes, scheduler

SD, V, XL = "tiny-sd", "tiny-sd2-v", "tiny-sdxl"


def picture(count: int = 1) -> Tensor:
    """Latents of an autoencoder that are no noise, and the same in half precision."""
    ramp = torch.linspace(-8, 8, 8)
    drawn = (ramp[:, None] * ramp).expand(count, 4, 8, 8) / 8 + torch.arange(count).view(-1, 1, 1, 1)
    return drawn.bfloat16().float()


def ours(graph: Graph, walk: Walk, strength: float, clean: Tensor | None = None) -> Tensor:
    """The latents of a graph that starts from the picture."""
    sampler, _ = nodes(graph, walk)
    samples = picture(len(walk.prompts)) if clean is None else clean
    changes = {"latent": graph.given({"samples": samples}), "strength": strength}
    graph.nodes[sampler.id]["inputs"].update(changes)
    found: Tensor = graph.value(sampler)["samples"]
    return found


def theirs(folder: Path, walk: Walk, strength: float) -> Tensor:
    """The same of the pipeline, which takes latents for a picture, and scales neither them nor its own."""
    from diffusers import StableDiffusionImg2ImgPipeline, StableDiffusionXLImg2ImgPipeline

    kind: Any = StableDiffusionXLImg2ImgPipeline if walk.model == XL else StableDiffusionImg2ImgPipeline
    local = {"local_files_only": True, "low_cpu_mem_usage": False}
    pipeline = kind.from_pretrained(folder / walk.model, dtype=getattr(torch, walk.precision), **local)
    pipeline.set_progress_bar_config(disable=True)
    if walk.scheduler != OWN or walk.options:
        pipeline.scheduler = fresh(pipeline.scheduler.config, walk.scheduler, **walk.options)
    factor, given = pipeline.vae.config.scaling_factor, picture(len(walk.prompts)).to(pipeline.dtype)
    made: Tensor = pipeline(
        list(walk.prompts),
        image=factor * given,  # as it scales what its autoencoder makes of pictures
        strength=strength,
        num_inference_steps=walk.steps,
        guidance_scale=walk.scale,
        eta=walk.eta,
        generator=torch.Generator().manual_seed(walk.seed),
        output_type="latent",
    ).images
    return (made / factor).float()


@pytest.mark.parametrize("precision", ["float32", "bfloat16"])
@pytest.mark.parametrize(
    ("walk", "strength"),
    [
        (ddim(SD, steps=7), 0.6),
        (ddim(V, 1.0, prompts=PROMPTS[:2]), 1.0),
        (ddpm(SD, steps=5), 0.5),
        (ddpm(V, "large"), 0.8),
        (scheduler(SD, OWN, steps=6), 0.7),
        (scheduler(V, "DPMSolverMultistep", steps=6), 0.7),
        (scheduler(SD, "HeunDiscrete", steps=5), 0.5),
        (scheduler(SD, "EulerDiscrete"), 1.0),
        (scheduler(SD, "UniPCMultistep", steps=7), 0.8),
        (scheduler(XL, OWN, steps=6), 0.5),
    ],
    ids=lambda value: f"{value.model}, {value.scheduler}" if isinstance(value, Walk) else None,
)
def test_a_walk_from_a_picture_is_the_pipelines(
    graph: Graph, models: Path, walk: Walk, strength: float, precision: str
) -> None:
    walk = walk.with_(precision=precision)
    found, expected = ours(graph, walk, strength), theirs(models, walk, strength)
    assert bool(torch.isfinite(expected).all()) and float(expected.std()) > 0.1
    assert torch.equal(found, expected)


def test_parity_notices_another_strength_or_picture(graph: Graph, models: Path) -> None:
    walk = ddim(SD, steps=7)
    expected = theirs(models, walk, 0.6)
    assert not torch.equal(ours(graph, walk, 0.8), expected)
    assert not torch.equal(ours(graph, walk, 0.6, picture() + 0.01), expected)
    assert not torch.equal(by_nodes(graph, walk)[0], expected)


@pytest.mark.parametrize(
    "walk",
    [ddim(SD, 0.5, steps=7), ddpm(V, "large", steps=7), scheduler(SD, "UniPCMultistep", steps=7)],
    ids=lambda walk: walk.scheduler,
)
def test_optimised_it_is_the_same_to_five_digits(graph: Graph, models: Path, walk: Walk) -> None:
    matched, optimised = (ours(graph, walk.with_(mode=mode), 0.6) for mode in ("matched", "optimised"))
    assert float((optimised - matched).norm() / matched.norm()) <= 1e-5


def test_a_strength_that_leaves_no_step_is_refused(graph: Graph, models: Path) -> None:
    for mode in ("matched", "optimised"):
        sampler, _ = nodes(graph, ddim(SD, mode=mode))
        graph.nodes[sampler.id]["inputs"]["strength"] = 0.2
        assert "no step is left of 4" in graph.failure(sampler)
