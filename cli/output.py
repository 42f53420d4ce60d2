"""Words for people on stderr, one JSON object for programs on stdout."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping
from typing import Any

from ..graph.cache import Ui
from ..graph.errors import Problem

_MOST_LINES = 20


def printable(text: str) -> str:
    """The text without what would steer a terminal: titles come from files of strangers."""
    return "".join(letter if letter.isprintable() else "?" for letter in text)


def print_problems(problems: Iterable[Problem]) -> None:
    """One line for each problem, on stderr; of very many, the first."""
    found = list(problems)
    for problem in found[:_MOST_LINES]:
        print(f"error: {printable(str(problem))}", file=sys.stderr)
    if len(found) > _MOST_LINES:
        print(f"error: … and {len(found) - _MOST_LINES} more", file=sys.stderr)


def print_json(value: Mapping[str, Any]) -> None:
    """The one object on stdout."""
    print(json.dumps(value, default=str))


def print_outputs(outputs: Mapping[str, Ui]) -> None:
    """What a run made, for people: the paths of files and the texts, on stdout."""
    for shown in outputs.values():
        for item in (item for items in shown.values() for item in items):
            if isinstance(item, Mapping) and "path" in item:
                print(item["path"])
            elif isinstance(item, str):
                print("\n".join(printable(line.expandtabs()) for line in item.splitlines()))
