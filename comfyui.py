"""The pack inside ComfyUI: its node classes, and the host as our nodes see it there."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

from .graph.contract import Definition
from .graph.v1 import v1_class

# Seconds. The page draws each report; thousands of short steps would keep it busy with nothing else.
BETWEEN_REPORTS = 0.05


class ComfyContext:
    """The `Context` of one call inside ComfyUI. Its modules are imported when a node first needs them."""

    def __init__(
        self, unique_id: str, prompt: Mapping[str, Any] | None, extra_pnginfo: Mapping[str, Any] | None
    ) -> None:
        self.node_id = unique_id
        self.prompt = prompt
        self.workflow: Mapping[str, Any] | None = (extra_pnginfo or {}).get("workflow")
        self.provenance: Mapping[str, Any] | None = None
        self.ui: dict[str, list[Any]] = {}
        self._bar: Any = None
        self._told = -math.inf

    @cached_property
    def device(self) -> str:
        """The device that ComfyUI computes on."""
        return str(_model_management().get_torch_device())

    @cached_property
    def input_folder(self) -> Path:
        """ComfyUI's input folder."""
        return Path(_folder_paths().get_input_directory())

    @cached_property
    def output_folder(self) -> Path:
        """ComfyUI's output folder."""
        return Path(_folder_paths().get_output_directory())

    @cached_property
    def temp_folder(self) -> Path:
        """ComfyUI's folder of previews, which may not exist before the first."""
        folder = Path(_folder_paths().get_temp_directory())
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    def progress(self, value: int, total: int) -> None:
        """Move the node's bar on the page.

        Raises:
            InterruptProcessingException: ComfyUI's own, when a person pressed stop.
        """
        from comfy.utils import ProgressBar  # type: ignore[import-not-found]

        _model_management().throw_exception_if_processing_interrupted()
        now = time.monotonic()
        if value < total and now - self._told < BETWEEN_REPORTS:
            return
        self._told = now
        if self._bar is None:
            self._bar = ProgressBar(total, node_id=self.node_id)
        self._bar.update_absolute(value, total)

    def show(self, **ui: list[Any]) -> None:
        """Add to what the page shows below the node."""
        for kind, items in ui.items():
            self.ui.setdefault(kind, []).extend(items)


def _model_management() -> Any:
    import comfy.model_management  # type: ignore[import-not-found]

    return comfy.model_management


def _folder_paths() -> Any:
    import folder_paths  # type: ignore[import-not-found]

    return folder_paths


def node_class_mappings(definitions: Mapping[str, Definition]) -> dict[str, type]:
    """What ComfyUI reads as `NODE_CLASS_MAPPINGS`."""
    return {definition.id: v1_class(definition, ComfyContext) for definition in definitions.values()}


def node_display_name_mappings(definitions: Mapping[str, Definition]) -> dict[str, str]:
    """What ComfyUI reads as `NODE_DISPLAY_NAME_MAPPINGS`."""
    return {definition.id: definition.title for definition in definitions.values()}
