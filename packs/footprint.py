"""What a pack may not change for the rest of the process while it is imported."""

from __future__ import annotations

import contextlib
import os
import random
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

PathEntries = list[str]
Strays = dict[str, ModuleType]


@contextlib.contextmanager
def no_footprint() -> Iterator[None]:
    """Put back what packs are known to change: the import path and its finders, the working folder, the
    random numbers of Python, NumPy and torch. What they print goes to stderr: stdout is for results."""
    paths, finders, folder = list(sys.path), list(sys.meta_path), Path.cwd()
    with _same_random_numbers(), contextlib.redirect_stdout(sys.stderr):
        try:
            yield
        finally:
            sys.path[:], sys.meta_path[:] = paths, finders
            os.chdir(folder)


def added_paths(before: PathEntries) -> PathEntries:
    """The entries of the import path that were not there before."""
    return [entry for entry in sys.path if entry not in before]


def take_strays(before: set[str], path: Path, own_name: str) -> Strays:
    """Take out of `sys.modules` what a pack put there from its own folder under names that others may
    use too ("utils", "config"), and give it."""
    strays = {
        name: module
        for name, module in list(sys.modules.items())
        if name not in before and not _is_own(name, own_name) and _lies_in(module, path)
    }
    for name in strays:
        del sys.modules[name]
    return strays


def _is_own(name: str, own_name: str) -> bool:
    return name == own_name or name.startswith(f"{own_name}.")


def _lies_in(module: ModuleType, path: Path) -> bool:
    file = getattr(module, "__file__", None)
    return isinstance(file, str) and path.is_dir() and Path(file).is_relative_to(path)


@contextlib.contextmanager
def _same_random_numbers() -> Iterator[None]:
    # A library that the pack is the first to import is fresh: there is nothing to put back.
    numpy, torch = sys.modules.get("numpy"), sys.modules.get("torch")
    python_state = random.getstate()
    numpy_state = None if numpy is None else numpy.random.get_state()
    torch_state = None if torch is None else torch.get_rng_state()
    try:
        yield
    finally:
        random.setstate(python_state)
        if numpy is not None:
            numpy.random.set_state(numpy_state)
        if torch is not None:
            torch.set_rng_state(torch_state)
