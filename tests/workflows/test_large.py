"""The demos of large models run as they are on tiny stand-ins, by nothing but other names."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import scorefield
from PIL import Image
from scorefield.graph.errors import InvalidWorkflow
from scorefield.models.large import VARIABLE
from scorefield.models.tiny import build
from scorefield.workflows import file_of, large_demos

KARLO = {
    "Prior.name": "tiny-karlo/prior",
    "Decoder.name": "tiny-karlo/decoder",
    "Super-resolution.name": "tiny-karlo/super-resolution",
}
STAND_INS: dict[str, dict[str, Any]] = {
    "clip-contrastive-matrix-large": {"CLIP Model.name": "tiny-clip"},
    "clip-hat-arithmetic-large": {"CLIP Model.name": "tiny-clip"},
    "clip-zero-shot-cat": {"CLIP Model.name": "tiny-clip"},
    "unclip-dalle2-large": KARLO,
    "unclip-variations-large": {"Decoder.name": "tiny-stable-unclip/decoder"},
}
PHOTOS = ("cat", "dog", "man", "with-hat", "without-hat", "photo")


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("models")
    for name in ("tiny-clip", "tiny-karlo", "tiny-stable-unclip"):
        build(name, folder)
    return folder


@pytest.fixture(scope="module")
def photos(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("input")
    for place, name in enumerate(PHOTOS):
        pixels = np.random.default_rng(place).integers(0, 256, (30 + place, 40, 3), dtype=np.uint8)
        Image.fromarray(pixels).save(folder / f"{name}.png")
    return folder


@pytest.mark.parametrize("name", STAND_INS)
def test_it_runs_on_stand_ins(
    name: str, models: Path, photos: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, str(models))
    scorefield.run(file_of(name), STAND_INS[name], out=tmp_path, input_folder=photos, device="cpu")
    written = sorted(tmp_path.rglob("*.png"))
    assert written and all(path.parent.name == name for path in written)
    for path in written:
        with Image.open(path) as picture:
            assert max(high - low for low, high in picture.convert("RGB").getextrema()) > 10


def test_a_model_that_is_not_there_is_said_before_anything_runs(photos: Path, tmp_path: Path) -> None:
    with pytest.raises(InvalidWorkflow, match="clip-vit-base-patch32"):
        scorefield.run(file_of("clip-zero-shot-cat"), out=tmp_path / "out", input_folder=photos)
    assert not (tmp_path / "out").exists()


def test_each_of_these_has_stand_ins() -> None:
    assert {name for name in large_demos() if name.startswith(("clip-", "unclip-"))} == set(STAND_INS)
