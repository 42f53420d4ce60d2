"""The mathematics of the shared space: directions, differences, rankings and probabilities."""

from __future__ import annotations

import math
from itertools import pairwise

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from scorefield.models.embedding import (
    NEED_ONE,
    OPERATIONS,
    Embedding,
    calculated,
    cosines,
    probabilities,
    ranking,
    unit,
    winners,
)
from torch import Tensor

SEEDS = st.integers(0, 2**32 - 1)
ROWS = st.integers(1, 6)
FEW = settings(max_examples=15)


def embedding(seed: int, rows: int, width: int = 8, name: str = "v") -> Embedding:
    vectors = torch.randn(rows, width, generator=torch.Generator().manual_seed(seed))
    return Embedding(vectors, tuple(f"{name}{i}" for i in range(rows)))


def of(*rows: list[float], names: tuple[str, ...] = ()) -> Embedding:
    return Embedding(torch.tensor(rows), names or tuple("abcdef"[: len(rows)]))


@FEW
@given(SEEDS, ROWS, ROWS)
def test_cosines_are_between_minus_1_and_1_and_do_not_hear_lengths(seed, rows, columns) -> None:
    a, b = embedding(seed, rows), embedding(seed + 1, columns)
    found = cosines(a, b)
    assert found.shape == (rows, columns)
    assert float(found.abs().max()) <= 1
    louder = Embedding(a.vectors * torch.arange(1, rows + 1)[:, None], a.names)
    assert torch.allclose(cosines(louder, b), found, atol=1e-6)
    assert torch.equal(cosines(b, a), found.T)
    assert torch.allclose(cosines(a, a).diagonal(), torch.ones(rows))


def test_cosines_of_known_angles() -> None:
    found = cosines(of([1.0, 0.0], [0.0, 2.0], [0.0, 0.0]), of([3.0, 0.0], [1.0, 1.0], [0.0, -1.0]))
    half = math.sqrt(0.5)
    assert torch.allclose(found, torch.tensor([[1, half, 0], [0, half, -1], [0, 0, 0]]), atol=1e-6)


@FEW
@given(SEEDS, ROWS)
def test_unit_vectors_have_length_1_and_their_direction(seed, rows) -> None:
    vectors = embedding(seed, rows).vectors
    assert torch.allclose(unit(vectors).norm(dim=1), torch.ones(rows))
    assert torch.allclose(unit(vectors) * vectors.norm(dim=1, keepdim=True), vectors, atol=1e-6)
    assert torch.equal(unit(torch.zeros(2, 3)), torch.zeros(2, 3))


@FEW
@given(SEEDS, ROWS)
def test_what_was_subtracted_can_be_added_again(seed, rows) -> None:
    a, b = embedding(seed, rows), embedding(seed + 1, rows, name="w")
    back = calculated("a + b", calculated("a - b", a, b), b)
    assert torch.allclose(back.vectors, a.vectors, atol=1e-5)
    assert calculated("a - b", a, b).names[0] == "v0 − w0"


@FEW
@given(SEEDS, st.integers(2, 6))
def test_the_mean_of_differences_is_the_difference_of_means(seed, rows) -> None:
    a, b = embedding(seed, rows), embedding(seed + 1, rows)
    one = calculated("mean of a - mean of b", a, b)
    other = calculated("mean of a", calculated("a - b", a, b))
    assert torch.allclose(one.vectors, other.vectors, atol=1e-5)
    assert len(one) == 1


@FEW
@given(SEEDS, ROWS)
def test_between_is_as_near_to_one_side_as_to_the_other(seed, rows) -> None:
    a, b = embedding(seed, rows), embedding(seed + 1, rows)
    middle = calculated("between a and b", Embedding(7 * a.vectors, a.names), b)
    assert torch.allclose(middle.vectors.norm(dim=1), torch.ones(rows))
    assert torch.allclose(cosines(middle, a).diagonal(), cosines(middle, b).diagonal(), atol=1e-4)


def test_a_mean_of_known_vectors() -> None:
    mean = calculated("mean of a", of([1.0, 0.0], [0.0, 3.0]))
    assert mean.vectors.tolist() == [[0.5, 1.5]] and mean.names == ("mean of 2",)


def test_rows_stand_one_after_the_other() -> None:
    a, b = embedding(0, 3), embedding(1, 2)
    found = calculated("a then b", a, b)
    assert torch.equal(found.vectors, torch.cat([a.vectors, b.vectors]))
    assert found.names == (*a.names, *b.names)
    with pytest.raises(ValueError, match="two spaces"):
        calculated("a then b", a, embedding(1, 1, width=4))


