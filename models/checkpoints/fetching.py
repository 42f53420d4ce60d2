"""Fetch a model: the only thing in the package that asks anybody outside for a file, when it is told to."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .choosing import chosen, is_whole_model
from .families import INDEX
from .header import read_header
from .opening import sha256

_ID = re.compile(r"[\w.-]{1,96}/[\w.-]{1,96}", re.ASCII)
_LEFT = "stabilityai/stable-diffusion-2"
_MIRROR = "sd2-community/"


@dataclass(frozen=True)
class Plan:
    """What is to be fetched, and where it will lie.

    Attributes:
        id: the repository, "org/name".
        commit: which state of it.
        sizes: the bytes of every file, by its path in the repository.
        hashes: the sha256 of those whose hash the repository tells.
        folder: where they will lie.
    """

    id: str
    commit: str
    sizes: Mapping[str, int]
    hashes: Mapping[str, str]
    folder: Path

    @property
    def bytes(self) -> int:
        """How many in all."""
        return sum(self.sizes.values())

    def there(self) -> frozenset[str]:
        """The files that are there already, of the right size."""
        return frozenset(name for name, size in self.sizes.items() if _size(self.folder / name) == size)


def plan(
    model: str,
    models: Path,
    *,
    only: Sequence[str] = (),
    variant: str | None = None,
    revision: str | None = None,
    endpoint: str | None = None,
) -> Plan:
    """Ask for the list of a model's files, and choose.

    Args:
        model: its id at Hugging Face, "org/name".
        models: the model folder.
        only: components or files to restrict it to.
        variant: such as "fp16".
        revision: a branch, a tag or a commit; by default main.
        endpoint: another server than Hugging Face's, which speaks as it does.

    Raises:
        ValueError: there is no such model, nobody answers, or it has no file of use.
    """
    if not _ID.fullmatch(model) or ".." in model:
        raise ValueError(f"a model is named org/name, as its page at Hugging Face is; got {model[:100]!r}")
    found = _asked(model, lambda: _api(endpoint).model_info(model, revision=revision, files_metadata=True))
    files = {each.rfilename: each for each in found.siblings or ()}
    names = chosen(files, only, variant)
    if not only:
        _check_is_one(model, files, names)
    kind = "diffusers" if is_whole_model(files) else "checkpoints"
    hashes = {name: str(files[name].lfs.sha256) for name in names if files[name].lfs is not None}
    sizes = {name: int(files[name].size or 0) for name in names}
    return Plan(model, str(found.sha), sizes, hashes, models.absolute() / kind / model)


def fetch(planned: Plan, endpoint: str | None = None) -> Path:
    """Fetch what is planned and not there, and give its folder. What was begun is gone on with.

    Files become part of the folder whole and checked, and the model's index last.

    Raises:
        ValueError: nobody answers any more, the disk is full, or a file is not what it was said to be.
    """
    missing = sorted(planned.sizes.keys() - planned.there())
    if not missing:
        return planned.folder
    part = planned.folder.with_name(f".{planned.folder.name}.part")
    part.mkdir(parents=True, exist_ok=True)
    _check_space(part, sum(planned.sizes[name] for name in missing))
    _asked(planned.id, lambda: _download(planned, missing, part, endpoint))
    for name in missing:
        _check(planned, name, part / name)
    for name in sorted(missing, key=lambda name: name == INDEX):
        (planned.folder / name).parent.mkdir(parents=True, exist_ok=True)
        os.replace(part / name, planned.folder / name)  # noqa: PTH105 - whole or not at all, also over another
    shutil.rmtree(part, ignore_errors=True)
    return planned.folder


def _check_is_one(model: str, files: Mapping[str, Any], names: Sequence[str]) -> None:
    """See that the files chosen of a repository are one model that can be loaded."""
    weights = [name for name in names if name.endswith(".safetensors")]
    if not weights:
        raise ValueError(
            f"{model} has no safetensors: pickles are never fetched, look for a mirror that has them"
        )
    if not is_whole_model(files):
        raise ValueError(
            f"{model} is no model but a collection of files: name one with --only, such as "
            f"{', '.join(weights[:8])}"
        )


def _download(planned: Plan, names: Sequence[str], part: Path, endpoint: str | None) -> None:
    from huggingface_hub import snapshot_download

    exactly = [re.sub(r"([\[\]*?])", r"[\1]", name) for name in names]
    snapshot_download(
        planned.id, revision=planned.commit, allow_patterns=exactly, local_dir=part, endpoint=endpoint
    )


def _api(endpoint: str | None) -> Any:
    from huggingface_hub import HfApi

    return HfApi(endpoint=endpoint)


def _asked(model: str, ask: Callable[[], Any]) -> Any:
    """What a question to the server gives.

    Raises:
        ValueError: whatever went wrong, in plain words.
    """
    from huggingface_hub import errors

    try:
        return ask()
    except errors.GatedRepoError:
        raise ValueError(
            f"{model} is given only to who has agreed to its terms: do so on its page, then hf auth login"
        ) from None
    except errors.RevisionNotFoundError:
        raise ValueError(f"{model} has no such revision") from None
    except errors.RepositoryNotFoundError:
        raise ValueError(
            f"Hugging Face has no model {model}, or not for everybody.{_mirror(model)}"
        ) from None
    except Exception as error:  # the network has many ways to fail
        reason = (str(error).strip().splitlines() or [type(error).__name__])[0]
        raise ValueError(f"{model} could not be fetched: {reason[:200]}. Is there a network?") from error


def _mirror(model: str) -> str:
    if not model.startswith(_LEFT):
        return ""
    mirror = _MIRROR + model.partition("/")[2]
    return f" Stable Diffusion 2 left this home in November 2025; a mirror of the community is {mirror}"


def _check_space(folder: Path, needed: int) -> None:
    free = shutil.disk_usage(folder).free
    if needed > free:
        raise ValueError(f"{needed:,} bytes are to be fetched, and {folder} has room for {free:,}")


def _check(planned: Plan, name: str, path: Path) -> None:
    try:
        _compare(planned, name, path)
    except ValueError:
        path.unlink(missing_ok=True)  # another try is to fetch it anew
        raise


def _compare(planned: Plan, name: str, path: Path) -> None:
    size, said = _size(path), planned.hashes.get(name)
    if size != planned.sizes[name]:
        raise ValueError(f"{name} came with {size} bytes instead of {planned.sizes[name]:,}: try again")
    if said is not None and sha256(path) != said:
        raise ValueError(f"{name} is not what it was said to be: its sha256 is not {said}")
    if name.endswith(".safetensors"):
        read_header(path)


def _size(path: Path) -> int | None:
    try:
        return path.stat().st_size
    except OSError:
        return None
