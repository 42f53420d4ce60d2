"""The nodes of a run without ComfyUI: our own, and ComfyUI's that workflows share with them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ..graph.contract import Definition

if TYPE_CHECKING:
    from ..models.checkpoints.places import Places


def headless_definitions(
    input_folder: Path = Path("input"), output_folder: Path = Path("output"), models: Sequence[Path] = ()
) -> Mapping[str, Definition]:
    """Every node by id.

    Args:
        input_folder: where nodes find files to read.
        output_folder: where results go, and can be read again.
        models: folders of models; by default those that SCOREFIELD_MODELS names, or "models".
    """
    from . import DEFINITIONS
    from .core import core_definitions
    from .core.folders import Folders
    from .loading import loading_nodes

    def places() -> Places:
        from ..models.checkpoints.places import places_in

        return places_in(models)

    core = core_definitions(Folders(input_folder, output_folder))
    return {**core, **DEFINITIONS, **{each.id: each for each in loading_nodes(places)}}
