"""Between nodes latents lie as their autoencoder makes them, whatever the network walks."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from scorefield.diffusion.field import ScoreModel
from scorefield.diffusion.latent_format import LatentFormat
from scorefield.diffusion.prediction import Estimate
from scorefield.diffusion.schedule import Level, scaled_linear_betas
from scorefield.models.library import load
from scorefield.models.stable_diffusion.latents import StableDiffusionLatents
from scorefield.models.wan.latents import WanLatents
from torch import Tensor

from .graphs import Graph, Link, Node

CHANNELS = {"tiny-sd": 4, "tiny-sdxl": 4, "tiny-stable-unclip/decoder": 4, "tiny-wan": 16}
SPREAD = ((0.3, -0.2, 0.0, 1.1), (1.5, 0.6, 2.0, 0.9))


class Grey:
    """Says that there is nothing but one value, wherever it is asked."""

    def __init__(self, value: float) -> None:
        self.value = value

    def __call__(self, x: Tensor, level: Level) -> Estimate:
        x0 = torch.full_like(x, self.value)
        return Estimate(x0, (x - level.alpha * x0) / level.sigma)


class Half:
    """A format: the network walks one plus half of the latents."""

    def process_in(self, latent: Tensor) -> Tensor:
        return latent / 2 + 1

    def process_out(self, latent: Tensor) -> Tensor:
        return (latent - 1) * 2


def unscaled(vae: Any, latents: Tensor) -> Tensor:
    """What diffusers' autoencoder shows of latents as they are, which is how ComfyUI's VAE takes them."""
    with torch.no_grad():
        shown = vae.autoencoder.decode(latents.to(vae.autoencoder.dtype), return_dict=False)[0]
    pictures = (shown.float() / 2 + 0.5).clamp(0, 1).movedim(1, -1)
    return pictures.flatten(0, 1) if pictures.ndim == 5 else pictures


def walked(graph: Graph, model: ScoreModel, latent: Any, **more: Any) -> Node:
    noise = graph.add("NoiseSeed", seed=3, batch=1)["noise"]
    given = {"noise": noise, "latent": graph.given({"samples": latent}), "steps": 3}
    return graph.add("DDIMSampler", model=graph.given(model), **{**given, **more})


def steps_of(graph: Graph, model: ScoreModel, **more: Any) -> Link:
    return graph.add("ModelLevels", model=graph.given(model), **more)["sigmas"]


@pytest.mark.parametrize("name", CHANNELS)
def test_the_autoencoder_alone_shows_what_our_decoder_shows(graph: Graph, stand_ins: Path, name: str) -> None:
    model, _, vae = load(name)
    empty = torch.zeros(1, CHANNELS[name], *((2, 4, 4) if "wan" in name else (8, 8)))
    sampler = walked(graph, model, empty)
    decoded = graph.add("VAEDecode", latent=sampler["latent"], vae=graph.given(vae))
    values = graph.run(sampler, decoded).values
    samples, trajectory = (values[sampler.id][output] for output in ("latent", "trajectory"))
    pictures = values[decoded.id]["image"]
    assert torch.equal(unscaled(vae, samples["samples"]), pictures) and float(pictures.std()) > 0.01
    assert torch.equal(trajectory.x[-1], samples["samples"])
    # What the network walked begins as unit noise, and is not what is handed on.
    started = model.latent_format.process_in(trajectory.x[0])
    assert 0.8 < float(started.std()) < 1.2
    assert float((trajectory.x[0] - started).abs().max()) > 0.1


@pytest.mark.parametrize("name", CHANNELS)
def test_what_is_encoded_is_walked_in_the_networks_size(graph: Graph, stand_ins: Path, name: str) -> None:
    """From a picture at the last levels of all, the walk ends close by the picture."""
    model, _, vae = load(name)
    encoded = vae.encode(torch.rand(1, 64, 64, 3, generator=torch.Generator().manual_seed(1)))
    assert float(encoded.abs().max()) > 0.01
    levels = torch.tensor([float(model.schedule.table[1]), float(model.schedule.table[0])])
    sampler = walked(graph, model, encoded, sigmas=graph.given(levels))
    walk = graph.run(sampler).values[sampler.id]
    clean = model.latent_format.process_in(encoded)
    begun = model.latent_format.process_in(walk["trajectory"].x[0])
    assert float((begun - clean).abs().max()) < 0.4
    assert float((begun - clean).abs().max()) > 1e-4
    assert float((model.latent_format.process_in(walk["latent"]["samples"]) - clean).abs().max()) < 0.4


@pytest.fixture
def model() -> ScoreModel:
    """One whose data are grey, 5 to the network and so 8 between nodes."""
    schedule = scaled_linear_betas()
    return ScoreModel(Grey(5.0), schedule, (4, 8, 8), any_size=True, latent_format=Half())


def test_every_sampler_hands_on_and_keeps_positions_and_leaves_noise_alone(
    graph: Graph, model: ScoreModel
) -> None:
    for kind in ("DDPM", "DDIM", "Flow", "Scheduler"):
        sampler = graph.add(
            f"{kind}Sampler",
            model=graph.given(model),
            noise=graph.add("NoiseSeed", seed=3, batch=2)["noise"],
            steps=4,
        )
        done = graph.run(sampler).values[sampler.id]
        assert torch.allclose(done["latent"]["samples"], torch.tensor(8.0), atol=0.3), kind
        records = done["trajectory"].records
        assert torch.allclose(records["x0"], torch.tensor(8.0), atol=1e-3), kind
        assert torch.equal(done["trajectory"].x[-1], done["latent"]["samples"])
        assert 0.8 < float(records["epsilon"][0].std()) < 1.2
        assert float(done["trajectory"].x[0].std()) > 1.8


def test_an_empty_latent_is_nothing_and_not_the_latents_of_zeros(graph: Graph, model: ScoreModel) -> None:
    levels = steps_of(graph, model, steps=2, t_start=0.5)
    noise = graph.add("NoiseSeed", seed=3, batch=1)["noise"]
    for latent in (None, graph.given({"samples": torch.zeros(1, 4, 8, 8)})):
        given = {"noise": noise, "sigmas": levels} | ({"latent": latent} if latent else {})
        sampler = graph.add("DDIMSampler", model=graph.given(model), **given)
        begun = graph.run(sampler).values[sampler.id]["trajectory"].x[0] / 2 + 1
        assert abs(float(begun.mean())) < 0.25  # latents of zeros would be 1 to the network


def test_two_halves_of_a_walk_are_the_whole(graph: Graph, model: ScoreModel) -> None:
    whole = graph.value(
        walked(graph, model, torch.zeros(1, 4, 8, 8), sigmas=steps_of(graph, model, steps=4, t_start=1.0))
    )
    first = walked(
        graph, model, torch.zeros(1, 4, 8, 8), sigmas=steps_of(graph, model, steps=2, t_start=1.0, t_end=0.5)
    )
    rest = graph.add(
        "DDIMSampler",
        model=graph.given(model),
        latent=first["latent"],
        sigmas=steps_of(graph, model, steps=2, t_start=0.5),
    )
    assert torch.allclose(graph.value(rest)["samples"], whole["samples"], atol=1e-4)


def test_what_is_noised_is_noised_in_the_networks_size(graph: Graph, model: ScoreModel) -> None:
    clean = torch.full((2, 4, 8, 8), 6.0)  # 4 to the network
    noise = graph.add("NoiseSeed", seed=3, batch=2)["noise"]
    noised = graph.value(
        graph.add(
            "ForwardNoise",
            samples=graph.given({"samples": clean}),
            model=graph.given(model),
            noise=noise,
            t=0.4,
        )
    )["samples"]
    level = model.schedule.at(0.4)
    x = noised / 2 + 1
    unit = (x - level.alpha * 4) / level.sigma
    assert abs(float(unit.mean())) < 0.2 and 0.9 < float(unit.std()) < 1.1


def test_what_a_mask_keeps_stays_as_it_came(graph: Graph, model: ScoreModel) -> None:
    mask = torch.zeros(1, 1, 8, 8)
    mask[..., :4] = 1
    latent = graph.given({"samples": torch.full((1, 4, 8, 8), 6.0), "noise_mask": mask})
    for kind in ("DDIM", "Scheduler"):
        sampler = graph.add(
            f"{kind}Sampler",
            model=graph.given(model),
            noise=graph.add("NoiseSeed", seed=3, batch=1)["noise"],
            latent=latent,
            steps=4,
        )
        found = graph.value(sampler)["samples"]
        assert torch.allclose(found[..., 4:], torch.tensor(6.0), atol=0.4), kind
        assert torch.allclose(found[..., :4], torch.tensor(8.0), atol=0.4), kind


def test_guided_as_a_flow_or_switched_a_model_keeps_its_format(model: ScoreModel) -> None:
    from scorefield.diffusion.coordinates import as_flow

    told = replace(model, condition=lambda _: Grey(1.0))
    for made in (told.given("anything"), model.with_field(Grey(0.0)), as_flow(model)):
        assert made.latent_format is model.latent_format


@pytest.mark.parametrize(
    "latent_format",
    [
        StableDiffusionLatents(0.18215),
        StableDiffusionLatents(0.5, SPREAD),
        WanLatents(*SPREAD),
    ],
    ids=["factor", "moments", "wan"],
)
def test_out_is_the_way_back_in(latent_format: LatentFormat) -> None:
    shape = (2, 4, 3, 5, 6) if isinstance(latent_format, WanLatents) else (2, 4, 5, 6)
    latents = torch.randn(shape, generator=torch.Generator().manual_seed(0))
    there = latent_format.process_in(latents)
    assert torch.allclose(latent_format.process_out(there), latents, atol=1e-5)
    assert not torch.allclose(there, latents, atol=0.05)


def test_the_scale_of_stable_diffusion_is_comfyuis(stand_ins: Path) -> None:
    """Its latent formats multiply by 0.18215 on the way in, of SDXL by 0.13025."""
    for name, factor in (("tiny-sd", 0.18215), ("tiny-sdxl", 0.13025)):
        model, _, _ = load(name)
        assert torch.allclose(model.latent_format.process_in(torch.ones(1, 4, 2, 2)), torch.tensor(factor))
