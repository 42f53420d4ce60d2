"""What the tests of model files share."""

from __future__ import annotations

from pathlib import Path

import pytest

from .tiny import stable_diffusion


@pytest.fixture(scope="session")
def tiny_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny Stable Diffusion as a diffusers directory. Copy it before changing it."""
    return stable_diffusion(tmp_path_factory.mktemp("models") / "tiny-sd")
