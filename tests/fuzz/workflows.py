"""Real workflows of both formats, to be damaged, and the nodes they need."""

from __future__ import annotations

import json
from functools import cache
from random import Random
from typing import Any

from scorefield.graph.contract import Definition
from scorefield.graph.loading import read_source
from scorefield.graph.run import prepare
from scorefield.nodes.headless import headless_definitions
from scorefield.workflows import every_demo, file_of


@cache
def definitions() -> dict[str, Definition]:
    """Every node that a headless run knows."""
    return dict(headless_definitions())


@cache
def pages() -> list[dict[str, Any]]:
    """The saved demos that run anywhere."""
    return [json.loads(file_of(name).read_text(encoding="utf-8")) for name in sorted(every_demo())]


@cache
def prompts() -> list[dict[str, Any]]:
    """The same in API format."""
    known = definitions()
    return [dict(prepare(read_source(page, known), known).prompt) for page in pages()]


def any_of_them(rng: Random) -> dict[str, Any]:
    """One in either format."""
    return rng.choice(rng.choice((pages(), prompts())))
