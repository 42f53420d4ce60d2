"""In matched mode a graph of nodes gives what diffusers' pipelines give, to the bit: Karlo's three stages,
and Stable unCLIP from a text and from a picture."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch
from PIL import Image
from torch import Tensor

from ...nodes.graphs import Graph
from .graphs import Settings, drawn, karlo_graph, karlo_variations, stable_graph
from .pipelines import PRECISIONS, enlarge_in_single_precision, karlo, stable

FEW, MANY = (1, 3), (0, 2, *range(4, 24))


@pytest.fixture
def graph(tmp_path: Path) -> Graph:
    return Graph(tmp_path / "output")


@pytest.fixture(autouse=True)
def _enlarging(monkeypatch: pytest.MonkeyPatch) -> None:
    enlarge_in_single_precision(monkeypatch)


def generator(how: Settings) -> torch.Generator:
    return torch.Generator().manual_seed(how.seed)


def karlo_pictures(precision: str, how: Settings) -> Tensor:
    """What UnCLIPPipeline gives, (B, H, W, 3)."""
    made = karlo(precision, seed=how.shape)(
        how.prompt,
        num_images_per_prompt=how.batch,
        generator=generator(how),
        prior_num_inference_steps=how.steps[0],
        decoder_num_inference_steps=how.steps[1],
        super_res_num_inference_steps=how.steps[2],
        prior_guidance_scale=how.scales[0],
        decoder_guidance_scale=how.scales[1],
        output_type="np",
    )
    return torch.from_numpy(made.images)


def karlo_variation_pictures(precision: str, how: Settings, image: Image.Image) -> Tensor:
    """What UnCLIPImageVariationPipeline gives, (B, H, W, 3)."""
    made = karlo(precision, with_prior=False, seed=how.shape)(
        image,
        num_images_per_prompt=how.batch,
        generator=generator(how),
        decoder_num_inference_steps=how.steps[1],
        super_res_num_inference_steps=how.steps[2],
        decoder_guidance_scale=how.scales[1],
        output_type="np",
    )
    return torch.from_numpy(made.images)


def stable_walk(precision: str, how: Settings, image: Image.Image | None) -> tuple[Tensor, Tensor]:
    """The latents and the pictures of Stable unCLIP's pipelines."""
    walked: list[Tensor] = []
    asked: dict[str, Any] = {
        "num_inference_steps": how.steps[1],
        "guidance_scale": how.scales[1],
        "noise_level": how.noise_level,
        "num_images_per_prompt": how.batch,
        "eta": how.eta,
        "generator": generator(how),
        "output_type": "np",
        "callback": lambda _, __, latents: walked.append(latents),
    }
    if image is not None:
        pictures = stable(precision, False, how.shape)(image, how.prompt, **asked).images
    else:
        asked |= {"prior_num_inference_steps": how.steps[0], "prior_guidance_scale": how.scales[0]}
        pictures = stable(precision, True, how.shape)(how.prompt, **asked).images
    return walked[-1], torch.from_numpy(pictures)


def check_karlo(graph: Graph, precision: str, seed: int) -> None:
    how = drawn(seed)
    found = graph.value(karlo_graph(graph, precision, how).pictures)
    expected = karlo_pictures(precision, how)
    assert torch.equal(found, expected) and expected.std() > 0.05


def check_karlo_variations(graph: Graph, precision: str, seed: int) -> None:
    how, photo = drawn(seed), picture(seed)
    found = graph.value(karlo_variations(graph, precision, how, photo))
    expected = karlo_variation_pictures(precision, how, as_file(photo))
    assert torch.equal(found, expected) and expected.std() > 0.05


def check_stable(graph: Graph, precision: str, seed: int, picture: Tensor | None) -> None:
    how = drawn(seed)
    image = None if picture is None else as_file(picture)
    made = stable_graph(graph, precision, how, picture)
    done = graph.run(made.walk, made.pictures).values
    walked, expected = stable_walk(precision, how, image)
    scale = stable(precision, image is None, how.shape).vae.config.scaling_factor
    latents = walked / scale  # as the pipeline hands them on
    assert torch.equal(done[made.walk.id]["latent"]["samples"], latents.float())
    assert torch.equal(done[made.pictures.id]["image"], expected) and expected.std() > 0.01


def as_file(picture: Tensor) -> Image.Image:
    return Image.fromarray((picture[0] * 255).round().to(torch.uint8).numpy())


def picture(seed: int) -> Tensor:
    size = torch.Generator().manual_seed(seed)
    pixels = torch.randint(0, 256, (1, 20 + seed % 5, 31, 3), generator=size)
    return pixels.float() / 255


@pytest.mark.parametrize("precision", PRECISIONS)
@pytest.mark.parametrize("seed", FEW)
def test_karlo_is_unclip_pipeline(graph: Graph, seed: int, precision: str) -> None:
    check_karlo(graph, precision, seed)


@pytest.mark.parametrize("precision", PRECISIONS)
def test_karlo_of_a_picture_is_its_pipeline(graph: Graph, precision: str) -> None:
    check_karlo_variations(graph, precision, 1)


@pytest.mark.parametrize("precision", PRECISIONS)
@pytest.mark.parametrize("seed", FEW)
def test_stable_unclip_is_its_pipeline(graph: Graph, seed: int, precision: str) -> None:
    check_stable(graph, precision, seed, None)


@pytest.mark.parametrize("precision", PRECISIONS)
@pytest.mark.parametrize("seed", FEW)
def test_stable_unclip_of_a_picture_is_its_pipeline(graph: Graph, seed: int, precision: str) -> None:
    check_stable(graph, precision, seed, picture(seed))


@pytest.mark.slow
@pytest.mark.parametrize("precision", PRECISIONS)
@pytest.mark.parametrize("seed", MANY)
def test_many_settings_agree(graph: Graph, seed: int, precision: str) -> None:
    check_karlo(graph, precision, seed)
    check_karlo_variations(graph, precision, seed)
    check_stable(graph, precision, seed, None)
    check_stable(graph, precision, seed, picture(seed))
