"""Tiny Stable Diffusions where models are looked for, and a graph for each test."""

from __future__ import annotations

from pathlib import Path

import pytest

from ...nodes.graphs import Graph


@pytest.fixture
def models(stand_ins: Path) -> Path:
    """The folder that they lie in."""
    return stand_ins


@pytest.fixture
def graph(tmp_path: Path) -> Graph:
    return Graph(tmp_path / "output")
