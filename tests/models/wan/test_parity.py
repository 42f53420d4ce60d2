"""Matched mode is diffusers' pipeline to the bit: latents and frames of a graph against WanPipeline."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import torch
from diffusers import UniPCMultistepScheduler
from scorefield.models.precision import MODES
from scorefield.models.tiny.wan import WAN, WAN22, WanShape
from scorefield.models.wan.prompt import NEGATIVE
from torch import Tensor

from ...nodes.graphs import Graph, Node
from .wan_models import WIDER, WIDER22, folder_of, loaded, pipeline, scheduler

PROMPT = "An astronaut riding a horse on the Moon"
PROMPTS = (PROMPT, "", "two  cats &amp;amp; a tree\tin the desert", "cafÃ© – the horse’s tree", "色调 x")


@dataclass(frozen=True)
class Case:
    """One run."""

    shape: WanShape = WAN
    precision: str = "float32"
    solver: str = "unipc"
    steps: int = 4
    shift: float = 5.0
    scale: float = 5.0
    late_scale: float = 3.0
    prompt: str = PROMPT
    negative: str = NEGATIVE
    seed: int = 11
    width: int = 48
    height: int = 32
    frames: int = 9
    batch: int = 1


@pytest.fixture
def graph(tmp_path: Path) -> Iterator[Graph]:
    yield Graph(tmp_path / "output")


def by_pipeline(case: Case, own: Any = None) -> tuple[Tensor, Tensor]:
    """The latents of diffusers, as it hands them to its autoencoder, and the frames (B·F, H, W, 3), perhaps
    with a scheduler of its own."""
    made = pipeline(case.shape, case.precision)
    made.scheduler = own or scheduler(case.solver, case.shift)
    walked: list[Tensor] = []

    def keep(_: Any, __: int, ___: Any, given: dict[str, Any]) -> dict[str, Any]:
        walked.append(given["latents"])
        return given

    shown = made(
        [case.prompt] * case.batch,
        negative_prompt=[case.negative] * case.batch,
        height=case.height,
        width=case.width,
        num_frames=case.frames,
        num_inference_steps=case.steps,
        guidance_scale=case.scale,
        guidance_scale_2=case.late_scale if case.shape.boundary else None,
        generator=torch.Generator().manual_seed(case.seed),
        output_type="pt",
        callback_on_step_end=keep,
    ).frames
    mean, std = (
        torch.tensor(each).view(1, -1, 1, 1, 1)
        for each in (made.vae.config.latents_mean, made.vae.config.latents_std)
    )
    return walked[-1].float() / (1.0 / std) + mean, shown.permute(0, 1, 3, 4, 2).flatten(0, 1)


def by_nodes(graph: Graph, case: Case, mode: str = "matched") -> tuple[Tensor, Tensor]:
    """The same from a graph."""
    sampler, vae = sampled(graph, case, mode)
    frames = graph.add("VAEDecode", latent=sampler["latent"], vae=vae)
    values = graph.run(sampler, frames).values
    return values[sampler.id]["latent"]["samples"], values[frames.id]["image"]


def sampled(graph: Graph, case: Case, mode: str) -> tuple[Node, Any]:
    """The sampler's node, and the link to the VAE."""
    model, clip, vae = (graph.given(each) for each in loaded(case.shape, case.precision, mode))
    positive = graph.add("TextEncode", clip=clip, text=case.prompt)["conditioning"]
    # Typed as it is: the empty text would be the model's own negative prompt.
    encode = "NegativeEncode" if case.negative else "TextEncode"
    output = "negative" if case.negative else "conditioning"
    negative = graph.add(encode, clip=clip, text=case.negative)[output]

    def guided(scale: float) -> Any:
        words = {"model": model, "positive": positive, "negative": negative, "guidance_scale": scale}
        return graph.add("CFGCombine", **words)["model"]

    field = guided(case.scale)
    if case.shape.boundary is not None:
        words = {"early": field, "late": guided(case.late_scale), "boundary": case.shape.boundary}
        field = graph.add("FieldSwitch", **words)["model"]
    size = {"width": case.width, "height": case.height, "frames": case.frames, "batch": case.batch}
    noise = graph.add("NoiseSeed", seed=case.seed, batch=case.batch, draws="one generator")["noise"]
    sampler = graph.add(
        "FlowSampler",
        model=field,
        noise=noise,
        latent=graph.add("EmptyVideo", vae=vae, **size)["latent"],
        steps=case.steps,
        solver=case.solver,
        shift=case.shift,
        record="nothing",
    )
    return sampler, vae


