"""JSON from files that anybody may have written: objects, with no name twice and no number that is none."""

from __future__ import annotations

import json
import math
from collections import Counter
from pathlib import Path
from typing import Any, NoReturn

from .foreign import LONGEST_MAGIC, check_is_file, refused

MOST_BYTES = 2**20
MOST_LETTERS = 60


def parse(text: bytes) -> dict[str, Any]:
    """The object that a text is.

    Raises:
        ValueError: it is no UTF-8, no JSON, no object, nested without end, or holds a name twice, NaN or an
            infinite number.
    """
    try:
        found = json.loads(text.decode("utf-8"), **_STRICT)
    except UnicodeDecodeError as error:
        raise ValueError(f"it is not UTF-8 (byte {error.start:,})") from None
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise ValueError(f"it is not JSON: {error.msg} ({where})") from None
    except RecursionError:
        raise ValueError("it is nested without end") from None
    if not isinstance(found, dict):
        raise ValueError(f"it holds a {type(found).__name__} and not an object")
    return found


def read_json(path: Path, most_bytes: int = MOST_BYTES) -> dict[str, Any]:
    """The object that a file holds.

    Raises:
        ValueError: the file cannot be read, is larger than such a file ever is, or holds no such object; the
            text names it.
    """
    check_is_file(path)
    try:
        with path.open("rb") as file:
            text = file.read(most_bytes + 1)
    except OSError as error:
        raise ValueError(f"{named(path)} cannot be read: {error.strerror or error}") from None
    if len(text) > most_bytes:
        raise ValueError(f"{named(path)} is larger than {most_bytes:,} bytes, which no such file is")
    other = refused(path, text[:LONGEST_MAGIC])
    if other is not None:
        raise other
    try:
        return parse(text)
    except ValueError as error:
        raise ValueError(f"{named(path)} is no JSON object: {error}") from None


def named(path: Path) -> str:
    """A file as errors name it: with its folder, because every component has a config.json."""
    return f"{path.parent.name}/{path.name}"


def brief(value: Any) -> str:
    """A value as errors show it."""
    text = repr(value)
    return text if len(text) <= MOST_LETTERS else f"{text[:MOST_LETTERS]}…"


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        counts = Counter(name for name, _ in pairs)
        twice = next(name for name, count in counts.items() if count > 1)
        raise ValueError(f"the name {brief(twice)} stands there twice")
    return found


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number that JSON knows")


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(f"{brief(text)} is larger than any number")
    return number


_STRICT: dict[str, Any] = {
    "object_pairs_hook": _object,
    "parse_constant": _refuse_constant,
    "parse_float": _finite,
}
