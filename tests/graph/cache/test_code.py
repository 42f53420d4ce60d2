"""What code a result depends on."""

from __future__ import annotations

from pathlib import Path

import pytest
from scorefield.graph.cache.code import code_digest, modules_below, modules_of_package


@pytest.fixture
def package(tmp_path: Path) -> Path:
    for name in (
        "__init__.py",
        "a.py",
        "room/__init__.py",
        "room/b.py",
        "loose/c.py",
        "tests/d.py",
        ".venv/e.py",
    ):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(f"name = '{name}'\n")
    return tmp_path


def names(paths: object, folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in paths)  # type: ignore[attr-defined]


def test_a_packages_modules_are_found_and_its_neighbours_left_out(package: Path) -> None:
    assert names(modules_of_package(package), package) == [
        "__init__.py",
        "a.py",
        "room/__init__.py",
        "room/b.py",
    ]
    below = ["__init__.py", "a.py", "loose/c.py", "room/__init__.py", "room/b.py"]
    assert names(modules_below(package), package) == below


def test_the_digest_changes_with_every_file_and_library(package: Path) -> None:
    def digest(*libraries: str) -> str:
        return code_digest(modules_of_package(package), libraries)

    first = digest()
    assert digest() == first
    assert len({first, digest("torch"), digest("torch", "numpy"), digest("there is no such library")}) == 4
    (package / "room" / "b.py").write_text("name = 'c'\n")
    assert digest() != first
    second = digest()
    (package / "room" / "new.py").touch()
    assert digest() != second
