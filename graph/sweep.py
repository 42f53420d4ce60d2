"""Runs of one workflow that differ in a few inputs: what `--vary TARGET=SPEC` means."""

from __future__ import annotations

import csv
import itertools
import re
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import NamedTuple

from .errors import brief, refuse
from .overrides import Override, parse_override
from .signature import Signature

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
    return Variation(target, values_of(spec))


def values_of(spec: str) -> tuple[str, ...]:
    """The values of `a,b,c` (quote what holds a comma) or `start:stop[:step]`, stop included.

    Raises:
        InvalidWorkflow: no value, or a range that never arrives or is too long.
    """
    numbers = _RANGE.fullmatch(spec)
    if numbers:
        start, stop, step = numbers.groups()
        return _range(spec, Decimal(start), Decimal(stop), Decimal(step or "1"))
    values = tuple(next(csv.reader([spec], skipinitialspace=True), []))
    if not any(values):
        raise refuse("invalid_override", f"{brief(spec)} varies nothing", "write a,b,c or start:stop:step")
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


def variants(variations: Sequence[Variation]) -> list[Variant]:
    """Every combination of the values, the last variation changing fastest.

    Raises:
        InvalidWorkflow: there are too many.
    """
    count = 1
    for variation in variations:
        count *= len(variation.values)
    if count > LIMIT:
        raise refuse("invalid_override", f"the sweep has {count} runs", f"at most {LIMIT} are allowed")
    found: dict[str, Variant] = {}
    for values in itertools.product(*(variation.values for variation in variations)):
        pairs = [(variation.target, value) for variation, value in zip(variations, values, strict=True)]
        label = _label(pairs, found)
        found[label] = Variant(label, tuple(Override(target, value, is_text=True) for target, value in pairs))
    return list(found.values())


def _label(pairs: Iterable[tuple[str, str]], taken: Iterable[str]) -> str:
    names = list(pairs)
    inputs = [target.rpartition(".")[2] for target, _ in names]
    shown = inputs if len(set(inputs)) == len(inputs) else [target for target, _ in names]
    text = ",".join(f"{name}={value}" for name, (_, value) in zip(shown, names, strict=True))
    label = re.sub(r"[^\w=,.+-]+", "_", text)[:80].strip("._ ") or "run"
    used = {name.casefold() for name in taken}  # folders that differ in case alone are one on some disks
    fresh = itertools.chain([label], (f"{label}_{number}" for number in itertools.count(2)))
    return next(candidate for candidate in fresh if candidate.casefold() not in used)


def last_uses(runs: Sequence[Iterable[Signature]]) -> dict[Signature, int]:
    """Which results more than one run needs, and the last run that does."""
    first: dict[Signature, int] = {}
    last: dict[Signature, int] = {}
    for number, signatures in enumerate(runs):
        for signature in signatures:
            if first.setdefault(signature, number) != number:
                last[signature] = number
    return last
