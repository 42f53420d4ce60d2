"""Offer the stand-ins to `import`, for a while."""

from __future__ import annotations

import contextlib
import importlib.util
import sys
import threading
from collections.abc import Iterator, Mapping
from types import ModuleType

from .module import StandIn

# Python has one table of modules for all threads. Who changes it holds this.
_TABLE = threading.RLock()


def comfyui_is_here() -> bool:
    """Whether the process could import ComfyUI itself, or has."""
    return all(_can_be_found(name) for name in ("folder_paths", "comfy_execution"))


@contextlib.contextmanager
def offered(modules: Mapping[str, ModuleType]) -> Iterator[None]:
    """Let `import` find these modules inside the block, and what it found before after it.

    Every thread of the process sees them meanwhile. Blocks nest on one thread; a second thread that wants
    to offer something waits until the first is done.
    """
    with _TABLE:
        before = {name: sys.modules[name] for name in modules if name in sys.modules}
        sys.modules.update(modules)
        try:
            yield
        finally:
            for name in modules:
                sys.modules.pop(name, None)
            sys.modules.update(before)


def _can_be_found(name: str) -> bool:
    if isinstance(sys.modules.get(name), StandIn):
        return False
    try:
        return importlib.util.find_spec(name) is not None
    except (ImportError, ValueError):
        return False
