"""Runs of one workflow that differ in a few inputs: what `--vary TARGET=SPEC` means."""

from __future__ import annotations

import csv
import itertools
import math
import re
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import NamedTuple

from ..errors import brief, refuse
from ..overrides import Override, parse_override
from ..signature import Signature
from .label import labels, short_names

LIMIT = 10_000
_NUMBER = r"\s*[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?\s*"
_RANGE = re.compile(rf"({_NUMBER}):({_NUMBER})(?::({_NUMBER}))?")


class Variation(NamedTuple):
    """An input and the values it goes through."""

    target: str
    values: tuple[str, ...]


class Variant(NamedTuple):
    """One run of a sweep: a label that can be a file's name, and what is set."""

    label: str
    overrides: tuple[Override, ...]


def parse_variation(text: str) -> Variation:
    """Read `TARGET=SPEC`; SPEC is `a,b,c` (quote what holds a comma) or `start:stop[:step]`, stop included.

    Raises:
        InvalidWorkflow: there is no "=", no value, or a range that never arrives or is too long.
    """
    target, spec, _ = parse_override(text)
    return Variation(target, values_of(spec, text))


def values_of(spec: str, written: str = "") -> tuple[str, ...]:
    """The values of `a,b,c` (quote what holds a comma) or `start:stop[:step]`, stop included.

    `written` is all that a person wrote, where that was more: what is wrong is told of it.

    Raises:
        InvalidWorkflow: no value, or a range that never arrives or is too long.
    """
    numbers = _RANGE.fullmatch(spec)
    if numbers:
        start, stop, step = numbers.groups()
        return _range(written or spec, Decimal(start), Decimal(stop), Decimal(step or "1"))
    try:
        values = tuple(next(csv.reader([spec], skipinitialspace=True), []))
    except csv.Error:
        details = "quote a value that holds a comma, a quote or a line break"
        message = f"{brief(written or spec)} cannot be read as a list"
        raise refuse("invalid_override", message, details) from None
    if not any(values):
        message = f"{brief(written or spec)} varies nothing"
        raise refuse("invalid_override", message, "write a,b,c or start:stop:step")
    return values


def _range(text: str, start: Decimal, stop: Decimal, step: Decimal) -> tuple[str, ...]:
    try:
        steps = (stop - start) / step
    except ArithmeticError:  # a step of 0, or numbers beyond all use
        steps = Decimal(-1)
    if steps < 0:
        raise refuse("invalid_override", f"the range in {brief(text)} never arrives", "write start:stop:step")
    if steps >= LIMIT:
        raise refuse("invalid_override", f"the range in {brief(text)} has more than {LIMIT} values")
    return tuple(_plain(start + index * step) for index in range(int(steps) + 1))


def _plain(number: Decimal) -> str:
    is_whole = abs(number) < 10**15 and number == number.to_integral_value()
    return str(int(number)) if is_whole else str(number.normalize())


def variants(variations: Sequence[Variation], is_zipped: bool = False) -> list[Variant]:
    """The runs of a sweep.

    Args:
        variations: what is varied.
        is_zipped: whether the first values make the first run, the second ones the second, and so on;
            otherwise there is a run for every combination, the last variation changing fastest.

    Raises:
        InvalidWorkflow: there are too many, or lists to be paired differ in length.
    """
    lists = [variation.values for variation in variations]
    rows = _paired(variations) if is_zipped else _combined(lists)
    targets = [variation.target for variation in variations]
    return [
        Variant(label, tuple(Override(*pair, is_text=True) for pair in zip(targets, row, strict=True)))
        for label, row in zip(labels(short_names(targets), rows), rows, strict=True)
    ]


def _combined(lists: Sequence[Sequence[str]]) -> list[tuple[str, ...]]:
    _refuse_too_many(math.prod(len(values) for values in lists))
    return list(dict.fromkeys(itertools.product(*lists)))


def _refuse_too_many(count: int) -> None:
    if count > LIMIT:
        raise refuse("invalid_override", f"the sweep has {count} runs", f"at most {LIMIT} are allowed")


def _paired(variations: Sequence[Variation]) -> list[tuple[str, ...]]:
    if not variations:
        details = "give lists of the same length, each by --vary TARGET=a,b,c"
        raise refuse("invalid_override", "--zip pairs the lists of --vary, and there is none", details)
    counts = [len(variation.values) for variation in variations]
    _refuse_too_many(counts[0])
    if len(set(counts)) > 1:
        listed = ", ".join(f"{v.target} has {count}" for v, count in zip(variations, counts, strict=True))
        details = "give lists of the same length, or leave --zip out for every combination"
        raise refuse("invalid_override", f"--zip pairs lists of the same length, but {listed}", details)
    return list(dict.fromkeys(zip(*(variation.values for variation in variations), strict=True)))


def last_uses(runs: Sequence[Iterable[Signature]]) -> dict[Signature, int]:
    """Which results more than one run needs, and the last run that does."""
    first: dict[Signature, int] = {}
    last: dict[Signature, int] = {}
    for number, signatures in enumerate(runs):
        for signature in signatures:
            if first.setdefault(signature, number) != number:
                last[signature] = number
    return last
