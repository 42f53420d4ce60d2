"""Vectors through a graph of nodes are those of transformers' `CLIPModel`, to the bit."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import pytest
import torch
from scorefield.models import library
from scorefield.models.checkpoints.places import places_in
from scorefield.models.tiny.clip import build_clip
from scorefield.nodes.headless import headless_definitions
from torch import Tensor

from ...nodes.graphs import Graph, Node
from .clips import clip_folder, pictures_of, reference, texts_of

PRECISIONS = ("float32", "bfloat16")


@pytest.fixture
def graph(tmp_path: Path) -> Graph:
    return Graph(tmp_path / "output")


def clip_of(seed: int, precision: str = "float32") -> Any:
    places = places_in([clip_folder(seed)], {})
    return library.load_clip("tiny-clip", "cpu", precision=precision, places=places)


def loaded(graph: Graph, seed: int, precision: str = "float32") -> Node:
    """A CLIP on a socket; the node itself is tested below."""
    return graph.given(clip_of(seed, precision))  # type: ignore[return-value]


def features(seed: int, precision: str, texts: list[str], pictures: Tensor) -> tuple[Tensor, Tensor]:
    """What transformers gives for them, by its own processors."""
    model, tokenizer, processor = reference(clip_folder(seed) / "tiny-clip", precision)
    length = min(tokenizer.model_max_length, model.config.text_config.max_position_embeddings)
    words = tokenizer(texts, padding=True, truncation=True, max_length=length, return_tensors="pt")
    pixels = processor(list((pictures * 255).round().to(torch.uint8).numpy()), return_tensors="pt")
    with torch.no_grad():
        return (
            model.get_text_features(**words).pooler_output,
            model.get_image_features(pixels.pixel_values.to(model.dtype)).pooler_output,
        )


def check(graph: Graph, seed: int, precision: str) -> None:
    texts, pictures = list(dict.fromkeys(texts_of(seed, 5))), pictures_of(seed, 3)
    said, seen = features(seed, precision, texts, pictures)
    clip = loaded(graph, seed, precision)
    text = graph.add("CLIPTextEmbed", clip=clip, text="\n".join(texts))
    image = graph.add("CLIPImageEmbed", clip=clip, image=graph.given(pictures))
    raw = graph.add("CLIPImageEmbed", clip=clip, image=graph.given(pictures), normalise=False)
    matrix = graph.add("SimilarityMatrix", a=text["embedding"], b=image["embedding"])
    done = graph.run(text, image, raw, matrix).values
    found = [done[node.id]["embedding"].vectors for node in (text, image, raw)]
    units = [each.float() / each.float().norm(dim=-1, keepdim=True) for each in (said, seen)]
    assert torch.equal(found[0], units[0]) and torch.equal(found[1], units[1])
    assert found[2].dtype == seen.dtype and torch.equal(found[2], seen)
    cosine = f"{float(units[0][0].double() @ units[1][0].double()):.4f}"
    assert cosine in done[matrix.id]["text"].splitlines()[1]


@pytest.mark.parametrize("precision", PRECISIONS)
@pytest.mark.parametrize("seed", range(3))
def test_vectors_are_those_of_transformers(graph: Graph, seed: int, precision: str) -> None:
    check(graph, seed, precision)


@pytest.mark.slow
@pytest.mark.parametrize("precision", PRECISIONS)
@pytest.mark.parametrize("seed", range(3, 40))
def test_vectors_are_those_of_transformers_for_many_shapes(graph: Graph, seed: int, precision: str) -> None:
    check(graph, seed, precision)


def test_a_clip_tells_a_model_every_state_and_the_vector_of_the_whole(graph: Graph) -> None:
    model, tokenizer, _ = reference(clip_folder(0) / "tiny-clip")
    texts = ["a hat", "a cat on a mat"]
    words = tokenizer(texts, padding="max_length", truncation=True, return_tensors="pt")
    encode = graph.add("TextEncode", clip=loaded(graph, 0), text="a hat\n\na cat on a mat")
    [[states, extras]] = graph.value(encode)
    with torch.no_grad():
        expected = model.get_text_features(**words)
    assert torch.equal(states, expected.last_hidden_state) and states.shape[1] == 77
    assert torch.equal(extras["pooled_output"], expected.pooler_output)
    assert torch.equal(extras["attention_mask"], words.attention_mask)
    [[nothing, _]] = graph.value(graph.add("NegativeEncode", clip=loaded(graph, 0)))
    assert nothing.shape == (1, 77, 32)


def test_more_texts_than_one_pass_takes_are_all_there() -> None:
    clip = clip_of(0)
    texts = [f"{i} cats" for i in range(300)]
    found = clip.embed_texts(texts)
    assert found.shape == (300, 24) and torch.allclose(found[299:], clip.embed_texts(texts[299:]), atol=1e-5)
    logit_scale = reference(clip_folder(0) / "tiny-clip")[0].logit_scale
    assert clip.scale == pytest.approx(logit_scale.detach().exp().item())


def test_the_node_loads_a_clip_of_a_model_folder_in_the_precision_asked_for(tmp_path: Path) -> None:
    graph = Graph(tmp_path / "output", headless_definitions(models=[clip_folder(0)]))
    node = graph.add("CLIPModel", name="tiny-clip", precision="bfloat16")
    assert graph.value(node).network.dtype == torch.bfloat16
    assert graph.value(graph.add("CLIPModel", name="tiny-clip")).network.dtype == torch.float32
    name = node.definition.input("name")
    assert name is not None and name.allowed() == ("pocket-clip", "tiny-clip")
    assert "Did you mean 'tiny-clip'" in graph.refusal(graph.add("CLIPModel", name="tiny-clap"))


def test_a_small_clip_is_the_same_bytes_every_time(tmp_path: Path) -> None:
    for name, seed in (("one", 1), ("same", 1), ("other", 2)):
        build_clip(tmp_path / name, seed)
    one, same, other = (
        {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in (tmp_path / name).iterdir()}
        for name in ("one", "same", "other")
    )
    assert one == same and one["model.safetensors"] != other["model.safetensors"]
    assert sum(path.stat().st_size for path in (tmp_path / "one").iterdir()) < 1_000_000