@pytest.mark.parametrize("operation", ["a - b", "a + b"])
def test_one_row_serves_all_of_the_other_side(operation) -> None:
    many, one = embedding(0, 3), embedding(1, 1, name="w")
    sign = 1 if operation == "a + b" else -1
    assert torch.equal(calculated(operation, many, one).vectors, many.vectors + sign * one.vectors)
    turned = calculated(operation, one, many)
    assert torch.equal(turned.vectors, one.vectors + sign * many.vectors)
    assert [name[:2] for name in turned.names] == ["w0"] * 3


def test_what_cannot_be_calculated_is_refused() -> None:
    with pytest.raises(ValueError, match="2 vectors and 3 do not pair up"):
        calculated("a - b", embedding(0, 2), embedding(1, 3))
    with pytest.raises(ValueError, match="two spaces, of 8 and of 4 numbers"):
        calculated("a + b", embedding(0, 1), embedding(1, 1, width=4))
    with pytest.raises(ValueError, match=r"no operation 'a / b'.*a - b, a \+ b"):
        calculated("a / b", embedding(0, 1))
    for operation in set(OPERATIONS) - NEED_ONE:
        with pytest.raises(ValueError, match="connect 'b'"):
            calculated(operation, embedding(0, 1))


def test_operations_on_one_side_do_not_look_at_the_other() -> None:
    a = embedding(0, 4)
    for operation in NEED_ONE:
        assert torch.equal(
            calculated(operation, a).vectors, calculated(operation, a, embedding(1, 2, width=3)).vectors
        )


@FEW
@given(SEEDS, ROWS, ROWS)
def test_a_ranking_holds_every_candidate_once_and_falls(seed, rows, count) -> None:
    asked, candidates = embedding(seed, rows), embedding(seed + 1, count)
    for row, values in zip(ranking(asked, candidates), cosines(asked, candidates).tolist(), strict=True):
        assert {each.name: each.cosine for each in row} == dict(zip(candidates.names, values, strict=True))
        assert all(first.cosine >= second.cosine for first, second in pairwise(row))


def test_of_equals_the_first_stands_first() -> None:
    [row] = ranking(of([1.0, 0.0]), of([0.0, 1.0], [2.0, 0.0], [5.0, 0.0]))
    assert [each.name for each in row] == ["b", "c", "a"]


@FEW
@given(SEEDS, ROWS, ROWS, st.floats(0, 200))
def test_probabilities_add_up_to_1_and_follow_the_cosines(seed, rows, count, scale) -> None:
    pictures, labels = embedding(seed, rows), embedding(seed + 1, count)
    found = probabilities(pictures, labels, scale)
    assert torch.allclose(found.sum(dim=1), torch.ones(rows))
    best = cosines(pictures, labels).argmax(dim=1, keepdim=True)
    assert torch.equal(found.gather(1, best)[:, 0], found.amax(dim=1))


def test_probabilities_of_known_odds() -> None:
    """A cosine higher by 1 at scale ln 3 is three times as likely."""
    found = probabilities(of([1.0, 0.0]), of([1.0, 0.0], [0.0, 1.0]), math.log(3))
    assert torch.allclose(found, torch.tensor([[0.75, 0.25]]))
    assert torch.allclose(probabilities(of([1.0, 0.0]), of([1.0, 0.0], [0.0, 1.0]), 0.0), torch.tensor(0.5))


def test_winners_are_counted_both_ways() -> None:
    matrix = torch.tensor([[0.9, 0.1, 0.0], [0.2, 0.3, 0.4], [0.1, 0.2, 0.5]])
    assert winners(matrix) == (2, 3, 3)
    assert winners(matrix[:2]) is None


@pytest.mark.parametrize(
    ("vectors", "names", "says"),
    [
        (torch.zeros(3), ("a", "b", "c"), r"\(N, D\), not \(3,\)"),
        (torch.zeros(0, 4), (), r"\(0, 4\)"),
        (torch.zeros(2, 3, dtype=torch.long), ("a", "b"), "int64"),
        (torch.zeros(2, 3), ("a",), "1 names do not fit 2 vectors"),
        (torch.tensor([[math.nan]]), ("a",), "not finite"),
    ],
)
def test_what_is_no_embedding_is_refused(vectors: Tensor, names: tuple[str, ...], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        Embedding(vectors, names)
