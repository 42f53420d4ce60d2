"""Optimised mode: the same walk to five digits, and the same prompt heard once."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from scorefield.models.library import load
from scorefield.models.stable_diffusion.attention import PromptAttention
from scorefield.models.tiny.stable_diffusion import SDXL_SCHEDULER, Make, write
from torch import Tensor

from ...nodes.graphs import Graph
from .walks import PROMPTS, Walk, by_nodes, ddim, ddpm, scheduler

SD, V, XL = "tiny-sd", "tiny-sd2-v", "tiny-sdxl"


def difference(one: Tensor, other: Tensor) -> float:
    """How far two are apart, of their size."""
    return float((one - other).norm() / other.norm())


@pytest.mark.parametrize(
    "walk",
    [
        ddim(SD, steps=10),
        ddim(V, 0.5, steps=7),
        ddim(V, 1.0, steps=30),
        ddim(XL, 0.0, steps=10),
        ddpm(SD, steps=10),
        ddpm(SD, steps=10).with_(widgets={"add_noise": False}),
        ddim(SD, 0.3).with_(widgets={"eta": 0.3, "spacing": "model's own"}, prompts=PROMPTS[:2]),
        ddpm(V, "large", steps=7),
        ddpm(SD, "large", steps=7).with_(widgets={"variance": "large", "spacing": "model's own"}),
        scheduler(SD, "DPMSolverMultistep", steps=6),
        scheduler(SD, "UniPCMultistep", steps=9),
        scheduler(V, "UniPCMultistep", {"solver_order": 3, "use_karras_sigmas": True}, steps=9),
        scheduler(XL, "model's own", steps=6),
    ],
    ids=lambda walk: f"{walk.model}, {walk.scheduler}, {walk.widgets}",
)
def test_it_is_the_matched_walk_to_five_digits(graph: Graph, models: Path, walk: Walk) -> None:
    latents, pictures = by_nodes(graph, walk.with_(mode="optimised"))
    matched, their_pictures = by_nodes(graph, walk)
    assert difference(latents, matched) <= 1e-5
    assert difference(pictures, their_pictures) <= 1e-5
    assert difference(matched, by_nodes(graph, walk.with_(steps=walk.steps - 1))[0]) > 1e-3


@pytest.mark.parametrize(
    "walk",
    [ddim("clipping", 0.5, scale=3.0), ddpm("clipping", scale=3.0), ddpm("clipping", "large", scale=3.0)],
    ids=lambda walk: walk.widgets,
)
def test_a_scheduler_that_clips_holds_the_estimate_in_both_modes(
    graph: Graph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, walk: Walk
) -> None:
    """In SDXL's pipeline; that of SD 1 and 2 takes no clipping from a config."""
    (tmp_path / "clipping").mkdir()
    clips = {**SDXL_SCHEDULER, "clip_sample": True, "clip_sample_range": 0.5}
    write(tmp_path / "clipping", Make(is_xl=True, scheduler=clips), 1)
    monkeypatch.setenv("SCOREFIELD_MODELS", str(tmp_path))
    matched, optimised = (by_nodes(graph, walk.with_(mode=mode))[0] for mode in ("matched", "optimised"))
    assert difference(optimised, matched) <= 1e-5
    factor = 0.13025  # of tiny SDXL: what lies between nodes is divided by it
    assert float(matched.abs().max()) <= 1.5 / factor


def test_the_keys_and_values_of_a_prompt_are_computed_once(models: Path) -> None:
    model, text, _ = load(SD)
    unet = model.field.network.unet
    layers = [part.attn2 for part in unet.modules() if hasattr(part, "attn2")]
    remembering = [layer for layer in layers if isinstance(layer.processor, PromptAttention)]
    assert len(remembering) == len(layers) > 0
    asked: list[Tensor] = []
    remembering[0].to_k.register_forward_hook(lambda _, given, __: asked.append(given[0]))
    told = model.given(text.encode_from_tokens_scheduled(text.tokenize("a cat"))).field
    x = torch.randn(2, 4, 8, 8, generator=torch.Generator().manual_seed(0))
    for t in (0.9, 0.5, 0.1):
        told.together(model.field, x, model.schedule.at(t))
    assert len(asked) == 1
    other = model.given(text.encode_from_tokens_scheduled(text.tokenize("a dog"))).field
    first = other(x, model.schedule.at(0.5)).epsilon
    assert len(asked) == 2 and not torch.equal(first, told(x, model.schedule.at(0.5)).epsilon)


def test_a_matched_model_has_diffusers_own_attention(models: Path) -> None:
    model, _, _ = load(SD, mode="matched")
    processors = model.field.network.unet.attn_processors.values()
    assert not any(isinstance(each, PromptAttention) for each in processors)
