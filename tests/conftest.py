"""No test reads or fills the cache or the models of whoever runs it.

Stand-ins of large models are built once.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from scorefield.kept import OFF, VARIABLE

MODELS = "SCOREFIELD_MODELS"


@pytest.fixture(autouse=True)
def no_cache_of_the_user(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test that wants a cache on disk names its folder."""
    monkeypatch.setenv(VARIABLE, OFF)


@pytest.fixture(autouse=True)
def no_models_of_the_user(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A test that wants large models asks for `stand_ins`, or names their folder."""
    monkeypatch.setenv(MODELS, str(tmp_path / "no models"))


@pytest.fixture(scope="session")
def built_stand_ins(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a tiny stand-in of every large model."""
    from scorefield.models.tiny import BUILDERS, build

    folder = tmp_path_factory.mktemp("stand-ins")
    for name in BUILDERS:
        build(name, folder)
    return folder


@pytest.fixture
def stand_ins(built_stand_ins: Path, no_models_of_the_user: None, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The same, where models are looked for."""
    monkeypatch.setenv(MODELS, str(built_stand_ins))
    return built_stand_ins
