"""Tiny Stable Diffusions in a folder of models."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from scorefield.models.tiny import build

from ...nodes.graphs import Graph

NAMES = ("tiny-sd", "tiny-sd2-v", "tiny-sdxl")


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with one of each."""
    folder = tmp_path_factory.mktemp("models")
    for name in NAMES:
        build(name, folder)
    return folder


@pytest.fixture
def models(built: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The same, on the search path of models."""
    monkeypatch.setenv("SCOREFIELD_MODELS", str(built))
    return built


@pytest.fixture
def graph(tmp_path: Path) -> Iterator[Graph]:
    return Graph(tmp_path / "output")
