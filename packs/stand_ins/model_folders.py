"""The model folders that packs ask for by kind, in ComfyUI's layout."""

from __future__ import annotations

import os
from pathlib import Path

Folders = tuple[list[str], set[str]]
WEIGHTS = frozenset({".ckpt", ".pt", ".pt2", ".bin", ".pth", ".safetensors", ".pkl", ".sft"})
_OLD_NAMES = {"unet": "diffusion_models", "clip": "text_encoders"}
_ELSEWHERE = {
    "text_encoders": ("text_encoders", "clip"),
    "diffusion_models": ("unet", "diffusion_models"),
    "controlnet": ("controlnet", "t2i_adapter"),
}
_OF_WEIGHTS = (
    "audio_encoders",
    "checkpoints",
    "clip_vision",
    "controlnet",
    "diffusion_models",
    "embeddings",
    "gligen",
    "hypernetworks",
    "latent_upscale_models",
    "loras",
    "model_patches",
    "photomaker",
    "style_models",
    "text_encoders",
    "upscale_models",
    "vae",
    "vae_approx",
)


def present_name(kind: str) -> str:
    """The name that a kind of model bears today."""
    return _OLD_NAMES.get(kind, kind)


def model_folders(models: Path, packs: Path) -> dict[str, Folders]:
    """Per kind of model the folders to look in, and the endings of its files (none: all files)."""
    folders = {
        kind: ([str(models / folder) for folder in _ELSEWHERE.get(kind, (kind,))], set(WEIGHTS))
        for kind in _OF_WEIGHTS
    }
    folders["configs"] = ([str(models / "configs")], {".yaml"})
    folders["diffusers"] = ([str(models / "diffusers")], {"folder"})
    folders["classifiers"] = ([str(models / "classifiers")], {""})
    folders["custom_nodes"] = ([str(packs)], set())
    return folders


def files_below(folder: str, endings: set[str]) -> set[str]:
    """The files below a folder that end so, relative to it."""
    found = set()
    for place, folders, names in os.walk(folder, followlinks=True):
        folders[:] = [name for name in folders if name != ".git"]
        for name in names:
            if not endings or Path(name).suffix.lower() in endings:
                found.add(os.path.relpath(os.path.join(place, name), folder))  # noqa: PTH118 - as packs write it
    return found
