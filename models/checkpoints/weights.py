"""The weights of one component: a safetensors file, or shards and the index that says what lies in which."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .foreign import PICKLES, refused
from .header import Entry, read_header
from .json_text import brief, named, read_json

STEMS = ("diffusion_pytorch_model", "model")  # diffusers' name for them, and transformers'
VARIANTS = (None, "fp16", "bf16")
MOST_INDEX_BYTES = 16 * 2**20
_INDEX = "weight_map"


@dataclass(frozen=True)
class Weights:
    """The tensors that are there, from the files' headers alone.

    Attributes:
        files: the safetensors files.
        tensors: every tensor as declared.
        held_by: which file it lies in.
        variant: diffusers' word for files that are kept in lower precision ("fp16"), or None.
    """

    files: tuple[Path, ...]
    tensors: Mapping[str, Entry]
    held_by: Mapping[str, Path]
    variant: str | None = None

    @property
    def numbers(self) -> int:
        """How many numbers there are in all."""
        return sum(entry.numbers for entry in self.tensors.values())


def find_weights(folder: Path) -> Weights:
    """The weights in a component's folder, full precision before lower.

    Raises:
        ValueError: there are none, only pickles, or not all shards; or a file is no safetensors. The text
            names the file.
    """
    for variant in VARIANTS:
        for stem in STEMS:
            dotted = "" if variant is None else f".{variant}"
            single, index = (
                folder / f"{stem}{dotted}.safetensors",
                folder / f"{stem}.safetensors.index{dotted}.json",
            )
            if single.is_file():
                return weights_of((single,), variant)
            if index.is_file():
                return _sharded(index, variant)
    pickled = sorted(path for path in folder.iterdir() if path.suffix in PICKLES) if folder.is_dir() else []
    if pickled:
        raise refused(pickled[0]) or AssertionError
    raise ValueError(
        f"{folder.name} holds no weights: expected {folder.name}/{STEMS[0]}.safetensors or "
        f"{folder.name}/{STEMS[1]}.safetensors in {folder.parent}"
    )


def weights_of(files: tuple[Path, ...], variant: str | None = None) -> Weights:
    """The tensors of files, which hold different ones.

    Raises:
        ValueError: a file is no safetensors, or two hold a tensor of the same name.
    """
    tensors: dict[str, Entry] = {}
    held_by: dict[str, Path] = {}
    for path in files:
        for name, entry in read_header(path).tensors.items():
            if name in tensors:
                raise ValueError(f"{named(path)} and {named(held_by[name])} both hold {brief(name)}")
            tensors[name], held_by[name] = entry, path
    return Weights(files, tensors, held_by, variant)


def _sharded(index: Path, variant: str | None) -> Weights:
    where = _weight_map(index)
    files = tuple(index.parent / name for name in sorted(set(where.values())))
    missing = [path.name for path in files if not path.is_file()]
    if missing:
        raise ValueError(
            f"{named(index)} names {len(files)} shards and {len(missing)} of them are not there: "
            f"{', '.join(missing[:4])}{' …' if len(missing) > 4 else ''}. Get the missing files, whole"
        )
    weights = weights_of(files, variant)
    for name, file in where.items():
        if name not in weights.tensors or weights.held_by[name].name != file:
            raise ValueError(f"{named(index)} says that {file} holds {brief(name)}, and it does not")
    return weights


def _weight_map(index: Path) -> Mapping[str, str]:
    found: Any = read_json(index, MOST_INDEX_BYTES).get(_INDEX)
    if not isinstance(found, dict) or not found:
        raise ValueError(f"{named(index)}: {_INDEX} has to map the names of tensors to files")
    for file in set(map(_hashable, found.values())):
        if not isinstance(file, str) or Path(file).name != file or "\\" in file or "\0" in file:
            raise ValueError(
                f"{named(index)} names the file {brief(file)}: shards lie beside it, and nowhere else"
            )
        if not file.endswith(".safetensors"):
            raise refused(Path(file)) or ValueError(
                f"{named(index)} names {brief(file)}, which is no safetensors"
            )
    return found


def _hashable(value: Any) -> Any:
    return value if isinstance(value, str) else repr(value).encode()
