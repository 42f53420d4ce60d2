"""Latents of a video's size, and models of two stages."""

from __future__ import annotations

import pytest
import torch
from scorefield.models.wan.video import WanVideo

from .graphs import Graph, Link, about
from .pocket_models import pocket


class Config:
    """Of an autoencoder."""

    z_dim, scale_factor_temporal, scale_factor_spatial = 16, 4, 8


class Autoencoder:
    config = Config()


def video(graph: Graph) -> Link:
    return graph.given(WanVideo(Autoencoder()))


@about("EmptyVideo")
def test_an_empty_video_has_the_latents_of_its_size(graph: Graph) -> None:
    node = graph.add("EmptyVideo", vae=video(graph), width=1280, height=720, frames=81, batch=2)
    samples = graph.value(node)["samples"]
    assert samples.shape == (2, 16, 21, 90, 160) and not bool(samples.any())
    usual = graph.value(graph.add("EmptyVideo", vae=video(graph)))["samples"]
    assert usual.shape == (1, 16, 21, 60, 104)


def test_a_size_without_latents_is_refused(graph: Graph) -> None:
    message = graph.failure(graph.add("EmptyVideo", vae=video(graph), width=848, height=480, frames=83))
    assert "848×480" in message and "81 frames" in message


def test_a_picture_models_vae_makes_no_video(graph: Graph) -> None:
    assert "video model" in graph.failure(graph.add("EmptyVideo", vae=pocket(graph).vae))


@about("FieldSwitch", "DDIMSampler")
def test_one_field_answers_at_high_noise_and_the_other_at_low(graph: Graph) -> None:
    """With nothing of one of them, a walk is the other's."""
    spiral, circle = (graph.add(name)["points"] for name in ("Spiral", "Circle"))
    one, other = (graph.add("ClosedFormModel", points=points)["model"] for points in (spiral, circle))
    noise = graph.add("NoiseSeed", batch=8)["noise"]

    def walked(model: Link) -> torch.Tensor:
        sampler = graph.add("DDIMSampler", model=model, noise=noise, steps=12, record="nothing")
        samples: torch.Tensor = graph.value(sampler)["samples"]
        return samples

    def switched(boundary: float) -> torch.Tensor:
        return walked(graph.add("FieldSwitch", early=one, late=other, boundary=boundary)["model"])

    assert torch.equal(switched(0.0), walked(one)) and torch.equal(switched(1.0), walked(other))
    middle = switched(0.5)
    assert not torch.equal(middle, walked(one)) and not torch.equal(middle, walked(other))


def test_fields_of_different_kinds_are_not_switched(graph: Graph) -> None:
    points = graph.add("Spiral")["points"]
    exploding, flow = (
        graph.add("ClosedFormModel", points=points, family=family)["model"]
        for family in ("variance exploding", "flow")
    )
    assert "one family" in graph.failure(graph.add("FieldSwitch", early=exploding, late=flow))
    pictures = pocket(graph).model
    assert "(2,)" in graph.failure(graph.add("FieldSwitch", early=exploding, late=pictures))


@pytest.mark.parametrize("boundary", [0.2, 0.8])
def test_the_field_that_comes_out_takes_no_condition(graph: Graph, boundary: float) -> None:
    model = pocket(graph)
    switched = graph.add("FieldSwitch", early=model.model, late=model.model, boundary=boundary)
    asked = graph.add("TextEncode", clip=model.clip, text="a tree")["conditioning"]
    guided = graph.add("CFGCombine", model=switched["model"], positive=asked)
    assert "takes no condition" in graph.failure(guided)
