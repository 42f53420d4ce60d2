"""ComfyUI's own models in our nodes, with a stand-in for ComfyUI whose walks can be written down."""

from __future__ import annotations

import sys
from itertools import pairwise
from typing import Any

import pytest
import torch
from scorefield.diffusion.field import ScoreModel
from scorefield.models.comfyui.sampler import SamplerRule, sampler
from scorefield.nodes.score_models import as_score_model
from torch import Tensor

from ..models.comfyui.stand_in import (
    CONST,
    KSAMPLER,
    LATENT_SCALE,
    Comfy,
    Interrupted,
    ModelSamplingContinuousEDM,
    ModelSamplingDiscrete,
    Patcher,
    install,
    told,
)
from .graphs import Graph, Node

SIGMAS = torch.tensor([10.0, 4.0, 1.0, 0.0])
TIMES = torch.tensor([0.9, 0.5, 0.2, 0.0])
KINDS = pytest.mark.parametrize(
    ("sampling", "sigmas"),
    [(ModelSamplingDiscrete(), SIGMAS), (ModelSamplingContinuousEDM(), SIGMAS), (CONST(), TIMES)],
    ids=["discrete", "EDM", "flow"],
)


@pytest.fixture
def comfy(monkeypatch: pytest.MonkeyPatch) -> Comfy:
    return install(monkeypatch)


def guided(graph: Graph, patcher: Patcher, scale: float = 3.0, **more: Any) -> Node:
    """CFG Combine between 2 and −1."""
    positive, negative = graph.given(told(2.0)), graph.given(told(-1.0))
    given = {"positive": positive, "negative": negative, "guidance_scale": scale}
    return graph.add("CFGCombine", model=graph.given(patcher), **{**given, **more})


def walked(graph: Graph, model: list[Any], sigmas: Tensor, kind: str = "DDIM", **more: Any) -> Node:
    noise = graph.add("NoiseSeed", batch=2, seed=5)["noise"]
    given = {"model": model, "noise": noise, "sigmas": graph.given(sigmas)}
    return graph.add(f"{kind}Sampler", **{**given, **more})


def unit() -> Tensor:
    """What that noise draws first."""
    from scorefield.nodes.socket_values import SeededNoise

    return SeededNoise(5, 2).generate_noise({"samples": torch.zeros(2, 4, 64, 64)})


def euler(x: Tensor, sigmas: Tensor, guided_value: float) -> Tensor:
    """ComfyUI's own euler on the stand-in's model, of which guidance leaves value + x/10."""
    for sigma, after in pairwise(sigmas):
        x = x + (x - (guided_value + x / 10)) / sigma * (after - sigma)
    return x


def start(sampling: Any, sigmas: Tensor, latent: Tensor | float = 0.0) -> Tensor:
    clean = torch.zeros(2, 4, 64, 64) + latent
    return sampling.noise_scaling(sigmas[0], unit(), clean, bool(sigmas[0] >= sampling.sigmas[-1]))


@KINDS
def test_a_guided_model_walks_as_comfyui_would(
    graph: Graph, comfy: Comfy, sampling: Any, sigmas: Tensor
) -> None:
    found = graph.value(walked(graph, guided(graph, Patcher(sampling))["model"], sigmas))
    expected = euler(start(sampling, sigmas), sigmas, -1.0 + 3.0 * 3) / LATENT_SCALE
    assert torch.allclose(found["samples"], expected, rtol=1e-5, atol=1e-4)


@KINDS
def test_both_conditions_are_asked_at_once_in_a_model_that_is_ready_once(
    graph: Graph, comfy: Comfy, sampling: Any, sigmas: Tensor
) -> None:
    graph.value(walked(graph, guided(graph, Patcher(sampling))["model"], sigmas))
    assert comfy.asked == [[2.0, -1.0]] * 3
    assert comfy.events == ["ready", "given back"] and comfy.previews == [0, 1, 2]


