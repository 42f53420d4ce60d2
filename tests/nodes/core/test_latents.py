"""Batches of latents keep their masks and the place of each sample's noise."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import Tensor

from ..graphs import Graph, about_classes

Latent = dict[str, Any]


def noise(*shape: int) -> Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(6))


@about_classes("EmptyLatentImage", "EmptySD3LatentImage")
def test_empty_latents_are_an_eighth_of_the_picture(graph: Graph) -> None:
    for node, channels in (("EmptyLatentImage", 4), ("EmptySD3LatentImage", 16)):
        found = graph.value(graph.add_class(node, width=48, height=32, batch_size=3))
        assert torch.equal(found["samples"], torch.zeros(3, channels, 4, 6))


@about_classes("LatentFromBatch")
@pytest.mark.parametrize(("index", "length", "expected"), [(1, 2, [1, 2]), (3, 9, [3, 4]), (-1, 1, [4])])
def test_a_part_of_a_batch_knows_its_place(
    graph: Graph, index: int, length: int, expected: list[int]
) -> None:
    masks = torch.arange(2.0).view(2, 1, 1, 1).expand(2, 1, 2, 2)
    latent = {"samples": noise(5, 4, 2, 2), "noise_mask": masks}
    node = graph.add_class("LatentFromBatch", samples=graph.given(latent), batch_index=index, length=length)
    found = graph.value(node)
    assert torch.equal(found["samples"], latent["samples"][expected])
    assert found["batch_index"] == expected
    assert torch.equal(found["noise_mask"], masks[[place % 2 for place in expected]])  # they repeat
    again = graph.add_class("LatentFromBatch", samples=node["LATENT"], batch_index=0, length=1)
    assert graph.value(again)["batch_index"] == expected[:1]


@about_classes("RepeatLatentBatch")
def test_copies_of_latents_get_noise_of_their_own(graph: Graph) -> None:
    samples, masks = noise(2, 4, 2, 2), noise(2, 1, 2, 2)
    latent = {"samples": samples, "noise_mask": masks, "batch_index": [3, 5]}
    found = graph.value(graph.add_class("RepeatLatentBatch", samples=graph.given(latent), amount=3))
    assert torch.equal(found["samples"], samples[[0, 1] * 3])
    assert torch.equal(found["noise_mask"], masks[[0, 1] * 3])
    assert found["batch_index"] == [3, 5, 6, 8, 9, 11]


@about_classes("LatentBatch")
def test_latents_of_another_size_get_that_of_the_first(graph: Graph) -> None:
    first, second = {"samples": noise(2, 4, 4, 4)}, {"samples": noise(1, 4, 4, 8), "batch_index": [7]}
    node = graph.add_class("LatentBatch", samples1=graph.given(first), samples2=graph.given(second))
    found = graph.value(node)
    assert torch.equal(found["samples"][:2], first["samples"]) and found["batch_index"] == [0, 1, 7]
    assert torch.allclose(found["samples"][2], second["samples"][0, :, :, 2:6])


def divided(graph: Graph, size: int, *latents: Latent) -> list[Latent]:
    """The batches that RebatchLatents makes of a list of latents."""
    graph.calls.clear()
    whole = graph.add_class("RebatchLatents", latents=graph.given(latents[0]), batch_size=size)
    values: list[Latent] = whole.definition.call(None, latents=list(latents), batch_size=[size])[0]
    return values


@about_classes("RebatchLatents")
def test_latents_are_divided_anew_and_keep_their_noise(graph: Graph) -> None:
    samples = noise(5, 4, 2, 2)
    node = graph.add_class("RebatchLatents", latents=graph.given({"samples": samples}), batch_size=2)
    parts = graph.value(node)
    assert [len(part["samples"]) for part in parts] == [2, 2, 1]
    assert torch.equal(torch.cat([part["samples"] for part in parts]), samples)
    assert [part["batch_index"] for part in parts] == [[0, 1], [2, 3], [4]]
    assert all("noise_mask" not in part for part in parts)


def test_only_latents_of_one_size_share_a_batch(graph: Graph) -> None:
    small, large = {"samples": noise(3, 4, 2, 2)}, {"samples": noise(2, 4, 4, 2)}
    found = divided(graph, 4, small, large, large)
    assert [part["samples"].shape for part in found] == [(3, 4, 2, 2), (4, 4, 4, 2)]
    assert found[1]["batch_index"] == [3, 4, 5, 6]


def test_a_mask_goes_with_its_latent(graph: Graph) -> None:
    masked = {"samples": noise(2, 4, 2, 2), "noise_mask": torch.zeros(1, 1, 16, 16)}
    found = divided(graph, 2, masked, {"samples": noise(2, 4, 2, 2)}, masked)
    assert [("noise_mask" in part) for part in found] == [True, False, True]
    mixed = divided(graph, 3, masked, {"samples": noise(1, 4, 2, 2)})
    assert mixed[0]["noise_mask"].mean(dim=(1, 2, 3)).tolist() == [0, 0, 1]
    everywhere = {"samples": noise(2, 4, 2, 2), "noise_mask": torch.ones(1, 1, 16, 16)}
    assert "noise_mask" not in divided(graph, 2, everywhere)[0]  # it says nothing
