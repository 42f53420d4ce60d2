"""What the runs of a sweep are called: `steps=20,scale=3`, safe in a file's name on every file system."""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections.abc import Container, Iterator, Sequence

_MOST_BYTES = 96
_LEAST_VALUE = 8
_UNSAFE = re.compile(r"[^\w.+-]+")


def short_names(targets: Sequence[str]) -> list[str]:
    """The inputs' names where they tell the targets apart, the whole targets where they do not."""
    inputs = [target.rpartition(".")[2] for target in targets]
    return inputs if len(set(inputs)) == len(inputs) else list(targets)


def labels(names: Sequence[str], rows: Sequence[tuple[str, ...]]) -> list[str]:
    """A label for each row of values; equal rows have the same, different rows have different ones.

    They differ in more than case and spelling of accents, which some disks do not tell apart.
    """
    found: dict[tuple[str, ...], str] = {}
    used: set[str] = set()
    for row in rows:
        if row not in found:
            found[row] = next(_fresh(_label(names, row), used))
            used.add(folded(found[row]))
    return [found[row] for row in rows]


def folded(name: str) -> str:
    """What a disk that ignores case and the spelling of accents makes of a name."""
    return unicodedata.normalize("NFKC", name).casefold()


def _fresh(label: str, used: Container[str]) -> Iterator[str]:
    candidates = itertools.chain([label], (f"{label}_{number}" for number in itertools.count(2)))
    return (candidate for candidate in candidates if folded(candidate) not in used)


def _label(names: Sequence[str], row: Sequence[str]) -> str:
    pairs = [(_plain(name), _plain(value)) for name, value in zip(names, row, strict=True)]
    # A long value is cut by itself, so that the others stay to be seen.
    room = (_MOST_BYTES - sum(len(name.encode()) + 2 for name, _ in pairs)) // max(1, len(pairs))
    text = ",".join(f"{name}={cut(value, max(room, _LEAST_VALUE))}" for name, value in pairs)
    return cut(text, _MOST_BYTES).strip("._ -") or "run"


def _plain(text: str) -> str:
    return _UNSAFE.sub("_", unicodedata.normalize("NFC", text))


def cut(text: str, most: int) -> str:
    """As much of a text's beginning as fits in so many bytes."""
    return text.encode()[:most].decode(errors="ignore")
