"""Graphs of nodes that do what the pipelines of unCLIP do."""

from __future__ import annotations

import random
from typing import Any, NamedTuple

from torch import Tensor

from ...nodes.graphs import Graph, Link, Node
from .pipelines import PROMPTS, stage


class Settings(NamedTuple):
    """What is drawn for one comparison.

    Attributes:
        shape: the seed of the networks' shapes and weights.
        seed: of the noise.
        batch: pictures.
        prompt: what is asked for.
        steps: of the prior, the decoder and the upscaler.
        scales: of the prior's guidance and the decoder's.
        noise_level: of Stable unCLIP's vectors.
        eta: of its DDIM.
    """

    shape: int
    seed: int
    batch: int
    prompt: str
    steps: tuple[int, int, int]
    scales: tuple[float, float]
    noise_level: int
    eta: float


def drawn(seed: int) -> Settings:
    """Settings that the seed draws."""
    draw = random.Random(seed)
    return Settings(
        shape=seed,
        seed=draw.randint(0, 2**40),
        batch=draw.randint(1, 3),
        prompt=draw.choice(PROMPTS),
        steps=(draw.randint(2, 6), draw.randint(2, 6), draw.randint(2, 4)),
        scales=(draw.choice((1.5, 4.0, 7.25)), draw.choice((2.0, 8.0, 10.5))),
        noise_level=draw.choice((0, 7, 500, 999)),
        eta=draw.choice((0.0, 0.5, 1.0)),
    )


class Prior(NamedTuple):
    """A prior's walk in a graph: where it ended, what that means, what it was told, and its noise."""

    walk: Node
    embedding: Link
    text: Link
    negative: Link
    noise: Link


def parts(graph: Graph, name: str, precision: str, how: Settings, mode: str = "matched") -> list[Link]:
    """A stage's model, text encoder and decoder on sockets."""
    return [graph.given(each) for each in stage(name, precision, mode, how.shape)]


def prior(graph: Graph, name: str, precision: str, how: Settings, mode: str = "matched") -> Prior:
    """From a text to vectors of pictures."""
    model, clip, vae = parts(graph, f"{name}/prior", precision, how, mode)
    text = graph.add("TextEncode", clip=clip, text=how.prompt)["conditioning"]
    negative = graph.add("NegativeEncode", clip=clip)["negative"]
    noise = graph.add("NoiseSeed", seed=how.seed, batch=how.batch, draws="one generator")["noise"]
    scale = {"guidance_scale": how.scales[0]}
    guided = graph.add("CFGCombine", model=model, positive=text, negative=negative, **scale)["model"]
    walk = graph.add("SchedulerSampler", model=guided, noise=noise, steps=how.steps[0])
    vectors = graph.add("LatentEmbedding", latent=walk["latent"], vae=vae)["embedding"]
    return Prior(walk, vectors, text, negative, noise)


class Karlo(NamedTuple):
    """Karlo's stages in a graph: the walks of prior and decoder, and the pictures."""

    prior: Node
    decoder: Node
    pictures: Node


def karlo_graph(graph: Graph, precision: str, how: Settings, mode: str = "matched") -> Karlo:
    """From a text to vectors, to small pictures, to large ones."""
    first = prior(graph, "tiny-karlo", precision, how, mode)
    model, _, _ = parts(graph, "tiny-karlo/decoder", precision, how, mode)
    told = graph.add("EmbeddingCondition", embedding=first.embedding, text=first.text)["conditioning"]
    noise = graph.add("NoiseAfter", noise=first.noise, latent=first.walk["latent"])["noise"]
    both = {"positive": told, "negative": first.negative}
    guided = graph.add("CFGCombine", model=model, guidance_scale=how.scales[1], **both)["model"]
    small = graph.add("SchedulerSampler", model=guided, noise=noise, steps=how.steps[1])
    return Karlo(first.walk, small, _enlarged(graph, precision, how, mode, small, noise))


def karlo_variations(graph: Graph, precision: str, how: Settings, image: Tensor) -> Node:
    """From a picture's vector to small pictures, to large ones; no text is told."""
    model, clip, _ = parts(graph, "tiny-karlo/decoder", precision, how)
    seen: dict[str, Any] = {"clip": clip, "image": graph.given(image), "normalise": False}
    embedding = graph.add("CLIPImageEmbed", **seen)["embedding"]
    told = graph.add("EmbeddingCondition", embedding=embedding)["conditioning"]
    noise = graph.add("NoiseSeed", seed=how.seed, batch=how.batch, draws="one generator")["noise"]
    guided = graph.add("CFGCombine", model=model, positive=told, guidance_scale=how.scales[1])["model"]
    small = graph.add("SchedulerSampler", model=guided, noise=noise, steps=how.steps[1])
    return _enlarged(graph, precision, how, "matched", small, noise)


def _enlarged(graph: Graph, precision: str, how: Settings, mode: str, small: Node, noise: Link) -> Node:
    """The pictures of super-resolution of small ones."""
    model, _, vae = parts(graph, "tiny-karlo/super-resolution", precision, how, mode)
    told = graph.add("LatentCondition", latent=small["latent"])["conditioning"]
    model = graph.add("CFGCombine", model=model, positive=told, guidance_scale=1.0)["model"]
    noise = graph.add("NoiseAfter", noise=noise, latent=small["latent"])["noise"]
    large = graph.add("SchedulerSampler", model=model, noise=noise, steps=how.steps[2])
    return graph.add("VAEDecode", latent=large["latent"], vae=vae)


class Decoded(NamedTuple):
    """A decoder's walk in a graph and its pictures."""

    walk: Node
    pictures: Node


def stable_graph(
    graph: Graph, precision: str, how: Settings, image: Tensor | None = None, mode: str = "matched"
) -> Decoded:
    """Stable unCLIP: from a text by the prior, or from a picture."""
    model, clip, vae = parts(graph, "tiny-stable-unclip/decoder", precision, how, mode)
    if image is None:
        first = prior(graph, "tiny-stable-unclip", precision, how, mode)
        embedding = first.embedding
        noise = graph.add("NoiseAfter", noise=first.noise, latent=first.walk["latent"])["noise"]
    else:
        seen: dict[str, Any] = {"clip": clip, "image": graph.given(image), "normalise": False}
        embedding = graph.add("CLIPImageEmbed", **seen)["embedding"]
        noise = graph.add("NoiseSeed", seed=how.seed, batch=how.batch, draws="one generator")["noise"]
    text = graph.add("TextEncode", clip=clip, text=how.prompt)["conditioning"]
    negative = graph.add("NegativeEncode", clip=clip)["negative"]
    told = graph.add(
        "EmbeddingCondition", embedding=embedding, text=text, noise=noise, noise_level=how.noise_level
    )
    both = {"positive": told["conditioning"], "negative": negative}
    guided = graph.add("CFGCombine", model=model, guidance_scale=how.scales[1], **both)["model"]
    walk = graph.add("DDIMSampler", model=guided, noise=told["noise"], steps=how.steps[1], eta=how.eta)
    return Decoded(walk, graph.add("VAEDecode", latent=walk["latent"], vae=vae))
