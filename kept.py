"""The results that outlive a process: where they lie, and what has to be equal for one to be used again."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

from .graph.cache import DiskCache
from .graph.cache.code import code_digest, modules_below, modules_of_package
from .graph.cache.forms import Forms
from .graph.device import resolve_device

VARIABLE = "SCOREFIELD_CACHE"
OFF = "off"
MOST_BYTES = 1 << 30
# What results are computed with, and pictures among them drawn with.
_LIBRARIES = ("torch", "numpy", "matplotlib", "pillow")


def default_folder(environment: Mapping[str, str] = os.environ) -> Path | None:
    """Where results are kept: $SCOREFIELD_CACHE, or in the user's cache folder; None, if that is "off"."""
    own = environment.get(VARIABLE, "")
    if own:
        return None if own == OFF else Path(own)
    shared = environment.get("XDG_CACHE_HOME", "")
    try:
        base = Path(shared) if Path(shared).is_absolute() else Path.home() / ".cache"
    except RuntimeError:  # nobody's home
        return None
    return base / "scorefield" / "results"


def disk_cache(
    folder: str | Path,
    *,
    most_bytes: int = MOST_BYTES,
    device: str = "auto",
    packs: Iterable[Path] = (),
) -> DiskCache:
    """A cache on disk that knows the values of our own nodes.

    Args:
        folder: where; `default_folder()` is the command line's.
        most_bytes: of all results together; those that were used longest ago make room.
        device: "auto", "cpu" or "cuda", as for the run.
        packs: folders of other packs whose nodes are in the workflow: their code counts too.
    """
    others = tuple(packs)

    def code() -> str:
        own = modules_of_package(Path(__file__).parent)
        return code_digest([*own, *(path for pack in others for path in modules_below(pack))], _LIBRARIES)

    return DiskCache(
        Path(folder).absolute(),
        most_bytes,
        forms=_forms,
        code=code,
        place=lambda: _place(device),
        warn=_print_warning,
    )


def _forms() -> Forms:
    from .nodes.kept_forms import FORMS

    return Forms(FORMS)


def _place(device: str) -> str:
    """On what is computed: the last bits of a number depend on it."""
    import torch

    if resolve_device(device) == "cuda":
        return f"cuda {torch.cuda.get_device_name()}"
    return f"cpu {torch.backends.cpu.get_cpu_capability()}"


def _print_warning(text: str) -> None:
    print(f"warning: {text}", file=sys.stderr)
