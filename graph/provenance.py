"""What made a result beside its graph: versions, code, device, and the files that it depends on.

It holds no paths and no names of users or hosts, and the same run on the same machine gives the same.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from .context import Context
from .contract import Definition
from .files import content_hash
from .plan import Plan

PACKAGES = ("torch", "numpy", "pillow", "matplotlib", "safetensors")
_MOST_LETTERS = 32
_ROOT = Path(__file__).parent.parent


class Difference(NamedTuple):
    """One thing that was otherwise when a picture was made; None is what was not there."""

    what: str
    then: str | None
    now: str | None

    def __str__(self) -> str:
        then, now = ("not there" if value is None else value[:_MOST_LETTERS] for value in self[1:])
        return f"{self.what} was {then} and is {now}"


def provenance(plan: Plan, device: str, input_folder: Path) -> dict[str, Any]:
    """What the results of a plan depend on beside the graph.

    Args:
        plan: what runs; the files that its steps name are read and hashed.
        device: the torch device that it runs on.
        input_folder: where the files lie that steps name by a relative path.
    """
    steps = ((step.definition, step.constants) for step in plan.steps.values())
    return surroundings(device) | {"files": file_hashes(files_of(steps, input_folder))}


def surroundings(device: str) -> dict[str, Any]:
    """The part of it that is the same for every graph."""
    return {
        "versions": versions(),
        "code": code_hash(),
        "platform": platform_name(),
        "device": device_name(device),
    }


def record(context: Context, index: int) -> dict[str, Any] | None:
    """What a node writes into a picture: the provenance, and which of whose pictures it is.

    Args:
        context: the node's own.
        index: the picture's place among those that this call of the node writes.
    """
    if context.provenance is None:
        return None
    # A node that runs over a list is called for each item; ComfyUI does not say for which.
    call = getattr(context, "call_index", 0)
    return {**context.provenance, "node": context.node_id, "call": call, "index": index}


def differences(then: Mapping[str, Any], now: Mapping[str, Any]) -> list[Difference]:
    """What two records do not agree on.

    A file counts where the later run needed it: the earlier may have run for more than this picture.
    """
    before, after = dict(_flat(then)), dict(_flat(now))
    names = [name for name in before if not name.startswith("file ") or name in after]
    names += [name for name in after if name not in before]
    return [
        Difference(name, before.get(name), after.get(name))
        for name in names
        if before.get(name) != after.get(name)
    ]


def _flat(given: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for group, prefix in (("versions", ""), ("files", "file ")):
        held = given.get(group)
        for name, value in held.items() if isinstance(held, Mapping) else ():
            yield f"{prefix}{name}", str(value)
    for name in ("code", "platform", "device"):
        if name in given:
            yield name, str(given[name])


def files_of(steps: Iterable[tuple[Definition, Mapping[str, Any]]], input_folder: Path) -> Iterator[Path]:
    """The files that steps depend on, given their definitions and constants."""
    for definition, constants in steps:
        if definition.files is not None:
            given = {declared.name: constants.get(declared.name) for declared in definition.inputs}
            try:
                yield from [input_folder / path for path in definition.files(given)]
            except Exception:
                # The node itself runs into the same trouble and can say what it is.
                continue


def file_hashes(files: Iterable[Path]) -> dict[str, str]:
    """The hash of every file by its name alone; a number tells files of one name apart.

    What cannot be read is left out: the node that needs it says so better.
    """
    found: dict[str, str] = {}
    for name, content in sorted(set(_named_hashes(files))):
        free = (
            key for key in (name, *(f"{name} ({number})" for number in range(2, 10_000))) if key not in found
        )
        found[next(free)] = content
    return found


def _named_hashes(files: Iterable[Path]) -> Iterator[tuple[str, str]]:
    for path in files:
        try:
            yield path.name, content_hash(path)
        except OSError:
            continue


@cache
def versions() -> dict[str, str]:
    """The versions of what computes and draws."""
    import platform
    from importlib import metadata

    found = {"scorefield": _own_version(), "python": platform.python_version()}
    for package in PACKAGES:
        try:
            found[package] = metadata.version(package)
        except metadata.PackageNotFoundError:
            continue
    return found


def _own_version() -> str:
    import tomllib
    from importlib import metadata

    # A pack folder is not installed; where it is, another copy than the one that runs may be.
    own = _ROOT / "pyproject.toml"
    if own.is_file():
        return str(tomllib.loads(own.read_text(encoding="utf-8"))["project"]["version"])
    return metadata.version("scorefield")


def platform_name() -> str:
    """The system and the kind of processor."""
    import platform

    return f"{platform.system()} {platform.machine()}"


@cache
def code_hash() -> str:
    """A hash of the package's source: what a version number does not tell while one works on it."""
    total = hashlib.sha256()
    for path in sorted(_sources(_ROOT), key=lambda path: path.relative_to(_ROOT).as_posix()):
        total.update(path.relative_to(_ROOT).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return total.hexdigest()[:16]


def _sources(folder: Path) -> Iterator[Path]:
    yield from folder.glob("*.py")
    for inner in folder.iterdir():
        if (inner / "__init__.py").is_file():
            yield from _sources(inner)


def device_name(device: str) -> str:
    """The device as people tell devices apart: cuda with the card's name, cpu with its instructions.

    Both change the last bits of a result.
    """
    import torch

    if device.startswith("cuda"):
        return f"{device}: {torch.cuda.get_device_name(device)}"
    return f"{device}: {torch.backends.cpu.get_cpu_capability()}"
