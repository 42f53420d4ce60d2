"""Which files of a model's repository are worth fetching: safetensors, JSON, tokenizers, each weight once."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import PurePosixPath

from .families import CONFIG, INDEX

_SETTINGS = (".json", ".txt", ".model")
_WEIGHTS = ".safetensors"
_SHARD = re.compile(r"-\d{5}-of-\d{5}$")
# Nothing here asks them, and a filter of pictures is as large as a text encoder.
_NOT_NEEDED = ("safety_checker",)
_OTHER_KINDS = ("flax", "openvino", "onnx", "non_ema")


def chosen(names: Iterable[str], only: Sequence[str] = (), variant: str | None = None) -> tuple[str, ...]:
    """The files to fetch, sorted.

    Args:
        names: every file of the repository, by its path there.
        only: components or files to restrict it to; by default the whole model.
        variant: the kind of weights that is wanted where there are several, such as "fp16"; by default full
            precision. A component that has one kind alone is taken as it is.

    Raises:
        ValueError: a name that leads out of the repository's folder, or a part that it does not have.
    """
    listed = sorted(names)
    for name in listed:
        _check_inside(name)
    wanted = [name for name in listed if _is_of_use(name, is_pipeline=INDEX in listed, only=only)]
    unknown = [part for part in only if not any(_is_part(name, part) for name in wanted)]
    if unknown:
        parts = sorted({name.partition("/")[0] for name in listed if name.endswith((_WEIGHTS, *_SETTINGS))})
        raise ValueError(f"it has no {unknown[0]} in safetensors or JSON; it has {', '.join(parts)}")
    weights = [name for name in wanted if _kind(name) is not None]
    settings = [name for name in wanted if _kind(name) is None]
    return tuple(sorted([*settings, *_each_once(weights, variant)]))


def is_whole_model(names: Iterable[str]) -> bool:
    """Whether files are a model's folder: a diffusers directory, or a network of transformers."""
    return not {INDEX, CONFIG}.isdisjoint(names)


def _check_inside(name: str) -> None:
    parts = PurePosixPath(name).parts
    if name.startswith("/") or "\\" in name or "\0" in name or ".." in parts or name != "/".join(parts):
        raise ValueError(f"it names the file {name[:80]!r}, which would lie outside its folder")


def _is_of_use(name: str, is_pipeline: bool, only: Sequence[str]) -> bool:
    folder, _, file = name.rpartition("/")
    if (
        file.startswith(".")
        or not name.endswith((_WEIGHTS, *_SETTINGS))
        or any(each in file for each in _OTHER_KINDS)
    ):
        return False
    if only:
        return name == INDEX or any(_is_part(name, part) for part in only)
    if is_pipeline and not folder:
        return name == INDEX  # what else lies there is the same model as single files
    return folder.partition("/")[0] not in _NOT_NEEDED


def _is_part(name: str, part: str) -> bool:
    return name == part or name.startswith(f"{part}/")


def _kind(name: str) -> tuple[str, str, str] | None:
    """Of weights the folder, what they are called, and their variant; of an index those of its shards."""
    folder, _, file = name.rpartition("/")
    if file.endswith(_WEIGHTS):
        stem, _, variant = _SHARD.sub("", file.removesuffix(_WEIGHTS)).partition(".")
    elif ".safetensors.index" in file:
        stem, _, rest = file.partition(".safetensors.index")
        variant = rest.removesuffix("json").strip(".")
    else:
        return None
    return folder, stem, _SHARD.sub("", variant)


def _each_once(weights: Sequence[str], variant: str | None) -> list[str]:
    found = []
    for name in weights:
        kind = _kind(name)
        assert kind is not None
        others = {each[2] for each in map(_kind, weights) if each is not None and each[:2] == kind[:2]}
        best = next(each for each in (variant, "", *sorted(others)) if each in others)
        if kind[2] == best:
            found.append(name)
    return found
