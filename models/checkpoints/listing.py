"""What models a folder holds, by the names of files and folders: no weights are opened for a list."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from .families import CLIP, CONFIG, FAMILIES, INDEX
from .json_text import read_json

_MOST_ENTRIES = 50_000
_DEEPEST = 4
_SUFFIX = ".safetensors"
_PIPELINES = frozenset(name for family in FAMILIES for name in family.pipelines)


class Root(NamedTuple):
    """A folder to look in; names of what it holds begin with `kind` where that is given."""

    kind: str
    folder: Path

    def name_of(self, path: Path) -> str:
        """The name of what lies at a path inside."""
        inside = path.relative_to(self.folder).as_posix()
        return f"{self.kind}/{inside}" if self.kind else inside


def held(root: Root, wanted: Callable[[Path], bool], with_files: bool) -> Iterator[Path]:
    """The models in a folder: what stands in a model's own folder is none itself."""
    left = _MOST_ENTRIES
    waiting = [(root.folder, 0)]
    while waiting and left > 0:
        folder, depth = waiting.pop()
        entries = _entries(folder, left)
        left -= len(entries)
        names = {entry.name for entry in entries}
        if depth and (INDEX in names or CONFIG in names):
            if wanted(folder):
                yield folder
            continue
        for entry in entries:
            if entry.name.endswith(_SUFFIX):
                if with_files and (root.kind or not depth):
                    yield Path(entry.path)
            elif depth < _DEEPEST and _leads_on(entry, root, depth) and entry.name + _SUFFIX not in names:
                waiting.append((Path(entry.path), depth + 1))


def _leads_on(entry: os.DirEntry[str], root: Root, depth: int) -> bool:
    if not root.kind and not depth and entry.name in COMFY:
        return False
    try:
        return entry.is_dir()
    except OSError:
        return False


# What lies in these folders of ComfyUI is no model by itself, or is looked at as its own kind.
COMFY = frozenset(
    [
        "checkpoints",
        "clip",
        "clip_vision",
        "configs",
        "controlnet",
        "diffusers",
        "diffusion_models",
        "embeddings",
        "gligen",
        "hypernetworks",
        "audio_encoders",
        "latent_upscale_models",
        "loras",
        "model_patches",
        "photomaker",
        "style_models",
        "t2i_adapter",
        "text_encoders",
        "unet",
        "upscale_models",
        "vae",
        "vae_approx",
    ]
)


def _entries(folder: Path, most: int) -> list[os.DirEntry[str]]:
    found: list[os.DirEntry[str]] = []
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                if not entry.name.startswith("."):
                    found.append(entry)
                if len(found) >= most:
                    break
    except OSError:
        return []
    return found


def is_pipeline(folder: Path) -> bool:
    """Whether a folder is of a known pipeline; one whose index cannot be read is listed, to say why."""
    if not (folder / INDEX).is_file():
        return False
    try:
        return read_json(folder / INDEX).get("_class_name") in _PIPELINES
    except ValueError:
        return True


def is_clip(folder: Path) -> bool:
    """Whether a folder is of a CLIP of transformers."""
    if (folder / INDEX).exists() or not (folder / CONFIG).is_file():
        return False
    try:
        return read_json(folder / CONFIG).get("model_type") == CLIP.id
    except ValueError:
        return False
