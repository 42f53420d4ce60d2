"""The demos of the pocket unCLIP are the graphs of large ones: with nothing but other names of models."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import scorefield

from .conftest import FOLDER

FEWER_STEPS: dict[str, Any] = {"6.steps": 3, "16.steps": 3}


@pytest.mark.parametrize("model", ["tiny-karlo", "tiny-stable-unclip"])
def test_from_a_text(model: str, tmp_path: Path, stand_ins: Path) -> None:
    names = {"1.name": f"{model}/prior", "12.name": f"{model}/decoder"}
    scorefield.run(FOLDER / "unclip-dalle2.json", {**names, **FEWER_STEPS}, out=tmp_path)
    assert len(list(tmp_path.rglob("*.png"))) == 2


@pytest.mark.parametrize("model", ["tiny-karlo", "tiny-stable-unclip"])
def test_from_a_picture(model: str, tmp_path: Path, stand_ins: Path) -> None:
    names = {"ScoreModel.name": f"{model}/decoder", "DDIMSampler.steps": 3}
    scorefield.run(FOLDER / "unclip-variations.json", names, out=tmp_path)
    assert len(list(tmp_path.rglob("*.png"))) == 3