def test_a_trajectory_has_both_parts_and_positions_as_the_vae_wants_them(graph: Graph, comfy: Comfy) -> None:
    walk = walked(graph, guided(graph, Patcher(ModelSamplingDiscrete()))["model"], SIGMAS)
    done = graph.run(walk).values[walk.id]
    trajectory, level = done["trajectory"], done["trajectory"].levels[0]
    x0 = trajectory.records["x0"][0] * LATENT_SCALE
    x = trajectory.x[0] * LATENT_SCALE
    assert torch.allclose(x, start(ModelSamplingDiscrete(), SIGMAS) * level.alpha, atol=1e-4)
    assert torch.allclose(x0, 8.0 + x / level.alpha / 10, atol=1e-4)
    apart = trajectory.records["unconditional"][0] - trajectory.records["conditional"][0]
    assert torch.allclose(apart, torch.full_like(apart, 3.0 / level.ratio), atol=1e-3)
    assert torch.equal(trajectory.x[-1], done["latent"]["samples"])


def test_a_stop_ends_the_walk_within_a_step_and_gives_the_model_back(graph: Graph, comfy: Comfy) -> None:
    comfy.stop_after = 2
    walk = walked(graph, guided(graph, Patcher(ModelSamplingDiscrete()))["model"], SIGMAS)
    with pytest.raises(Exception) as stopped:
        graph.run(walk)
    assert isinstance(stopped.value.__cause__, Interrupted)
    assert len(comfy.asked) == 2 and comfy.events[-1] == "given back"


@KINDS
def test_a_latent_is_noised_in_the_size_of_the_model_and_hands_on_what_came_with_it(
    graph: Graph, comfy: Comfy, sampling: Any, sigmas: Tensor
) -> None:
    latent = {"samples": torch.full((2, 4, 64, 64), 6.0), "batch_index": [0, 1]}
    walk = walked(graph, guided(graph, Patcher(sampling))["model"], sigmas[1:], latent=graph.given(latent))
    found = graph.value(walk)
    expected = euler(start(sampling, sigmas[1:], 6.0 * LATENT_SCALE), sigmas[1:], 8.0) / LATENT_SCALE
    assert torch.allclose(found["samples"], expected, rtol=1e-5, atol=1e-4)
    assert found["batch_index"] == [0, 1]


def test_what_the_mask_keeps_stays(graph: Graph, comfy: Comfy) -> None:
    mask = torch.zeros(1, 1, 64, 64)
    mask[..., :32] = 1
    latent = {"samples": torch.full((2, 4, 64, 64), 6.0), "noise_mask": mask}
    model = guided(graph, Patcher(ModelSamplingDiscrete()))["model"]
    found = graph.value(walked(graph, model, SIGMAS, latent=graph.given(latent)))["samples"]
    assert torch.allclose(found[..., 32:], torch.tensor(6.0), atol=1e-4)
    assert not torch.allclose(found[..., :32], torch.tensor(6.0), atol=1.0)


@KINDS
def test_half_a_walk_and_the_other_half_are_the_whole(
    graph: Graph, comfy: Comfy, sampling: Any, sigmas: Tensor
) -> None:
    model = guided(graph, Patcher(sampling))["model"]
    half = walked(graph, model, sigmas[:3])
    other = graph.add("DDIMSampler", model=model, latent=half["latent"], sigmas=graph.given(sigmas[2:]))
    whole = graph.value(walked(graph, model, sigmas))["samples"]
    assert torch.allclose(graph.value(other)["samples"], whole, rtol=1e-4, atol=1e-3)


@KINDS
def test_forward_noise_leads_to_where_a_walk_goes_on(
    graph: Graph, comfy: Comfy, sampling: Any, sigmas: Tensor
) -> None:
    """Noised by the node and walked without noise, or noised by the sampler: the same."""
    patcher, latent = Patcher(sampling), graph.given({"samples": torch.full((2, 4, 64, 64), 6.0)})
    noise = graph.add("NoiseSeed", batch=2, seed=5)["noise"]
    noised = graph.add("ForwardNoise", samples=latent, model=graph.given(patcher), noise=noise, t=0.5)
    schedule = as_score_model(patcher).schedule
    levels = torch.tensor([schedule.value_of(schedule.at(0.5)), 0.0])
    model = guided(graph, patcher)["model"]
    one = graph.add("DDIMSampler", model=model, latent=noised["latent"], sigmas=graph.given(levels))
    other = walked(graph, model, levels, latent=latent)
    assert torch.allclose(graph.value(one)["samples"], graph.value(other)["samples"], rtol=1e-4, atol=1e-3)


