"""Texts, pictures and latents through any CLIP and VAE: ours, or one with ComfyUI's methods."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import Tensor

from ..graphs import Graph, about_classes

Conditioning = list[list[Any]]


def noise(*shape: int) -> Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(7))


class Clip:
    """An encoder with the two methods that ComfyUI's node calls."""

    def tokenize(self, text: str) -> dict[str, list[str]]:
        return {"l": text.split()}

    def encode_from_tokens_scheduled(self, tokens: dict[str, list[str]]) -> Conditioning:
        return [[torch.full((1, len(tokens["l"]), 2), 3.0), {"pooled_output": torch.ones(1, 4)}]]


class Vae:
    """A video VAE: five dimensions, and what was given to it."""

    def __init__(self) -> None:
        self.given: Tensor | None = None

    def decode(self, samples: Tensor) -> Tensor:
        count, _, frames, height, width = samples.shape
        return samples[:, :3].movedim(1, -1).reshape(count, frames, height, width, 3)

    def encode(self, pixels: Tensor) -> Tensor:
        self.given = pixels
        return pixels.movedim(-1, 1)


@about_classes("CLIPTextEncode")
def test_a_text_goes_through_the_encoders_own_methods(graph: Graph) -> None:
    node = graph.add_class("CLIPTextEncode", text="a small cat", clip=graph.given(Clip()))
    [[tokens, extras]] = graph.value(node)
    assert tokens.shape == (1, 3, 2) and extras["pooled_output"].shape == (1, 4)


def test_a_model_of_the_plane_hears_what_our_own_node_tells_it(graph: Graph) -> None:
    model = graph.add("ScoreModel", name="toy-classes")
    core = graph.value(graph.add_class("CLIPTextEncode", text="dog, cat", clip=model["clip"]))
    own = graph.value(graph.add("TextEncode", text="dog, cat", clip=model["clip"]))
    assert torch.equal(core[0][0], own[0][0])


def test_a_missing_encoder_says_so(graph: Graph) -> None:
    message = graph.failure(graph.add_class("CLIPTextEncode", text="x", clip=graph.given(None)))
    assert "there is no text encoder" in message


@about_classes("VAEDecode")
def test_a_model_of_the_plane_is_drawn_as_our_own_node_draws_it(graph: Graph) -> None:
    model = graph.add("ScoreModel", name="toy-spiral")
    latent = graph.given({"samples": noise(9, 2)})
    core = graph.value(graph.add_class("VAEDecode", samples=latent, vae=model["vae"]))
    own = graph.value(graph.add("VAEDecode", latent=latent, vae=model["vae"]))
    assert torch.equal(core, own) and core.shape == (1, 256, 256, 3)


def test_the_frames_of_videos_become_one_batch(graph: Graph) -> None:
    samples = noise(2, 3, 4, 5, 6)
    node = graph.add_class("VAEDecode", samples=graph.given({"samples": samples}), vae=graph.given(Vae()))
    found = graph.value(node)
    assert found.shape == (8, 5, 6, 3)
    assert torch.equal(found[5], samples[1, :, 1].movedim(0, -1))


@about_classes("VAEEncode")
def test_pictures_go_into_the_encoder_whole(graph: Graph) -> None:
    vae, pixels = Vae(), noise(2, 5, 6, 4)
    found = graph.value(graph.add_class("VAEEncode", pixels=graph.given(pixels), vae=graph.given(vae)))
    assert vae.given is pixels and torch.equal(found["samples"], pixels.movedim(-1, 1))


def test_a_vae_that_only_decodes_says_so(graph: Graph) -> None:
    model = graph.add("ScoreModel", name="toy-spiral")
    node = graph.add_class("VAEEncode", pixels=graph.given(noise(1, 4, 4, 3)), vae=model["vae"])
    assert "it has no encoder" in graph.failure(node)


def condition(length: int, value: float, pooled: float | None = None) -> list[Any]:
    extras = {"kept": True} if pooled is None else {"kept": True, "pooled_output": torch.full((1, 3), pooled)}
    return [torch.full((1, length, 2), value), extras]


@about_classes("ConditioningCombine", "ConditioningConcat")
def test_conditions_stand_side_by_side_or_one_behind_the_other(graph: Graph) -> None:
    one, other = [condition(2, 1.0)], [condition(3, 2.0), condition(1, 9.0)]
    links = [graph.given(one), graph.given(other)]
    combined = graph.value(
        graph.add_class("ConditioningCombine", conditioning_1=links[0], conditioning_2=links[1])
    )
    assert combined == [*one, *other]
    joined = graph.value(
        graph.add_class("ConditioningConcat", conditioning_to=links[0], conditioning_from=links[1])
    )
    assert joined[0][0][0, :, 0].tolist() == [1, 1, 2, 2, 2] and joined[0][1] == {"kept": True}


@about_classes("ConditioningAverage")
@pytest.mark.parametrize(
    ("lengths", "expected"), [((2, 2), [1.75, 1.75]), ((3, 2), [1.75, 1.75, 0.75]), ((1, 2), [1.75])]
)
def test_an_average_is_weighted_and_as_long_as_the_first(
    graph: Graph, lengths: tuple[int, int], expected: list[float]
) -> None:
    to, by = [condition(lengths[0], 1.0, 4.0)], [condition(lengths[1], 4.0, 8.0)]
    node = graph.add_class(
        "ConditioningAverage",
        conditioning_to=graph.given(to),
        conditioning_from=graph.given(by),
        conditioning_to_strength=0.75,
    )
    [[tokens, extras]] = graph.value(node)
    assert tokens[0, :, 0].tolist() == expected
    assert extras["pooled_output"].tolist() == [[5.0] * 3] and extras["kept"]


@pytest.mark.parametrize(("to", "by", "expected"), [(None, 8.0, 8.0), (4.0, None, 4.0), (None, None, None)])
def test_where_one_condition_has_no_pooled_output_the_others_is_taken(
    graph: Graph, to: float | None, by: float | None, expected: float | None
) -> None:
    node = graph.add_class(
        "ConditioningAverage",
        conditioning_to=graph.given([condition(1, 1.0, to)]),
        conditioning_from=graph.given([condition(1, 1.0, by)]),
        conditioning_to_strength=0.5,
    )
    [[_, extras]] = graph.value(node)
    assert (extras["pooled_output"][0, 0].item() if "pooled_output" in extras else None) == expected


@about_classes("ConditioningZeroOut")
def test_zeros_take_the_place_of_a_condition(graph: Graph) -> None:
    given = [condition(2, 3.0, 4.0)]
    [[tokens, extras]] = graph.value(graph.add_class("ConditioningZeroOut", conditioning=graph.given(given)))
    assert not tokens.any() and not extras["pooled_output"].any() and extras["kept"]
    assert given[0][0].all() and given[0][1]["pooled_output"].all()  # what came in is unchanged
