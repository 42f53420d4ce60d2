"""Vectors of a space that texts and pictures share, and what can be done with them.

Directions mean something there, lengths do not: encoders give unit vectors, and a cosine compares.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn import functional


@dataclass(frozen=True, eq=False)
class Embedding:
    """Named vectors: the value of an EMBEDDING.

    Attributes:
        vectors: (N, D); of unit length as encoders give them, of any length after arithmetic.
        names: what each is the vector of.
    """

    vectors: Tensor
    names: tuple[str, ...]

    def __post_init__(self) -> None:
        if self.vectors.ndim != 2 or 0 in self.vectors.shape or not self.vectors.is_floating_point():
            raise ValueError(
                f"an embedding is one row of numbers for each of its vectors, (N, D), not "
                f"{tuple(self.vectors.shape)} of {self.vectors.dtype}"
            )
        if len(self.names) != len(self.vectors):
            raise ValueError(
                f"{len(self.names)} names do not fit {len(self.vectors)} vectors: give one for each"
            )
        if not bool(self.vectors.isfinite().all()):
            raise ValueError("an embedding holds numbers that are not finite")

    def __len__(self) -> int:
        return len(self.names)

    @property
    def width(self) -> int:
        """How many numbers a vector has."""
        return self.vectors.shape[1]


class Winners(NamedTuple):
    """In how many rows, and columns, of how many the diagonal is the highest."""

    rows: int
    columns: int
    of: int


class Ranked(NamedTuple):
    """A candidate and its cosine."""

    name: str
    cosine: float


def unit(vectors: Tensor) -> Tensor:
    """The same directions at length 1; what has no direction stays 0."""
    lengths = vectors.norm(dim=-1, keepdim=True)
    return vectors / torch.where(lengths > 0, lengths, 1.0)


def cosines(one: Embedding, other: Embedding) -> Tensor:
    """How alike two sets of vectors are, (N, M), each −1 … 1; 0 to what has no direction.

    Raises:
        ValueError: vectors of two spaces.
    """
    _check_same_space(one, other)
    first, second = (unit(each.vectors.double().cpu()) for each in (one, other))
    return (first @ second.T).clamp(-1, 1).float()


def winners(matrix: Tensor) -> Winners | None:
    """Where a square matrix is highest; None for any other, whose diagonal means nothing."""
    if matrix.shape[0] != matrix.shape[1]:
        return None
    places = torch.arange(len(matrix))
    rows, columns = (int((matrix.argmax(dim=dim) == places).sum()) for dim in (1, 0))
    return Winners(rows, columns, len(matrix))


def ranking(asked: Embedding, candidates: Embedding) -> list[list[Ranked]]:
    """The candidates for each asked vector, the most alike first; of equals the one that stands first.

    Raises:
        ValueError: vectors of two spaces.
    """
    found = cosines(asked, candidates)
    order = found.sort(dim=1, descending=True, stable=True)
    return [
        [Ranked(candidates.names[place], cosine) for place, cosine in zip(places, values, strict=True)]
        for places, values in zip(order.indices.tolist(), order.values.tolist(), strict=True)
    ]


def probabilities(pictures: Embedding, labels: Embedding, scale: float) -> Tensor:
    """How likely each label is each picture's, if one of them is, (N, M): the softmax of scale · cosine.

    Raises:
        ValueError: vectors of two spaces.
    """
    return functional.softmax(scale * cosines(pictures, labels).double(), dim=1).float()


def calculated(operation: str, a: Embedding, b: Embedding | None = None) -> Embedding:
    """The result of one of OPERATIONS; a side of one vector serves every vector of the other.

    Raises:
        ValueError: an unknown operation, no b where one is needed, two spaces, or rows that do not pair up.
    """
    if operation not in OPERATIONS:
        raise ValueError(f"there is no operation {operation!r}: choose one of {', '.join(OPERATIONS)}")
    if operation in NEED_ONE:
        return OPERATIONS[operation](a, a)
    if b is None:
        raise ValueError(f"{operation!r} needs a second embedding: connect 'b'")
    _check_same_space(a, b)
    return OPERATIONS[operation](a, b)


def _difference(a: Embedding, b: Embedding) -> Embedding:
    return Embedding(*_paired(a, b, "−", torch.sub))


def _sum(a: Embedding, b: Embedding) -> Embedding:
    return Embedding(*_paired(a, b, "+", torch.add))


def _joined(a: Embedding, b: Embedding) -> Embedding:
    """The rows of both, one after the other."""
    return Embedding(torch.cat([a.vectors, b.vectors.to(a.vectors)]), (*a.names, *b.names))


def _between(a: Embedding, b: Embedding) -> Embedding:
    """Halfway, on the sphere: each side counts as much, whatever its length."""
    vectors, names = _paired(_normalised(a, a), _normalised(b, b), "and", torch.add)
    return Embedding(unit(vectors), names)


def _normalised(a: Embedding, _: Embedding) -> Embedding:
    return Embedding(unit(a.vectors), a.names)


def _mean(a: Embedding, _: Embedding) -> Embedding:
    return Embedding(a.vectors.mean(dim=0, keepdim=True), (_name_of_all(a),))


def _difference_of_means(a: Embedding, b: Embedding) -> Embedding:
    return _difference(_mean(a, a), _mean(b, b))


OPERATIONS: dict[str, Callable[[Embedding, Embedding], Embedding]] = {
    "a - b": _difference,
    "a + b": _sum,
    "a then b": _joined,
    "between a and b": _between,
    "mean of a": _mean,
    "mean of a - mean of b": _difference_of_means,
    "normalised a": _normalised,
}
NEED_ONE = frozenset({"mean of a", "normalised a"})


def _paired(
    a: Embedding, b: Embedding, sign: str, operation: Callable[[Tensor, Tensor], Tensor]
) -> tuple[Tensor, tuple[str, ...]]:
    rows = max(len(a), len(b))
    if {len(a), len(b)} - {1, rows}:
        raise ValueError(
            f"{len(a)} vectors and {len(b)} do not pair up: give as many on both sides, or one on one of them"
        )
    first, second = (each.names * (rows // len(each)) for each in (a, b))
    names = tuple(f"{one} {sign} {other}" for one, other in zip(first, second, strict=True))
    return operation(a.vectors, b.vectors.to(a.vectors)), names


def _name_of_all(a: Embedding) -> str:
    return a.names[0] if len(a) == 1 else f"mean of {len(a)}"


def _check_same_space(one: Embedding, other: Embedding) -> None:
    if one.width != other.width:
        raise ValueError(
            f"these are vectors of two spaces, of {one.width} and of {other.width} numbers: "
            "both must come from the same CLIP"
        )
