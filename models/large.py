"""The large models that are there: folders as diffusers writes them, by their names."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ..diffusion.field import ScoreModel
    from .library import Decoder, TextEncoder

    Loaded = tuple[ScoreModel, TextEncoder, Decoder]

INDEX = "model_index.json"
# Folders of models, as a search path has them.
VARIABLE = "SCOREFIELD_MODELS"


def large_models(folder: Path) -> dict[str, Path]:
    """The models in a folder and in those of the search path, by name."""
    places = [folder, *(Path(each) for each in os.environ.get(VARIABLE, "").split(os.pathsep) if each)]
    found: dict[str, Path] = {}
    for place in (each for whole in places for each in (whole, whole / "diffusers")):
        for index in sorted(place.glob(f"*/{INDEX}")):
            if _pipeline(index.parent) in _LOADERS:
                found.setdefault(index.parent.name, index.parent)
    return found


def files_of_model(folder: Path) -> tuple[Path, ...]:
    """What a model is read from: settings, vocabularies and weights, in order of their names."""
    kinds = ("*.json", "*.txt", "*.safetensors")
    return tuple(sorted(path for kind in kinds for path in folder.rglob(kind)))


def load_large(folder: Path, device: str, precision: str, mode: str) -> Loaded:
    """The model in a folder.

    Raises:
        ValueError: it is of no known family, or not all there.
    """
    kind = _pipeline(folder)
    if kind not in _LOADERS:
        raise ValueError(f"{folder} holds a {kind}: known are {', '.join(_LOADERS)}")
    return _LOADERS[kind](folder, device, precision, mode)


def _pipeline(folder: Path) -> str | None:
    try:
        index = json.loads((folder / INDEX).read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return None
    return str(index.get("_class_name")) if isinstance(index, dict) else None


def _stable_diffusion(*words: Any) -> Any:
    from .stable_diffusion.family import load_stable_diffusion

    return load_stable_diffusion(*words)


_LOADERS: dict[str, Callable[..., Any]] = {
    "StableDiffusionPipeline": _stable_diffusion,
    "StableDiffusionXLPipeline": _stable_diffusion,
}
