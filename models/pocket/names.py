"""The names of the pocket models, and the files that each is made of."""

from __future__ import annotations

from pathlib import Path

AUTOENCODER, CLIP = "pocket-autoencoder", "pocket-clip"
NAMES = ("pocket", "pocket-flow", "pocket-prior", "pocket-unclip", "pocket-video")


def files(name: str, folder: Path) -> tuple[Path, ...]:
    """A model's own file, the text encoder's and the decoder's."""
    return tuple(folder / f"{each}.safetensors" for each in (name, CLIP, AUTOENCODER))


def present(folder: Path) -> tuple[str, ...]:
    """The models of which every file is there."""
    return tuple(name for name in NAMES if all(path.exists() for path in files(name, folder)))
