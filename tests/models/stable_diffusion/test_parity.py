"""Matched mode against diffusers' pipelines, to the bit: graphs of nodes, latents and pictures."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest
import torch
from scorefield.models.stable_diffusion.network import StableDiffusionNetwork
from scorefield.models.stable_diffusion.text import StableDiffusionText
from scorefield.models.tiny.stable_diffusion import write
from scorefield.models.walking.schedulers import OWN
from torch import Tensor

from ...nodes.graphs import Graph
from .walks import (
    PROMPTS,
    Walk,
    by_nodes,
    by_pipeline,
    bytes_of,
    ddim,
    ddpm,
    nodes,
    random_make,
    random_walk,
    scheduler,
)

SD, V, XL = "tiny-sd", "tiny-sd2-v", "tiny-sdxl"


@pytest.fixture(scope="module")
def unchanged(built_stand_ins: Path) -> Tensor:
    """The latents of the pipeline that the changes below are held against."""
    return by_pipeline(built_stand_ins, ddim(V, 0.5))[0]


def check(graph: Graph, models: Path, walk: Walk) -> None:
    """Both give the same bits."""
    latents, pictures = by_nodes(graph, walk)
    their_latents, their_pictures = by_pipeline(models, walk)
    assert bool(torch.isfinite(latents).all()) and float(pictures.std()) > 0.01
    assert torch.equal(latents, their_latents)
    assert torch.equal(bytes_of(pictures), bytes_of(their_pictures))


WALKS = (
    ddim(SD),
    ddim(V, 0.5),
    ddim(XL, 1.0),
    ddim(V, 0.0, "trailing", steps=7),
    ddpm(SD),
    ddpm(V, "large"),
    scheduler(SD, OWN),
    scheduler(XL, OWN),
    scheduler(V, "DPMSolverMultistep", {"use_karras_sigmas": True}),
    scheduler(SD, "UniPCMultistep"),
)
# One of each sampler, and one of each model: what rounds does so in all of them.
ROUNDED = (1, 2, 4, 9)


def named(walk: Walk) -> str:
    return f"{walk.model}, {walk.scheduler}, {walk.eta}"


@pytest.mark.parametrize("walk", WALKS, ids=named)
def test_a_walk_is_the_pipelines(graph: Graph, models: Path, walk: Walk) -> None:
    check(graph, models, walk)


@pytest.mark.parametrize(
    "walk",
    [
        pytest.param(walk, id=named(walk), marks=() if place in ROUNDED else pytest.mark.slow)
        for place, walk in enumerate(WALKS)
    ],
)
def test_in_half_precision_too(graph: Graph, models: Path, walk: Walk) -> None:
    check(graph, models, walk.with_(precision="bfloat16"))


@pytest.mark.parametrize(
    "changes",
    [
        {"prompts": PROMPTS[:2], "negative": "a dog", "steps": 3},
        {"scale": 1.0, "height": 96},
        {"model": XL, "negative": "", "width": 80},
        {"prompts": ("",), "steps": 7},
    ],
    ids=["batch", "no guidance", "an empty negative prompt", "an empty prompt"],
)
def test_what_is_asked_is_asked_as_the_pipeline_does(
    graph: Graph, models: Path, changes: dict[str, object]
) -> None:
    check(graph, models, ddim(SD, 0.5).with_(**changes))


@pytest.mark.parametrize(("model", "precision"), [(SD, "float32"), (V, "bfloat16")])
def test_without_its_noise_ddpm_lacks_the_variance_term_and_nothing_else(
    graph: Graph, models: Path, model: str, precision: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    walk = ddpm(model, precision=precision)
    latents, _ = by_nodes(graph, walk.with_(widgets={"add_noise": False}))
    with monkeypatch.context() as patch:
        module = "diffusers.schedulers.scheduling_ddpm.randn_tensor"
        patch.setattr(module, lambda shape, **more: torch.zeros(shape, dtype=more["dtype"]))
        assert torch.equal(latents, by_pipeline(models, walk)[0])
    assert not torch.equal(latents, by_pipeline(models, walk)[0])


@pytest.mark.parametrize(
    "changes",
    [
        {"prompts": ("a lone tree standing in the sand",)},
        {"scale": 7.4},
        {"seed": 14},
        {"steps": 5},
        {"eta": 0.4, "widgets": {"eta": 0.4}},
        {"model": SD},
        {"width": 72},
        {"negative": "a dog"},
    ],
    ids=lambda changes: next(iter(changes)),
)
def test_parity_notices(graph: Graph, models: Path, unchanged: Tensor, changes: dict[str, object]) -> None:
    latents = by_nodes(graph, ddim(V, 0.5).with_(**changes))[0]
    assert not torch.equal(latents, unchanged)


def test_and_nothing_else(graph: Graph, models: Path, unchanged: Tensor) -> None:
    assert torch.equal(by_nodes(graph, ddim(V, 0.5))[0], unchanged)


def test_parity_notices_a_time_that_is_off_by_one(
    graph: Graph, models: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = StableDiffusionNetwork.__call__
    monkeypatch.setattr(
        StableDiffusionNetwork, "__call__", lambda self, x, timestep, told: asked(self, x, timestep - 1, told)
    )
    latents = by_nodes(graph, ddim(SD))[0]
    assert not torch.equal(latents, by_pipeline(models, ddim(SD))[0])


def test_parity_notices_another_padding(graph: Graph, models: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tokenize = StableDiffusionText.tokenize
    monkeypatch.setattr(
        StableDiffusionText,
        "tokenize",
        lambda self, text: [ids.masked_fill(ids == 0, 5) for ids in tokenize(self, text)],
    )
    latents = by_nodes(graph, ddim(V))[0]
    assert not torch.equal(latents, by_pipeline(models, ddim(V))[0])


def test_the_noise_of_comfyui_is_one_generator_too(graph: Graph, models: Path) -> None:
    walk = ddim(SD, 1.0)
    sampler, _ = nodes(graph, walk)
    graph.nodes[sampler.id]["inputs"]["noise"] = graph.add_class("RandomNoise", noise_seed=walk.seed)["NOISE"]
    assert torch.equal(graph.value(sampler)["samples"], by_pipeline(models, walk)[0])


@pytest.mark.parametrize("draw", [pytest.param(each, marks=pytest.mark.slow) for each in range(60)])
def test_any_model_any_walk(graph: Graph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, draw: int) -> None:
    random = Random(draw)
    (tmp_path / "random").mkdir()
    write(tmp_path / "random", random_make(random), draw)
    monkeypatch.setenv("SCOREFIELD_MODELS", str(tmp_path))
    check(graph, tmp_path, random_walk(random, "random"))
