"""What a result depends on beside its inputs: the code that made it, as one hash."""

from __future__ import annotations

import importlib.metadata
from collections.abc import Iterable, Iterator
from hashlib import blake2b
from pathlib import Path

_NOT_CODE = frozenset({"__pycache__", "node_modules", "tests"})


def modules_of_package(folder: Path) -> Iterator[Path]:
    """The Python files of a package and of the packages in it; other folders are not looked into."""
    yield from sorted(folder.glob("*.py"))
    for inner in sorted(folder.glob("*/__init__.py")):
        yield from modules_of_package(inner.parent)


def modules_below(folder: Path) -> Iterator[Path]:
    """Every Python file below a folder; hidden folders and tests are left out."""
    yield from sorted(folder.glob("*.py"))
    for inner in sorted(folder.iterdir()):
        if inner.is_dir() and not inner.name.startswith(".") and inner.name not in _NOT_CODE:
            yield from modules_below(inner)


def code_digest(modules: Iterable[Path], libraries: Iterable[str] = ()) -> str:
    """A hash of the content of these files and of the versions of these libraries.

    Raises:
        OSError: a file cannot be read.
    """
    digest = blake2b(digest_size=16)
    for path in modules:
        digest.update(blake2b(path.read_bytes(), digest_size=16).digest())
    for library in libraries:
        digest.update(f"\0{library} {_version(library)}".encode())
    return digest.hexdigest()


def _version(library: str) -> str:
    try:
        return importlib.metadata.version(library)
    except importlib.metadata.PackageNotFoundError:
        return "absent"
