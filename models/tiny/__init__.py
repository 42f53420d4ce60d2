"""Tiny stand-ins of the large models: of the same make, with random weights, so that workflows that need a
checkpoint run anywhere. They are built here, the same to the byte every time."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from .stable_diffusion import build_sd, build_sd2_v, build_sdxl
from .wan import build_wan, build_wan22

Build = Callable[[Path, int], None]

BUILDERS: dict[str, Build] = {
    "tiny-sd": build_sd,
    "tiny-sd2-v": build_sd2_v,
    "tiny-sdxl": build_sdxl,
    "tiny-wan": build_wan,
    "tiny-wan22": build_wan22,
}
SEED = 2025


def build(name: str, folder: Path, seed: int = SEED) -> Path:
    """Write a stand-in into a folder of its name below this one, whole or not at all.

    Raises:
        KeyError: there is no stand-in of that name.
        FileExistsError: something else has that name.
    """
    import shutil
    import tempfile

    place = folder / name
    if place.exists() and not (place / "model_index.json").exists() and not (place / "config.json").exists():
        raise FileExistsError(f"{place} is there already, and is no model")
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{name}-", dir=folder) as part:
        written = Path(part) / name
        written.mkdir()
        BUILDERS[name](written, seed)
        if place.exists():
            shutil.rmtree(place)
        written.rename(place)
    return place
