"""Which folders hold a `CLIPModel` of transformers, and the files that it is read from."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

CONFIG, PREPROCESSOR = "config.json", "preprocessor_config.json"
WEIGHTS = "*.safetensors"
LARGEST_CONFIG = 1 << 20  # bytes; those of CLIPs have a few thousand


def find(folder: Path) -> dict[str, Path]:
    """The CLIPs in a folder of models, by name: `clip-vit-base-patch32`, or with who made it before,
    `openai/clip-vit-base-patch32`."""
    return {each.relative_to(folder).as_posix(): each for each in _candidates(folder) if is_clip(each)}


def is_clip(folder: Path) -> bool:
    """Whether a folder holds a whole CLIP, with both towers, in safetensors."""
    try:
        config = read_json(folder / CONFIG)
    except ValueError:
        return False
    both = isinstance(config.get("text_config"), dict) and isinstance(config.get("vision_config"), dict)
    return config.get("model_type") == "clip" and both and any(folder.glob(WEIGHTS))


def files(folder: Path) -> tuple[Path, ...]:
    """What a CLIP is read from: settings, vocabulary and weights, in order of their names."""
    return tuple(sorted(path for kind in ("*.json", "*.txt", WEIGHTS) for path in folder.glob(kind)))


def read_json(path: Path) -> dict[str, Any]:
    """The object in a JSON file of settings.

    Raises:
        ValueError: no such file, one far larger than settings are, or no JSON object; the text names it.
    """
    try:
        if path.stat().st_size > LARGEST_CONFIG:
            raise ValueError("it is far larger than settings are")
        read = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError) as error:
        raise ValueError(
            f"{path.parent.name}/{path.name} holds no settings that can be read: {error}"
        ) from error
    if not isinstance(read, dict):
        raise ValueError(f"{path.parent.name}/{path.name} holds no settings: a JSON object was expected")
    return read


def _candidates(folder: Path) -> Iterator[Path]:
    if not folder.is_dir():
        return
    for pattern in (f"*/{CONFIG}", f"*/*/{CONFIG}"):
        yield from sorted(path.parent for path in folder.glob(pattern))
