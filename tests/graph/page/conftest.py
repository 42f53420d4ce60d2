"""Converts pages; on demand also writes them down, so that the official page can be asked the same.

pytest tests/graph/page --write-pages DIR
python tests/comfyui/convert_pages.py URL DIR/pages --object-info DIR/object_info.json --report FILE
"""

from __future__ import annotations

import json
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from scorefield.graph.errors import InvalidWorkflow
from scorefield.graph.page.format import page_to_api

from .pages import DEFINITIONS, OBJECT_INFO, Json

Convert = Callable[[Json], Json]
Inputs = Callable[[Json], dict[str, Json]]
Refusal = Callable[[Json], InvalidWorkflow]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--write-pages", metavar="DIR", help="write the pages that are converted there")


@pytest.fixture
def convert(request: pytest.FixtureRequest) -> Convert:
    """The conversion, checked against the official page once, as it stands."""
    folder, numbers = request.config.getoption("--write-pages", None), count(1)

    def run(saved: Json) -> Json:
        if folder:
            pages = Path(folder) / "pages"
            pages.mkdir(parents=True, exist_ok=True)
            (Path(folder) / "object_info.json").write_text(json.dumps(OBJECT_INFO), encoding="utf-8")
            name = f"{request.node.name}-{next(numbers)}.json".replace("/", "_")
            (pages / name).write_text(json.dumps(saved), encoding="utf-8")
        return page_to_api(saved, DEFINITIONS)

    return run


@pytest.fixture
def inputs(convert: Convert) -> Inputs:
    """The inputs of the converted nodes, by id."""

    def run(saved: Json) -> dict[str, Json]:
        return {id: node["inputs"] for id, node in convert(saved).items()}

    return run


@pytest.fixture
def refusal() -> Refusal:
    """What is said of a page that is not converted."""

    def run(saved: Any) -> InvalidWorkflow:
        with pytest.raises(InvalidWorkflow) as refused:
            page_to_api(saved, DEFINITIONS)
        assert "\n" not in str(refused.value.problems[0])
        return refused.value

    return run
