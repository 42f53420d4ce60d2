"""The nodes of a run without ComfyUI: our own, and ComfyUI's that workflows share with them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from ..graph.contract import Definition


def headless_definitions(
    input_folder: Path = Path("input"), output_folder: Path = Path("output")
) -> Mapping[str, Definition]:
    """Every node by id.

    Args:
        input_folder: where nodes find files to read.
        output_folder: where results go, and can be read again.
    """
    from . import DEFINITIONS
    from .core import core_definitions
    from .core.folders import Folders

    return {**core_definitions(Folders(input_folder, output_folder)), **DEFINITIONS}
