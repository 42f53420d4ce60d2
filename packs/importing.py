"""Import one pack by its place on disk, under a name of its own."""

from __future__ import annotations

import importlib.util
import re
import sys
from pathlib import Path
from types import ModuleType

from .skipped import PackRefused

PREFIX = "scorefield_pack_"


def import_pack(path: Path, name: str) -> ModuleType:
    """The module of a pack: a folder with an `__init__.py`, or a `.py` file.

    It bears `name` in `sys.modules`, so that its relative imports work, now and later.

    Raises:
        PackRefused: it is no module that Python can load.
        BaseException: whatever the pack raises.
    """
    file = path / "__init__.py" if path.is_dir() else path
    spec = importlib.util.spec_from_file_location(name, file)
    if spec is None or spec.loader is None:
        raise PackRefused(f"{file} is no Python file")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


def free_name(pack: str) -> str:
    """A module's name for that pack that nothing in the process bears."""
    base = PREFIX + re.sub(r"\W", "_", pack)
    name, number = base, 1
    while name in sys.modules:
        number += 1
        name = f"{base}_{number}"
    return name


def forget(name: str) -> None:
    """Take the module and those below it out of `sys.modules`."""
    for known in list(sys.modules):
        if known == name or known.startswith(f"{name}."):
            del sys.modules[known]
