"""The large models that are there, by name, and the loader of each family."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .checkpoints.families import SDXL, STABLE_DIFFUSION, WAN, Family
from .checkpoints.opening import Hash, open_model, sha256
from .checkpoints.places import Places

if TYPE_CHECKING:
    from ..diffusion.field import ScoreModel
    from .library import Decoder, TextEncoder

    Loaded = tuple[ScoreModel, TextEncoder, Decoder]

# Files that are larger are known by size and time: to hash forty gigabytes takes as long as to read them.
HASHED_BYTES = 64 * 2**20


def check_large(name: str, places: Places, hash_of: Hash = sha256) -> None:
    """See that a model is there, whole, of a family that can be loaded, and the one that is meant.

    Only JSON and headers are read, unless the name is pinned to a hash.

    Raises:
        ValueError: it is not; the text says what is wrong, and what would be right.
    """
    open_model(name, places, *(family for family, _ in _LOADERS), hash_of=hash_of)


def load_large(name: str, places: Places, device: str, precision: str, mode: str) -> Loaded:
    """The model of a name.

    Raises:
        ValueError: there is none, it is of no known family, or not all there.
    """
    opened = open_model(name, places, *(family for family, _ in _LOADERS))
    load = next(load for family, load in _LOADERS if family is opened.kind.family)
    loaded: Loaded = load(opened, device, precision, mode)
    return loaded


def files_of_large(name: str, places: Places) -> tuple[Path, ...]:
    """What a model is read from, as far as it is small enough to be hashed; none if there is no such one."""
    return tuple(path for path in _files(name, places) if path.stat().st_size <= HASHED_BYTES)


def state_of_large(name: str, places: Places) -> str:
    """The rest of what it is read from: names, sizes and times."""
    rest = [(path, path.stat()) for path in _files(name, places)]
    return " ".join(
        f"{path.name} {state.st_size} {state.st_mtime_ns}"
        for path, state in rest
        if state.st_size > HASHED_BYTES
    )


def _files(name: str, places: Places) -> tuple[Path, ...]:
    try:
        return open_model(name.partition("@sha256:")[0], places).files()
    except ValueError:
        return ()


def _stable_diffusion(*words: Any) -> Any:
    from .stable_diffusion.family import load_stable_diffusion

    return load_stable_diffusion(*words)


def _wan(*words: Any) -> Any:
    from .wan.family import load_wan

    return load_wan(*words)


_LOADERS: tuple[tuple[Family, Callable[..., Any]], ...] = (
    (STABLE_DIFFUSION, _stable_diffusion),
    (SDXL, _stable_diffusion),
    (WAN, _wan),
)
