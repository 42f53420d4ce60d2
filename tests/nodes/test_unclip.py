"""From text to vector to picture: a prior is walked as any model is, and what it makes tells a decoder."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from scorefield.models import library
from scorefield.models.embedding import Embedding, unit
from scorefield.models.pocket.clip import WIDTH
from scorefield.models.pocket.text import LOUDNESS

from ..models.pocket_models import pocket_text, write_models
from .graphs import Graph, Link, about


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_models(tmp_path_factory.mktemp("weights"))


def vectors(*names: str) -> Embedding:
    return Embedding(pocket_text().embed_texts(list(names)), names)


def guided(graph: Graph, folder: Path, name: str, positive: Link) -> Link:
    model = graph.given(library.load(name, "cpu", folder)[0])
    return graph.add("CFGCombine", model=model, positive=positive, guidance_scale=3.0)["model"]


@about("EmbeddingCondition")
def test_only_the_direction_of_a_vector_is_told(graph: Graph, folder: Path) -> None:
    once, twice = (
        graph.value(graph.add("EmbeddingCondition", embedding=graph.given(each)))
        for each in (
            vectors("a cat", "a tree"),
            Embedding(2 * vectors("a cat", "a tree").vectors, ("x", "y")),
        )
    )
    [[states, extras]] = once
    assert states.shape == (2, 1, WIDTH) and extras["kind"] == "picture"
    assert torch.allclose(extras["pooled_output"].norm(dim=1), torch.full((2,), LOUDNESS))
    assert torch.allclose(extras["pooled_output"], twice[0][1]["pooled_output"], atol=1e-5)


@about("EmbeddingCondition")
def test_rows_share_the_batch_of_a_decoder_out(graph: Graph, folder: Path) -> None:
    told = graph.add("EmbeddingCondition", embedding=graph.given(vectors("a cat", "a tree")))["conditioning"]
    model = guided(graph, folder, "pocket-unclip", told)
    noise = graph.add("NoiseSeed", batch=2, copies=2)["noise"]
    walk = graph.add("DDIMSampler", model=model, noise=noise, steps=3)
    both = graph.value(walk)["samples"]
    for row, name in enumerate(("a cat", "a tree")):
        alone = graph.add("EmbeddingCondition", embedding=graph.given(vectors(name)))["conditioning"]
        start = graph.add("NoiseSeed", batch=2)["noise"]
        model = guided(graph, folder, "pocket-unclip", alone)
        own = graph.value(graph.add("DDIMSampler", model=model, noise=start, steps=3))["samples"]
        assert torch.allclose(both[2 * row : 2 * row + 2], own, atol=1e-3)
    assert not torch.allclose(both[:2], both[2:], atol=1e-2)


@about("LatentEmbedding")
@pytest.mark.parametrize(
    ("sampler", "settings"),
    [
        ("DDPMSampler", {}),
        ("DDPMSampler", {"add_noise": False}),
        ("DDIMSampler", {"eta": 0.5}),
        ("FlowSampler", {"solver": "heun"}),
        ("FlowSampler", {"solver": "stochastic"}),
    ],
)
def test_every_sampler_walks_a_prior(graph: Graph, folder: Path, sampler: str, settings: dict) -> None:
    asked = graph.add("TextEncode", clip=graph.given(pocket_text()), text="a cat\na tree")["conditioning"]
    model = guided(graph, folder, "pocket-prior", asked)
    noise = graph.add("NoiseSeed", batch=4)["noise"]
    walk = graph.add(sampler, model=model, noise=noise, steps=4, **settings)
    made = graph.add("LatentEmbedding", latent=walk["latent"])
    done = graph.run(walk, made).values
    samples, found = done[walk.id]["latent"]["samples"], done[made.id]["embedding"]
    assert samples.shape == (4, WIDTH) and done[walk.id]["trajectory"].x.shape == (5, 4, WIDTH)
    assert found.names == ("sample 1", "sample 2", "sample 3", "sample 4")
    assert torch.allclose(found.vectors, unit(samples), atol=1e-6)


def test_a_sample_of_a_prior_is_the_same_in_every_batch(graph: Graph, folder: Path) -> None:
    asked = graph.add("TextEncode", clip=graph.given(pocket_text()), text="a cat")["conditioning"]
    model = guided(graph, folder, "pocket-prior", asked)
    one, three = (
        graph.value(
            graph.add("DDPMSampler", model=model, noise=graph.add("NoiseSeed", batch=size)["noise"], steps=4)
        )
        for size in (1, 3)
    )
    assert torch.allclose(one["samples"][0], three["samples"][0], atol=1e-4)


def test_latents_of_pictures_are_no_vectors(graph: Graph) -> None:
    latent = graph.given({"samples": torch.zeros(2, 4, 16, 16)})
    message = graph.failure(graph.add("LatentEmbedding", latent=latent))
    assert "(4, 16, 16)" in message and "prior" in message
    flat = graph.given({"samples": torch.eye(3)})
    assert graph.value(graph.add("LatentEmbedding", latent=flat, names="a\nb\nc")).names == ("a", "b", "c")
    assert "2 names do not fit 3" in graph.failure(graph.add("LatentEmbedding", latent=flat, names="a\nb"))


def test_a_pocket_decoder_takes_no_noise_on_its_vectors(graph: Graph, folder: Path) -> None:
    model = graph.given(library.load("pocket-unclip", "cpu", folder)[0])
    embedding = graph.given(vectors("a cat"))
    told = graph.add("EmbeddingCondition", embedding=embedding, noise_level=5)["conditioning"]
    assert "without noise" in graph.failure(graph.add("CFGCombine", model=model, positive=told))
    text = graph.add("TextEncode", clip=graph.given(pocket_text()), text="a tree")["conditioning"]
    alone, beside = (
        graph.add("EmbeddingCondition", embedding=embedding, **more)["conditioning"]
        for more in ({}, {"text": text})
    )
    fields = [
        graph.value(graph.add("CFGCombine", model=model, positive=each)).field for each in (alone, beside)
    ]
    x = torch.ones(1, 4, 16, 16)
    level = library.load("pocket-unclip", "cpu", folder)[0].schedule.at(0.5)
    assert torch.equal(*(field(x, level).x0 for field in fields))


@about("LatentCondition")
def test_a_stage_is_told_the_latents_of_the_one_before(graph: Graph, folder: Path) -> None:
    samples = torch.rand(2, 3, 8, 8)
    [[states, extras]] = graph.value(graph.add("LatentCondition", latent=graph.given({"samples": samples})))
    assert torch.equal(extras["latent"], samples) and states.shape == (2, 1, 192)
    told = graph.given([[states, extras]])
    prompted = graph.given(library.load("pocket", "cpu", folder)[0])
    assert "text encoder" in graph.failure(graph.add("CFGCombine", model=prompted, positive=told))


@about("NoiseAfter")
@pytest.mark.parametrize("sampler", ["DDPMSampler", "SchedulerSampler"])
def test_one_generator_goes_on_where_the_walk_before_stopped(
    graph: Graph, folder: Path, sampler: str
) -> None:
    """The numbers that a walk of S steps draws are the first noise and one for each step but the last."""
    asked = graph.add("TextEncode", clip=graph.given(pocket_text()), text="a cat")["conditioning"]
    model = guided(graph, folder, "pocket-prior", asked)
    noise = graph.add("NoiseSeed", seed=7, batch=2, draws="one generator")["noise"]
    options = {"scheduler": "DDPM"} if sampler == "SchedulerSampler" else {"spacing": "trailing"}
    walk = graph.add(sampler, model=model, noise=noise, steps=3, **options)["latent"]
    after = graph.value(graph.add("NoiseAfter", noise=noise, latent=walk))
    generator = torch.Generator().manual_seed(7)
    drawn = [torch.randn(2, WIDTH, generator=generator) for _ in range(5)]
    found = after.generate_noise({"samples": torch.zeros(2, WIDTH)})
    assert any(torch.equal(found, each) for each in drawn[3:])
    assert torch.equal(found, after.generate_noise({"samples": torch.zeros(2, WIDTH)}))


def test_streams_of_their_own_go_on_with_the_next_seed_and_foreign_noise_does_not(
    graph: Graph, folder: Path
) -> None:
    noise = graph.add("NoiseSeed", seed=7, batch=3)["noise"]
    latent = graph.given({"samples": torch.zeros(3, 2)})
    after = graph.value(graph.add("NoiseAfter", noise=noise, latent=latent))
    assert (after.seed, after.batch) == (8, 3)
    one = graph.add("NoiseSeed", seed=7, batch=3, draws="one generator")["noise"]
    assert "how far" in graph.failure(graph.add("NoiseAfter", noise=one, latent=latent))
    walked = graph.given({"samples": torch.zeros(3, WIDTH), "generator_state": torch.zeros(1)})
    asked = graph.add("TextEncode", clip=graph.given(pocket_text()), text="a cat")["conditioning"]
    model = guided(graph, folder, "pocket-prior", asked)
    again = graph.add("DDIMSampler", model=model, noise=noise, latent=walked, steps=2)["latent"]
    assert "how far" in graph.failure(graph.add("NoiseAfter", noise=one, latent=again))
    foreign = graph.given(type("Foreign", (), {"seed": 3})())
    assert "Noise Seed" in graph.failure(graph.add("NoiseAfter", noise=foreign, latent=latent))


@pytest.mark.parametrize("draws", ["each sample its own", "one generator"])
def test_noise_on_vectors_is_not_the_noise_of_samples(graph: Graph, draws: str) -> None:
    embedding = graph.given(Embedding(torch.zeros(2, WIDTH), ("a", "b")))
    noise = graph.add("NoiseSeed", seed=7, batch=2, draws=draws)["noise"]
    node = graph.add("EmbeddingCondition", embedding=embedding, noise=noise)
    done = graph.run(node).values[node.id]
    on_vectors = done["conditioning"][0][1]["noise"]
    then = done["noise"].generate_noise({"samples": torch.zeros(2, WIDTH)})
    assert on_vectors.shape == (2, WIDTH) and not torch.allclose(on_vectors, then)
    assert abs(float(torch.corrcoef(torch.stack([on_vectors.flatten(), then.flatten()]))[0, 1])) < 0.3


def test_a_prompt_does_not_tell_a_decoder(graph: Graph, folder: Path) -> None:
    asked = graph.add("TextEncode", clip=graph.given(pocket_text()), text="a cat")["conditioning"]
    model = graph.given(library.load("pocket-unclip", "cpu", folder)[0])
    assert "use Embedding Condition" in graph.failure(graph.add("CFGCombine", model=model, positive=asked))