def test_a_field_asked_outside_a_walk_gets_a_look_of_its_own(comfy: Comfy) -> None:
    from scorefield.diffusion.guidance import GuidedField

    model = as_score_model(Patcher(ModelSamplingDiscrete()))
    level = model.schedule.at(0.7)
    x = torch.randn(1, 4, 8, 8, generator=torch.Generator().manual_seed(1))
    one, other = model.given(told(2.0)).field, model.given(told(-1.0)).field
    said = one(x, level)
    assert torch.allclose(said.x0, 2.0 + x / level.alpha / 10, atol=1e-5)
    assert torch.allclose(level.alpha * said.x0 + level.sigma * said.epsilon, x, atol=1e-5)
    comfy.asked.clear()
    both = GuidedField(one, other, 3.0)(x, level)
    assert comfy.asked == [[2.0, -1.0]]
    assert torch.allclose(both.x0, 8.0 + x / level.alpha / 10, atol=1e-4)
    assert comfy.events == ["ready", "given back"] * 2


def test_without_guidance_only_what_is_asked_for_is_asked(graph: Graph, comfy: Comfy) -> None:
    alone = graph.add(
        "CFGCombine",
        model=graph.given(Patcher(ModelSamplingDiscrete())),
        positive=graph.given(told(2.0)),
        guidance_scale=1.0,
    )
    graph.value(walked(graph, alone["model"], SIGMAS))
    graph.value(walked(graph, guided(graph, Patcher(ModelSamplingDiscrete()), scale=1.0)["model"], SIGMAS))
    assert comfy.asked == [[2.0]] * 3 + [[2.0, None]] * 3


@pytest.mark.parametrize("told_something", [True, False])
def test_a_model_that_lacks_a_condition_says_which_node_gives_it(
    graph: Graph, comfy: Comfy, told_something: bool
) -> None:
    model = graph.given(Patcher(ModelSamplingDiscrete()))
    if told_something:
        model = graph.add("CFGCombine", model=model, positive=graph.given(told(2.0)))["model"]
    walk = walked(graph, model, SIGMAS)
    assert "CFG Combine" in graph.failure(walk)


def test_patches_of_guidance_are_comfyuis_business_at_our_scale(graph: Graph, comfy: Comfy) -> None:
    patcher = Patcher(ModelSamplingDiscrete())
    patcher.model_options["sampler_post_cfg_function"] = [lambda args: args["denoised"]]
    found = graph.value(walked(graph, guided(graph, patcher, 2.0, convention="beyond cond")["model"], SIGMAS))
    expected = euler(start(ModelSamplingDiscrete(), SIGMAS), SIGMAS, 8.0) / LATENT_SCALE
    assert torch.allclose(found["samples"], expected, rtol=1e-5, atol=1e-4)
    assert comfy.guided_by_core == [3.0] * 3
    walk = walked(graph, guided(graph, patcher, scales="1, 3")["model"], SIGMAS)
    assert "one scale" in graph.failure(walk)


def test_a_guider_walks_and_cannot_be_told_again(graph: Graph, comfy: Comfy) -> None:
    import comfy.samplers  # type: ignore[import-not-found]

    guider = comfy.samplers.CFGGuider(Patcher(ModelSamplingDiscrete()))
    guider.inner_set_conds({"positive": told(2.0), "negative": told(-1.0)})
    guider.cfg = 3.0
    found = graph.value(walked(graph, graph.given(guider), SIGMAS))
    expected = euler(start(ModelSamplingDiscrete(), SIGMAS), SIGMAS, 8.0) / LATENT_SCALE
    assert torch.allclose(found["samples"], expected, rtol=1e-5, atol=1e-4)
    again = graph.add("CFGCombine", model=graph.given(guider), positive=graph.given(told(1.0)))
    assert "given one already" in graph.failure(again)


