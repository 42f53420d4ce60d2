"""How alike vectors are: the numbers are said as they are, and the pictures show them."""

from __future__ import annotations

import math

import pytest
import torch
from scorefield.models.embedding import Embedding
from scorefield.plots.style import STYLE

from .graphs import Graph, about

HALF = math.sqrt(0.5)
EAST, NORTH, BOTH = [1.0, 0.0], [0.0, 1.0], [HALF, HALF]


def of(names: str, *rows: list[float]) -> Embedding:
    return Embedding(torch.tensor(rows), tuple(names.split()))


def holds(image: torch.Tensor, colour: str) -> bool:
    wanted = torch.tensor([int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)])
    return bool(((image - wanted).abs().amax(dim=-1) < 0.01).any())


@about("SimilarityMatrix")
def test_a_matrix_says_every_cosine_and_who_wins(graph: Graph) -> None:
    a, b = graph.given(of("cat dog", EAST, BOTH)), graph.given(of("one two", EAST, NORTH))
    node = graph.add("SimilarityMatrix", a=a, b=b, title="Pairs")
    done = graph.run(node)
    image, text = (done.values[node.id][name] for name in ("image", "text"))
    assert text.splitlines() == [
        "Pairs",
        "         one      two",
        "cat   1.0000   0.0000",
        "dog   0.7071   0.7071",
        "the diagonal is highest in 1 of 2 rows, 2 of 2 columns",
    ]
    assert done.ui[node.id]["text"] == [text]
    assert image.shape[0] == 1 and holds(image, STYLE.accent)


def test_pictures_stand_in_for_names(graph: Graph) -> None:
    a, b = graph.given(of("cat dog", EAST, NORTH)), graph.given(of("one two three", EAST, NORTH, BOTH))
    red = graph.given(torch.tensor([1.0, 0.0, 0.0]).expand(3, 8, 8, 3).contiguous())
    plain = graph.value(graph.add("SimilarityMatrix", a=a, b=b))
    shown = graph.value(graph.add("SimilarityMatrix", a=a, b=b, b_images=red))
    assert holds(shown, "#ff0000") and not holds(plain, "#ff0000")
    message = graph.failure(graph.add("SimilarityMatrix", a=a, b=b, a_images=red))
    assert "2 rows" in message and "3 pictures" in message


def test_a_large_matrix_says_less_and_is_still_drawn(graph: Graph) -> None:
    many = Embedding(torch.eye(80), tuple(f"row {i}" for i in range(80)))
    node = graph.add("SimilarityMatrix", a=graph.given(many), b=graph.given(many))
    values = graph.run(node).values[node.id]
    assert values["text"] == "the diagonal is highest in 80 of 80 rows, 80 of 80 columns"
    assert max(values["image"].shape) <= 4096


@about("RankWords")
def test_a_ranking_says_the_nearest_words_first(graph: Graph) -> None:
    asked = graph.given(of("difference", [0.0, 3.0]))
    candidates = graph.given(of("east north both", EAST, NORTH, BOTH))
    node = graph.add("RankWords", embedding=asked, candidates=candidates, most=2, title="Nearest")
    values = graph.run(node).values[node.id]
    assert values["text"].splitlines() == ["Nearest", "difference", "  north  1.0000", "  both   0.7071"]
    assert holds(values["image"], STYLE.accent) and holds(values["image"], STYLE.data)


def test_a_ranking_has_as_many_bars_as_wanted(graph: Graph) -> None:
    asked, candidates = graph.given(of("up", NORTH)), graph.given(of("a b c", EAST, NORTH, BOTH))
    heights = [
        graph.value(graph.add("RankWords", embedding=asked, candidates=candidates, most=most)).shape[1]
        for most in (1, 2, 3, 4)
    ]
    assert heights[1] - heights[0] == heights[2] - heights[1] > 0 and heights[3] == heights[2]


def test_every_row_has_a_ranking_of_its_own(graph: Graph) -> None:
    asked = graph.given(of("up right", NORTH, EAST))
    node = graph.add(
        "RankWords", embedding=asked, candidates=graph.given(of("east north", EAST, NORTH)), most=1
    )
    assert graph.run(node).values[node.id]["text"].splitlines() == [
        "up",
        "  north  1.0000",
        "right",
        "  east  1.0000",
    ]
    one = graph.given(torch.zeros(1, 8, 8, 3))
    node = graph.add("RankWords", embedding=asked, candidates=asked, images=one)
    assert "1 pictures do not fit 2 vectors" in graph.failure(node)


@about("ZeroShot")
def test_zero_shot_says_how_likely_each_label_is(graph: Graph) -> None:
    pictures, labels = graph.given(of("photo", EAST)), graph.given(of("dog cat", NORTH, EAST))
    node = graph.add("ZeroShot", pictures=pictures, labels=labels, scale=math.log(3))
    values = graph.run(node).values[node.id]
    assert values["text"].splitlines() == ["photo", "  cat  0.7500", "  dog  0.2500"]
    sure = graph.add("ZeroShot", pictures=pictures, labels=labels)
    assert "cat  1.0000" in graph.value(sure, "text")


def test_a_clip_that_knows_its_scale_has_the_word(graph: Graph) -> None:
    class Own:
        scale = math.log(3)

    pictures, labels = graph.given(of("photo", EAST)), graph.given(of("dog cat", NORTH, EAST))
    node = graph.add("ZeroShot", pictures=pictures, labels=labels, clip=graph.given(Own()))
    assert "cat  0.7500" in graph.value(node, "text")
    foreign = graph.add(
        "ZeroShot", pictures=pictures, labels=labels, scale=math.log(3), clip=graph.given(object())
    )
    assert "cat  0.7500" in graph.value(foreign, "text")


@pytest.mark.parametrize("node", ["SimilarityMatrix", "RankWords", "ZeroShot"])
def test_vectors_of_two_spaces_are_not_compared(graph: Graph, node: str) -> None:
    names = {"SimilarityMatrix": "a b", "RankWords": "embedding candidates", "ZeroShot": "pictures labels"}
    first, second = names[node].split()
    inputs = {first: graph.given(of("a", EAST)), second: graph.given(of("b", [1.0, 0.0, 0.0]))}
    assert "two spaces, of 2 and of 3 numbers" in graph.failure(graph.add(node, **inputs))
