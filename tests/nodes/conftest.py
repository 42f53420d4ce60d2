"""A graph for each test, and the promise that a test about a node runs it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from .graphs import Graph


@pytest.fixture
def graph(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Graph]:
    built = Graph(tmp_path / "output")
    yield built
    missing = getattr(request.function, "about", frozenset()) - built.ran
    assert not missing, f"the test says it is about {sorted(missing)}, and never ran them"
