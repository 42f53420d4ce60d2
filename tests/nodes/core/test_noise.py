"""Noise as ComfyUI draws it, and our samplers on it."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from ..graphs import Graph, about_classes


def drawn(seed: int, *shape: int) -> Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed))


@about_classes("RandomNoise")
@pytest.mark.parametrize("seed", [0, 7, 2**64 - 1])
def test_the_batch_is_drawn_in_one_go_and_nothing_global_changes(graph: Graph, seed: int) -> None:
    before = torch.get_rng_state()
    noise = graph.value(graph.add_class("RandomNoise", noise_seed=seed))
    found = noise.generate_noise({"samples": torch.zeros(3, 4, 5, 6)})
    assert noise.seed == seed and torch.equal(found, drawn(seed, 3, 4, 5, 6))
    assert torch.equal(torch.get_rng_state(), before)
    half = noise.generate_noise({"samples": torch.zeros(2, 3, dtype=torch.float16)})
    assert torch.equal(half, drawn(seed, 2, 3).half())


def test_a_part_of_a_batch_gets_the_noise_it_had_there(graph: Graph) -> None:
    noise = graph.value(graph.add_class("RandomNoise", noise_seed=3))
    generator = torch.Generator().manual_seed(3)
    one_by_one = [torch.randn(1, 4, 2, generator=generator) for _ in range(6)]
    found = noise.generate_noise({"samples": torch.zeros(3, 4, 2), "batch_index": [5, 1, 5]})
    assert torch.equal(found, torch.cat([one_by_one[place] for place in (5, 1, 5)]))


@about_classes("DisableNoise")
def test_no_noise_is_zeros(graph: Graph) -> None:
    noise = graph.value(graph.add_class("DisableNoise"))
    assert noise.seed == 0 and not noise.generate_noise({"samples": torch.ones(2, 3)}).any()


def test_our_samplers_start_from_it(graph: Graph) -> None:
    """With one step DDIM goes from x = sigma·noise straight to an estimate; one noise, one place."""
    points = graph.add("Circle", count=5)["points"]
    model = graph.add("ClosedFormModel", points=points)["model"]
    noise = graph.add_class("RandomNoise", noise_seed=11)["NOISE"]
    sampler = graph.add("DDIMSampler", model=model, noise=noise, steps=4, record="positions")
    done = graph.run(sampler).values[sampler.id]
    assert torch.allclose(done["trajectory"].x[0], 10 * drawn(11, 1, 2))
    assert done["latent"]["samples"].shape == (1, 2)


def test_our_samplers_heed_the_place_in_the_batch(graph: Graph) -> None:
    points = graph.add("Circle", count=5)["points"]
    model = graph.add("ClosedFormModel", points=points)["model"]
    noise = graph.add_class("RandomNoise", noise_seed=11)["NOISE"]
    latent = graph.given({"samples": torch.zeros(5, 2)})
    part = graph.add_class("LatentFromBatch", samples=latent, batch_index=3, length=2)["LATENT"]
    sampler = graph.add("DDIMSampler", model=model, noise=noise, latent=part, steps=4, record="positions")
    first = graph.value(sampler, "trajectory").x[0]
    generator = torch.Generator().manual_seed(11)
    one_by_one = torch.cat([torch.randn(1, 2, generator=generator) for _ in range(5)])
    assert torch.allclose(first, 10 * one_by_one[3:])
