"""A graph whose nodes are our own and ComfyUI's, with an input folder for files."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from scorefield.nodes.headless import headless_definitions

from ..graphs import Graph


@pytest.fixture
def input_folder(tmp_path: Path) -> Path:
    folder = tmp_path / "input"
    folder.mkdir()
    return folder


@pytest.fixture
def graph(tmp_path: Path, input_folder: Path, request: pytest.FixtureRequest) -> Iterator[Graph]:
    output = tmp_path / "output"
    built = Graph(output, headless_definitions(input_folder, output))
    yield built
    missing = getattr(request.function, "about", frozenset()) - built.ran
    assert not missing, f"the test says it is about {sorted(missing)}, and never ran them"
