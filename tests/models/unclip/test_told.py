"""What the stages are told, and what is said where that cannot be."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import torch
from scorefield.models import library
from scorefield.models.checkpoints.opening import digest_of, open_model, sha256
from scorefield.models.checkpoints.places import places_in, places_of_comfyui
from scorefield.models.embedding import Embedding

from ...nodes.graphs import Graph, Link
from .pipelines import models, stage

PRIOR, DECODER, UPSCALER = (f"tiny-karlo/{each}" for each in ("prior", "decoder", "super-resolution"))
LATENTS = "tiny-stable-unclip/decoder"


@pytest.fixture
def graph(tmp_path: Path) -> Graph:
    return Graph(tmp_path / "output")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copytree(models(), tmp_path / "models")
    return tmp_path / "models"


def refused(graph: Graph, name: str, conditioning: Link) -> str:
    model = graph.given(stage(name, "float32")[0])
    return graph.failure(graph.add("CFGCombine", model=model, positive=conditioning))


def asked(graph: Graph, width: int = 24, **more: Any) -> Link:
    embedding = graph.given(Embedding(torch.ones(1, width), ("x",)))
    return graph.add("EmbeddingCondition", embedding=embedding, **more)["conditioning"]


def text(graph: Graph, name: str) -> Link:
    return graph.add("TextEncode", clip=graph.given(stage(name, "float32")[1]), text="a cat")["conditioning"]


def test_a_stage_says_what_it_wants_instead(graph: Graph) -> None:
    assert "another model's text encoder" in refused(graph, PRIOR, text(graph, LATENTS))
    assert "Text Encode" in refused(graph, PRIOR, asked(graph))
    assert "24 numbers" in refused(graph, DECODER, asked(graph, width=7))
    assert "without noise" in refused(graph, DECODER, asked(graph, noise_level=3))
    assert "another model's" in refused(graph, DECODER, asked(graph, text=text(graph, LATENTS)))
    assert "Latent Condition" in refused(graph, UPSCALER, text(graph, PRIOR))
    assert "connect 'noise'" in refused(graph, LATENTS, asked(graph, noise_level=3))
    assert "another model's" in refused(graph, LATENTS, text(graph, PRIOR))
    silent = graph.given(stage(UPSCALER, "float32")[1])
    assert "no text" in graph.failure(graph.add("TextEncode", clip=silent, text="a cat"))
    image = graph.given(torch.zeros(1, 8, 8, 3))
    assert "sees no pictures" in graph.failure(graph.add("CLIPImageEmbed", clip=silent, image=image))


def test_a_prior_s_samples_are_vectors_and_no_pictures(graph: Graph) -> None:
    vae = graph.given(stage(PRIOR, "float32")[2])
    latent = graph.given({"samples": torch.zeros(2, 24)})
    assert "no pictures" in graph.failure(graph.add("VAEDecode", latent=latent, vae=vae))
    found = graph.value(graph.add("LatentEmbedding", latent=latent, vae=vae)).vectors
    mean = stage(PRIOR, "float32")[2].mean
    assert torch.equal(found, mean.expand(2, -1)) and float(mean.abs().sum()) > 0
    wrong = graph.given({"samples": torch.zeros(2, 7)})
    assert "24 numbers" in graph.failure(graph.add("LatentEmbedding", latent=wrong, vae=vae))


def test_pixels_go_into_a_stage_and_come_out_of_it() -> None:
    decoder = stage(UPSCALER, "float32")[2]
    pictures = torch.rand(2, 4, 5, 4, generator=torch.Generator().manual_seed(0))
    assert torch.allclose(decoder.decode(decoder.encode(pictures)), pictures[..., :3], atol=1e-6)
    assert float(decoder.decode(torch.full((1, 3, 2, 2), 9.0)).max()) == 1
    with pytest.raises(ValueError, match="connect the VAE of the model"):
        decoder.decode(torch.zeros(1, 4, 2, 2))


def test_nothing_in_particular_is_one_condition_too(graph: Graph) -> None:
    """A decoder without a condition says what it says to the empty text and no vector."""
    for name in (DECODER, LATENTS):
        model, clip, _ = stage(name, "float32")
        told = model.given(clip.encode_from_tokens_scheduled(clip.tokenize("")))
        x = torch.randn(2, *model.shape, generator=torch.Generator().manual_seed(0))
        level = model.schedule.at(0.5)
        assert torch.equal(told.field(x, level).x0, model.field(x, level).x0)
        [[states, extras]] = graph.value(graph.add("EmbeddingCondition", embedding=graph.given(
            Embedding(torch.ones(1, 24), ("x",)))))  # fmt: skip
        other = model.given([[states, extras]]).field(x, level).x0
        assert not torch.allclose(other, model.field(x, level).x0, atol=1e-3)


def test_stages_are_found_by_their_parts(folder: Path) -> None:
    places = places_in([folder], {})
    names = {PRIOR, DECODER, UPSCALER, "tiny-stable-unclip/prior", LATENTS}
    assert set(places.models()) == names == set(library.MODELS.names(places)) - set(library.MODELS.ours())
    assert {path.parent.name for path in library.MODELS.files_of(UPSCALER, places)} == {
        *("tiny-karlo", "super_res_first", "super_res_last", "super_res_scheduler"),
        *("image_encoder", "feature_extractor"),
    }
    assert {path.parent.name for path in library.MODELS.files_of(LATENTS, places)} >= {
        "unet",
        "vae",
        "image_normalizer",
    }
    shutil.rmtree(folder / "tiny-karlo" / "prior")
    shutil.rmtree(folder / "tiny-stable-unclip" / "image_encoder")
    (folder / "tiny-karlo" / "image_encoder").rename(folder / "tiny-karlo" / "put-away")
    assert set(places.models()) == names - {PRIOR}
    with pytest.raises(ValueError, match=r"the component prior \(PriorTransformer\) is missing"):
        library.MODELS.check(PRIOR, places)
    _, clip, _ = library.load(DECODER, "cpu", places=places)
    with pytest.raises(ValueError, match="no image_encoder"):
        clip.embed_pictures(torch.zeros(1, 8, 8, 3))
    (folder / "tiny-stable-unclip" / "model_index.json").write_text(json.dumps({"_class_name": "Other"}))
    assert set(places.models()) == {DECODER, UPSCALER}


def test_a_stage_has_a_name_a_path_and_a_pin(folder: Path) -> None:
    places = places_in([folder], {})
    assert places.locate(PRIOR) == (folder / "tiny-karlo", "prior") == places.locate(str(folder / PRIOR))
    assert places.locate(UPSCALER) == (folder / "tiny-karlo", "super-resolution")
    digest = digest_of(folder / "tiny-karlo", open_model(PRIOR, places), sha256)
    library.MODELS.check(f"{PRIOR}@sha256:{digest}", places)
    for name, changes in (("super_res_scheduler", False), ("prior_scheduler", True)):
        config = folder / "tiny-karlo" / name / "scheduler_config.json"
        config.write_text(config.read_text() + " ")
        if changes:
            with pytest.raises(ValueError, match="is not the model that was meant"):
                library.MODELS.check(f"{PRIOR}@sha256:{digest}", places)
        else:  # another stage's
            library.MODELS.check(f"{PRIOR}@sha256:{digest}", places)


def test_stages_are_found_in_comfyui_s_folders(folder: Path) -> None:
    (folder / "diffusers").mkdir()
    (folder / "tiny-karlo").rename(folder / "diffusers" / "tiny-karlo")
    shutil.rmtree(folder / "tiny-stable-unclip")
    played = SimpleNamespace(get_folder_paths=lambda kind: [str(folder / kind)])
    for places in (places_in([folder], {}), places_of_comfyui(played, {})):
        assert set(places.models()) == {f"diffusers/{name}" for name in (PRIOR, DECODER, UPSCALER)}
        library.MODELS.check(f"diffusers/{UPSCALER}", places)


def test_a_whole_of_stages_is_no_model_and_a_stage_of_others_is_none(folder: Path) -> None:
    places = places_in([folder], {})
    with pytest.raises(ValueError, match=r"Karlo unCLIP, which is loaded stage by stage: .*/prior, /decoder"):
        library.MODELS.check("tiny-karlo", places)
    with pytest.raises(ValueError, match="no model called 'tiny-stable-unclip/super-resolution'"):
        library.MODELS.check("tiny-stable-unclip/super-resolution", places)
    with pytest.raises(ValueError, match=r"this is Karlo unCLIP, and CLIP was asked for"):
        library.CLIPS.check(PRIOR, places)
    with pytest.raises(ValueError, match=r"scorefield fetch maker/karlo gets it"):
        library.MODELS.check("maker/karlo/prior", places)


def test_a_part_that_is_not_whole_is_named(folder: Path) -> None:
    places = places_in([folder], {})
    weights = folder / "tiny-karlo" / "text_proj" / "diffusion_pytorch_model.safetensors"
    weights.write_bytes(weights.read_bytes()[:100])
    with pytest.raises(ValueError, match=r"tiny-karlo: diffusion_pytorch_model\.safetensors"):
        library.MODELS.check(DECODER, places)
    library.MODELS.check(PRIOR, places)
    (folder / "tiny-karlo" / "prior_scheduler" / "scheduler_config.json").write_text("{")
    with pytest.raises(ValueError, match="scheduler_config"):
        library.MODELS.check(PRIOR, places)


def test_a_clip_sees_in_the_space_of_its_prior(graph: Graph) -> None:
    clip = graph.given(stage(PRIOR, "float32")[1])
    image = graph.given(torch.rand(2, 20, 30, 3, generator=torch.Generator().manual_seed(0)))
    seen = graph.value(graph.add("CLIPImageEmbed", clip=clip, image=image))
    said = graph.value(graph.add("CLIPTextEmbed", clip=clip, text="a cat\na hat"))
    assert seen.width == said.width == 24
    assert torch.allclose(seen.vectors.norm(dim=1), torch.ones(2))