def assert_same(graph: Graph, case: Case) -> None:
    latents, frames = by_nodes(graph, case)
    expected, shown = by_pipeline(case)
    assert latents.shape == expected.shape and torch.equal(latents, expected.float())
    assert torch.equal(frames, shown.float())
    assert torch.equal((frames * 255).round().byte(), (shown * 255).round().byte())
    assert float(expected.std()) > 0.1


@pytest.mark.parametrize("precision", ["float32", "bfloat16"])
@pytest.mark.parametrize("solver", ["euler", "unipc"])
@pytest.mark.parametrize("shape", [WAN, WAN22], ids=["2.1", "2.2"])
def test_a_graph_is_the_pipeline_to_the_bit(
    graph: Graph, shape: WanShape, solver: str, precision: str
) -> None:
    assert_same(graph, Case(shape, precision, solver))


def test_a_whole_timestep_that_stands_twice_at_the_start_is_the_first(graph: Graph) -> None:
    """The scheduler is told where it begins: to look for the timestep would find its second place."""
    timesteps = scheduler("unipc", 100.0)
    timesteps.set_timesteps(12)
    assert timesteps.timesteps[0] == timesteps.timesteps[1]
    assert_same(graph, Case(steps=12, shift=100.0))


@pytest.mark.slow
@pytest.mark.parametrize("number", range(24))
def test_whatever_is_drawn_a_graph_is_the_pipeline_to_the_bit(graph: Graph, number: int) -> None:
    draw = random.Random(number)
    low, high = (0.2, 1.0) if number % 6 == 5 else (1.01, 9.0)
    assert_same(
        graph,
        Case(
            draw.choice([WAN, WAN22, WIDER, WIDER22]),
            draw.choice(["float32", "bfloat16"]),
            draw.choice(["euler", "unipc"]),
            draw.randint(1, 9),
            draw.choice([1.0, 3.0, 5.0, 8.0]),
            draw.uniform(low, high),
            draw.uniform(low, high),
            draw.choice(PROMPTS),
            draw.choice([NEGATIVE, "a tree", ""]),
            draw.randint(0, 2**40),
            16 * draw.randint(1, 4),
            16 * draw.randint(1, 4),
            4 * draw.randint(0, 3) + 1,
            draw.randint(1, 2),
        ),
    )


def test_the_models_own_scheduler_is_that_of_the_pipeline_in_its_folder(graph: Graph) -> None:
    case = Case(WAN22, steps=5)
    sampler, _ = sampled(graph, case, "matched")
    inputs = graph.nodes[sampler.id]["inputs"]
    own = {name: inputs[name] for name in ("model", "noise", "latent", "steps")}
    walked = graph.value(graph.add("SchedulerSampler", **own, record="nothing"))
    config = UniPCMultistepScheduler.load_config(folder_of(WAN22) / "scheduler")
    assert torch.equal(walked["samples"], by_pipeline(case, UniPCMultistepScheduler.from_config(config))[0])


def test_a_pipeline_guides_both_its_stages_or_none(graph: Graph) -> None:
    sampler, _ = sampled(graph, Case(WAN22, scale=5.0, late_scale=1.0), "matched")
    assert "two scales" in graph.failure(sampler)


@pytest.mark.parametrize("solver", ["unipc", "euler"])
@pytest.mark.parametrize("shape", [WAN, WAN22, WIDER22], ids=["2.1", "2.2", "wider"])
def test_optimised_mode_says_the_same(graph: Graph, shape: WanShape, solver: str) -> None:
    """To single precision, on the pipeline's own levels."""
    kind = {"unipc": "UniPCMultistep", "euler": "FlowMatchEulerDiscrete"}[solver]
    walked = []
    for mode in ("matched", "optimised"):
        sampler, _ = sampled(graph, Case(shape, steps=6, batch=2), mode)
        inputs = graph.nodes[sampler.id]["inputs"]
        own = {name: inputs[name] for name in ("model", "noise", "latent", "steps")}
        walk = graph.add("SchedulerSampler", **own, scheduler=kind, record="nothing")
        walked.append(graph.value(walk)["samples"])
    matched, optimised = walked
    assert not torch.equal(matched, optimised)
    assert float((matched - optimised).norm() / matched.norm()) <= 1e-5


@pytest.mark.parametrize("solver", ["unipc", "euler"])
def test_optimised_the_flow_sampler_visits_the_pipelines_levels(graph: Graph, solver: str) -> None:
    case = Case(solver=solver, steps=6)
    matched, optimised = (graph.value(sampled(graph, case, mode)[0])["samples"] for mode in MODES)
    assert float((matched - optimised).norm() / matched.norm()) <= 1e-5