@pytest.mark.parametrize("kind", ["Flow", "Scheduler"])
def test_the_other_samplers_walk_them_too(graph: Graph, comfy: Comfy, kind: str) -> None:
    """A flow's euler and diffusers' Euler step as ComfyUI's does."""
    model = guided(graph, Patcher(ModelSamplingDiscrete()))["model"]
    if kind == "Flow":
        walk, sigmas = walked(graph, model, SIGMAS, "Flow"), SIGMAS
    else:
        noise = graph.add("NoiseSeed", batch=2, seed=5)["noise"]
        walk = graph.add("SchedulerSampler", model=model, noise=noise, steps=4, scheduler="EulerDiscrete")
        levels = graph.value(walk, "trajectory").levels
        sigmas = torch.tensor([level.ratio for level in levels])
    expected = euler(start(ModelSamplingDiscrete(), sigmas), sigmas, 8.0) / LATENT_SCALE
    assert torch.allclose(graph.value(walk)["samples"], expected, rtol=1e-3, atol=1e-2)


@pytest.mark.parametrize(
    ("rule", "kind", "same"),
    [
        (SamplerRule("ddim"), "DDIM", {}),
        (SamplerRule("ddpm"), "DDPM", {}),
        (SamplerRule("ddim", eta=0.5), "DDIM", {"eta": 0.5}),
    ],
)
@KINDS
def test_our_sampler_in_comfyuis_sampling_walks_as_our_node(
    graph: Graph, comfy: Comfy, sampling: Any, sigmas: Tensor, rule: SamplerRule, kind: str, same: Any
) -> None:
    import comfy.samplers

    guider = comfy.samplers.CFGGuider(Patcher(sampling))
    guider.inner_set_conds({"positive": told(2.0), "negative": told(-1.0)})
    guider.cfg = 3.0
    steps: list[int] = []
    found = guider.sample(
        unit(),
        torch.zeros(2, 4, 64, 64),
        sampler(rule),
        sigmas,
        callback=lambda seen: steps.append(seen["i"]),
        seed=5,
    )
    ours = graph.value(walked(graph, guided(graph, Patcher(sampling))["model"], sigmas, kind, **same))
    assert torch.allclose(found, ours["samples"], rtol=1e-4, atol=1e-3)
    assert steps == [0, 1, 2]


def test_a_rule_is_a_sampler_of_comfyuis_where_that_is(comfy: Comfy, monkeypatch: pytest.MonkeyPatch) -> None:
    rule = SamplerRule("ddim")
    assert isinstance(sampler(rule), KSAMPLER)
    monkeypatch.setitem(sys.modules, "comfy.samplers", None)
    assert sampler(rule) is rule


def test_outside_comfyui_a_model_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "comfy.model_sampling", None)
    with pytest.raises(ValueError, match="inside ComfyUI"):
        as_score_model(Patcher(ModelSamplingDiscrete()))


@pytest.mark.parametrize(
    ("sampling", "family"),
    [
        (ModelSamplingDiscrete(), "variance_preserving"),
        (ModelSamplingContinuousEDM(), "variance_exploding"),
        (CONST(), "flow"),
    ],
)
def test_its_levels_are_those_of_comfyui(comfy: Comfy, sampling: Any, family: str) -> None:
    found: ScoreModel = as_score_model(Patcher(sampling))
    assert found.schedule.family == family
    assert torch.equal(found.schedule.table.float(), sampling.sigmas)
    assert found.shape == (4, 64, 64) and found.fits((4, 9, 31)) and not found.fits((16, 64, 64))


def test_clamped_tables_and_a_last_bit_beyond_one_are_taken(comfy: Comfy) -> None:
    clamped, beyond = ModelSamplingDiscrete(), CONST()
    clamped.sigmas = torch.tensor([0.01, 0.01, 1.0, 99.0, 99.0])  # type: ignore[misc]
    beyond.sigmas = torch.tensor([0.5, 1.0000001])  # type: ignore[misc]
    assert as_score_model(Patcher(clamped)).schedule.table.tolist() == pytest.approx([0.01, 1, 99])
    assert as_score_model(Patcher(beyond)).schedule.table.tolist() == [0.5, 1.0]
