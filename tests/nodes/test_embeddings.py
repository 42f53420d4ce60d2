"""Texts and pictures as vectors, and arithmetic with them."""

from __future__ import annotations

import pytest
import torch
from scorefield.models.pocket.clip import WIDTH
from scorefield.models.pocket.word_list import WORD_LIST

from ..models.pocket_models import pocket_text
from .graphs import Graph, Link, about

CLIP = pocket_text()


def texts(graph: Graph, text: str) -> Link:
    return graph.add("CLIPTextEmbed", clip=graph.given(CLIP), text=text)["embedding"]


def pictures(count: int, seed: int = 0) -> torch.Tensor:
    return torch.rand(count, 64, 64, 3, generator=torch.Generator().manual_seed(seed))


@about("CLIPModel")
def test_a_clip_is_loaded_by_name_and_knows_pictures_and_texts(graph: Graph) -> None:
    clip = graph.value(graph.add("CLIPModel"))
    assert clip.embed_texts(["a cat", "a hat"]).shape == (2, WIDTH)
    assert clip.embed_pictures(pictures(1)).shape == (1, WIDTH) and clip.scale > 1
    refusal = graph.refusal(graph.add("CLIPModel", name="pocket-clap"))
    assert "pocket-clap" in refusal and "pocket-clip" in refusal


@about("CLIPTextEmbed")
def test_each_line_is_a_vector_by_its_text(graph: Graph) -> None:
    node = graph.add("CLIPTextEmbed", clip=graph.given(CLIP), text=" a cat \n\na tree in the desert\n")
    found = graph.value(node)
    assert found.names == ("a cat", "a tree in the desert")
    assert torch.allclose(found.vectors, CLIP.embed_texts(list(found.names)), atol=1e-6)


def test_a_text_of_nothing_or_of_unknown_words_is_refused(graph: Graph) -> None:
    clip = graph.given(CLIP)
    assert "at least one line" in graph.failure(graph.add("CLIPTextEmbed", clip=clip, text=" \n"))
    message = graph.failure(graph.add("CLIPTextEmbed", clip=clip, text="a cat\na ctree"))
    assert "'ctree'" in message and "Did you mean 'tree'?" in message


def test_an_encoder_without_a_shared_space_is_refused(graph: Graph) -> None:
    spiral = graph.add("Spiral", classes="3")
    plane = graph.add("ClosedFormModel", points=spiral["points"])["clip"]
    assert "no space that texts and pictures share" in graph.failure(
        graph.add("CLIPTextEmbed", clip=plane, text="cat")
    )
    image = graph.given(pictures(1))
    assert "sees no pictures" in graph.failure(graph.add("CLIPImageEmbed", clip=plane, image=image))


@about("CLIPImageEmbed")
def test_each_picture_is_a_vector_by_its_name(graph: Graph) -> None:
    images, clip = pictures(2), graph.given(CLIP)
    plain, named = (
        graph.value(graph.add("CLIPImageEmbed", clip=clip, image=graph.given(images), names=names))
        for names in ("", "with\nwithout\n")
    )
    numbered = graph.add("CLIPImageEmbed", clip=clip, image=graph.given(images), names="photo")
    assert graph.value(numbered).names == ("photo 1", "photo 2")
    assert plain.names == ("picture 1", "picture 2") and named.names == ("with", "without")
    assert torch.allclose(plain.vectors, CLIP.embed_pictures(images), atol=1e-6)
    alone = graph.add("CLIPImageEmbed", clip=clip, image=graph.given(pictures(1)))
    assert graph.value(alone).names == ("picture",)


def test_names_must_be_as_many_as_pictures(graph: Graph) -> None:
    node = graph.add("CLIPImageEmbed", clip=graph.given(CLIP), image=graph.given(pictures(3)), names="a\nb")
    assert "2 names do not fit 3" in graph.failure(node)


@about("EmbeddingArithmetic")
def test_a_difference_is_of_the_vectors_row_by_row(graph: Graph) -> None:
    a, b = texts(graph, "a cat\na tree"), texts(graph, "a hat")
    found = graph.value(graph.add("EmbeddingArithmetic", a=a, b=b))
    assert found.names == ("a cat − a hat", "a tree − a hat")
    assert torch.allclose(
        found.vectors, CLIP.embed_texts(["a cat", "a tree"]) - CLIP.embed_texts(["a hat"]), atol=1e-6
    )
    named = graph.value(graph.add("EmbeddingArithmetic", a=a, b=b, names="x\ny"))
    assert named.names == ("x", "y") and torch.equal(named.vectors, found.vectors)
    assert "3 names do not fit 2" in graph.failure(
        graph.add("EmbeddingArithmetic", a=a, b=b, names="x\ny\nz")
    )
    mean = graph.value(graph.add("EmbeddingArithmetic", a=a, operation="mean of a"))
    assert mean.names == ("mean of 2",)
    assert torch.allclose(mean.vectors[0], CLIP.embed_texts(["a cat", "a tree"]).mean(dim=0), atol=1e-6)


def test_arithmetic_that_makes_no_sense_is_refused(graph: Graph) -> None:
    a, b = texts(graph, "a cat\na tree"), texts(graph, "cat\ntree\nhat")
    assert "2 vectors and 3" in graph.failure(graph.add("EmbeddingArithmetic", a=a, b=b))
    assert "connect 'b'" in graph.failure(graph.add("EmbeddingArithmetic", a=a))
    refusal = graph.refusal(graph.add("EmbeddingArithmetic", a=a, operation="a * b"))
    assert "a * b" in refusal and "operation" in refusal


@about("WordList")
def test_the_word_list_is_one_word_a_line(graph: Graph) -> None:
    assert graph.value(graph.add("WordList")).splitlines() == list(WORD_LIST)
    said = graph.value(graph.add("WordList", template="a picture of {}")).splitlines()
    assert said == [f"a picture of {word}" for word in WORD_LIST]
    assert "no {}" in graph.failure(graph.add("WordList", template="a picture"))
    photos = graph.value(graph.add("WordList", words="video things", template="A photo of a {}"))
    assert len(photos.splitlines()) == 108 and "A photo of a cat" in photos and "angry" not in photos
    assert {"angry", "aqua", "tie"} < set(graph.value(graph.add("WordList", words="video")).splitlines())


@pytest.mark.parametrize("node", ["CLIPTextEmbed", "CLIPImageEmbed"])
def test_an_embedding_has_the_numbers_of_its_clip(graph: Graph, node: str) -> None:
    class Large:
        def embed_texts(self, texts: list[str]) -> torch.Tensor:
            return torch.eye(512)[: len(texts)]

        def embed_pictures(self, pictures: torch.Tensor) -> torch.Tensor:
            return torch.eye(512)[: len(pictures)]

    clip = graph.given(Large())
    inputs = {"text": "anything at all"} if "Text" in node else {"image": graph.given(pictures(1))}
    found = graph.value(graph.add(node, clip=clip, **inputs))
    assert found.width == 512
    other = graph.given(found)
    assert "two spaces" in graph.failure(graph.add("SimilarityMatrix", a=other, b=texts(graph, "a cat")))
