"""Pictures drawn for the table are those that a workflow would draw."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest
import torch
from scorefield.diffusion.guidance import GuidedField
from scorefield.models.library import load
from scorefield.models.pocket.names import NAMES
from scorefield.nodes.samplers import ddim_sampler, ddpm_sampler, flow_sampler
from scorefield.nodes.socket_values import SeededNoise
from scorefield.training.judging.sampling import Painter, Way

from .untrained import write_family

STEPS = 3


@pytest.fixture(scope="module")
def family(tmp_path_factory) -> Path:
    return write_family(tmp_path_factory.mktemp("family"), NAMES)


@pytest.fixture(scope="module")
def painter(family) -> Painter:
    return Painter("pocket", family)


def same(one: torch.Tensor, other: torch.Tensor) -> bool:
    return torch.allclose(one, other, atol=1e-3)


def test_a_sample_is_the_same_in_every_batch(painter):
    prompts = ["a cat", "a car in the snow", "", "a cat"]
    together = painter.paint(prompts, Way(steps=STEPS, scale=3))
    for index, prompt in enumerate(prompts):
        assert same(painter.paint([prompt], Way(steps=STEPS, scale=3), first=index)[0], together[index])
    assert together.shape == (4, 64, 64, 3)
    assert not same(together[0], together[3])


@pytest.mark.parametrize(
    ("model_name", "name", "sampler", "options"),
    [
        ("pocket", "ddim", ddim_sampler, {}),
        ("pocket", "ddpm", ddpm_sampler, {}),
        ("pocket", "ddpm without noise", ddpm_sampler, {"add_noise": False}),
        ("pocket", "flow", flow_sampler, {}),
        ("pocket-flow", "flow", flow_sampler, {}),
    ],
)
def test_the_nodes_of_a_workflow_draw_the_same(family, model_name, name, sampler, options):
    model, text, decoder = load(model_name, folder=family)
    positive, negative = (text.encode_from_tokens_scheduled(text.tokenize(each)) for each in ("cat", "night"))
    guided = model.with_field(GuidedField(model.given(positive).field, model.given(negative).field, 3.0))
    context = SimpleNamespace(progress=lambda done, total, picture=None: None)
    latent, _ = sampler.call(context, model=guided, noise=SeededNoise(7, 2), steps=STEPS, **options)
    drawn = Painter(model_name, family).paint(["cat"] * 2, Way(name, STEPS, 3.0, "night", seed=7))
    assert same(drawn, decoder.decode(latent["samples"]))


def test_batches_are_cut_without_a_seam(painter, monkeypatch):
    prompts = ["a cat", "a tree", "night", "a hat", "the city"]
    whole = painter.paint(prompts, Way("ddpm", STEPS))
    monkeypatch.setattr(painter, "at_once", 2)
    assert same(painter.paint(prompts, Way("ddpm", STEPS)), whole)


def test_another_seed_is_another_noise(painter):
    one, other = (painter.paint(["a cat"], Way(steps=STEPS, seed=seed)) for seed in (0, 1))
    assert not same(one, other)


def test_scale_one_is_the_prompt_alone_and_scale_zero_the_negative_alone(painter):
    def drawn(prompt: str, scale: float, negative: str = "") -> torch.Tensor:
        return painter.paint([prompt], Way(steps=STEPS, scale=scale, negative=negative))

    assert same(drawn("a cat", 1), drawn("a cat", 1.000001, "night"))
    assert same(drawn("a cat", 0, "night"), drawn("night", 1))
    assert same(drawn("a cat", 0), drawn("", 1))
    assert same(drawn("a cat", 0), drawn("a cat", 1e-7))
    assert not same(drawn("a cat", 3), drawn("a cat", 3, "night"))
    assert not same(drawn("a cat", 3), drawn("a cat", 1))


def test_samplers_differ_and_only_noise_separates_ddpm_from_its_collapse(painter):
    ways = {name: painter.paint(["a cat"], Way(name, 8)) for name in ("ddpm", "ddpm without noise", "ddim")}
    assert not same(ways["ddpm"], ways["ddpm without noise"])
    assert not same(ways["ddpm without noise"], ways["ddim"])


def test_a_flow_in_its_own_coordinates_and_a_diffusion_in_a_flows(family, painter):
    flow = Painter("pocket-flow", family)
    assert flow.paint(["a cat"], Way("flow", STEPS)).shape == (1, 64, 64, 3)
    assert not same(painter.paint(["a cat"], Way("flow", 8)), painter.paint(["a cat"], Way("ddim", 8)))


def test_a_video_is_a_clip(family):
    video = Painter("pocket-video", family)
    clips = video.paint(["a person walking"] * 2, Way("flow", 2, 3.0, "walking backwards"))
    assert clips.shape == (2, 8, 64, 64, 3)
    frames = video.paint(["a person walking"], Way("flow", 2, 3.0, "walking backwards"))
    assert same(frames[0], clips[0])


def test_a_picture_is_told_by_its_vector(family):
    unclip = Painter("pocket-unclip", family)
    vectors = torch.nn.functional.normalize(torch.randn(2, 128, generator=torch.Generator().manual_seed(0)))
    one = unclip.paint_like(vectors, Way(steps=STEPS))
    assert one.shape == (2, 64, 64, 3)
    assert not same(one[:1], unclip.paint_like(vectors[1:], Way(steps=STEPS)))


def test_a_prior_gives_unit_vectors(family):
    vectors = Painter("pocket-prior", family).vectors(["a cat", "a tree"], Way(steps=STEPS))
    assert torch.allclose(vectors.norm(dim=1), torch.ones(2), atol=1e-5)


def test_a_model_that_is_not_there_is_named(family):
    with pytest.raises(ValueError, match="no model called 'pocket-nothing'"):
        Painter("pocket-nothing", family)
