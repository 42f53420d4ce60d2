"""Matched mode from a video with noise on it, against diffusers' WanVideoToVideoPipeline, to the bit."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import pytest
import torch
from scorefield.models.tiny.wan import WAN, WAN22
from scorefield.nodes.headless import headless_definitions
from torch import Tensor

from ...nodes.graphs import Graph, Node
from .test_parity import NEGATIVE, PROMPT
from .wan_models import WIDER, WanShape, loaded, pipeline, scheduler

SIZE = {"width": 48, "height": 32, "frames": 9}
SCHEDULERS = {"unipc": "UniPCMultistep", "euler": "FlowMatchEulerDiscrete"}


@pytest.fixture
def graph(tmp_path: Path) -> Graph:
    return Graph(tmp_path / "output", headless_definitions())


def video() -> Tensor:
    """Frames (F, H, W, 3) that are no noise."""
    across, down, frame = torch.meshgrid(
        torch.linspace(0, 1, 48), torch.linspace(0, 1, 32), torch.linspace(0, 1, 9), indexing="ij"
    )
    return torch.stack([across, down * frame, 1 - frame], dim=-1).permute(2, 1, 0, 3).contiguous()


def ours(
    graph: Graph, shape: WanShape, solver: str, strength: float, how: dict[str, Any], mode: str = "matched"
) -> Tensor:
    """The latents of a graph that begins with the video."""
    found: Tensor = graph.value(sampled(graph, shape, solver, strength, how, mode))["samples"]
    return found


def sampled(
    graph: Graph, shape: WanShape, solver: str, strength: float, how: dict[str, Any], mode: str
) -> Node:
    model, clip, vae = (graph.given(each) for each in loaded(shape, how["precision"], mode))
    words = {
        "positive": graph.add("TextEncode", clip=clip, text=PROMPT)["conditioning"],
        "negative": graph.add("NegativeEncode", clip=clip, text=NEGATIVE)["negative"],
    }
    guided = graph.add("CFGCombine", model=model, guidance_scale=how["scale"], **words)["model"]
    begun = graph.add_class("VAEEncode", pixels=graph.given(video()), vae=vae)["LATENT"]
    return graph.add(
        "SchedulerSampler",
        model=guided,
        noise=graph.add("NoiseSeed", seed=how["seed"], batch=1, draws="one generator")["noise"],
        latent=begun,
        steps=how["steps"],
        scheduler=SCHEDULERS[solver],
        options=f"{'shift' if solver == 'euler' else 'flow_shift'} = {how['shift']}",
        strength=strength,
        record="nothing",
    )


@cache
def _of_videos(shape: WanShape, precision: str) -> Any:
    """diffusers' pipeline of the same networks."""
    from diffusers import WanVideoToVideoPipeline

    own = pipeline(shape, precision)
    parts = {name: getattr(own, name) for name in ("tokenizer", "text_encoder", "transformer", "vae")}
    made = WanVideoToVideoPipeline(**parts, scheduler=None)
    made.set_progress_bar_config(disable=True)
    return made


def theirs(shape: WanShape, solver: str, strength: float, how: dict[str, Any]) -> Tensor:
    """The same of the pipeline."""
    made = _of_videos(shape, how["precision"])
    made.scheduler = scheduler(solver, how["shift"])
    latents: Tensor = made(
        video=video().permute(0, 3, 1, 2)[None],
        prompt=PROMPT,
        negative_prompt=NEGATIVE,
        height=SIZE["height"],
        width=SIZE["width"],
        num_inference_steps=how["steps"],
        guidance_scale=how["scale"],
        strength=strength,
        generator=torch.Generator().manual_seed(how["seed"]),
        output_type="latent",
    ).frames
    mean, std = (
        torch.tensor(each).view(1, -1, 1, 1, 1)
        for each in (made.vae.config.latents_mean, made.vae.config.latents_std)
    )
    return latents.float() / (1.0 / std) + mean


HOW: dict[str, Any] = {"precision": "float32", "steps": 6, "shift": 5.0, "scale": 5.0, "seed": 11}


@pytest.mark.parametrize("solver", SCHEDULERS)
@pytest.mark.parametrize(
    ("shape", "strength", "changes"),
    [
        (WAN, 0.6, {}),
        (WAN, 1.0, {"precision": "bfloat16"}),
        (WIDER, 0.8, {"steps": 5, "shift": 3.0}),
        (WAN, 0.9, {"steps": 20, "shift": 12.0, "scale": 1.0}),
    ],
)
def test_a_walk_from_a_video_is_the_pipelines(
    graph: Graph, shape: WanShape, strength: float, changes: dict[str, Any], solver: str
) -> None:
    how = {**HOW, **changes}
    found, expected = ours(graph, shape, solver, strength, how), theirs(shape, solver, strength, how)
    assert bool(torch.isfinite(expected).all()) and float(expected.std()) > 0.1
    assert torch.equal(found, expected)
    assert not torch.equal(ours(graph, shape, solver, strength, {**how, "seed": 12}), expected)


@pytest.mark.parametrize("solver", SCHEDULERS)
def test_optimised_it_is_the_same_to_five_digits(graph: Graph, solver: str) -> None:
    matched, optimised = (ours(graph, WAN, solver, 0.6, HOW, mode) for mode in ("matched", "optimised"))
    assert float((optimised - matched).norm() / matched.norm()) <= 1e-5


def test_a_wan_of_two_transformers_has_no_such_pipeline(graph: Graph) -> None:
    said = graph.failure(sampled(graph, WAN22, "unipc", 0.6, HOW, "matched"))
    assert "nothing but noise" in said
