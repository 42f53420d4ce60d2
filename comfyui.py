"""The pack inside ComfyUI: its node classes, and the host as our nodes see it there."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .graph.contract import Definition
from .graph.v1.classes import v1_class
from .nodes.loading import loading_nodes, usual_places

if TYPE_CHECKING:
    from .models.checkpoints.places import Places

# Seconds. The page draws each report; thousands of short steps would keep it busy with nothing else.
BETWEEN_REPORTS = 0.05
# Seconds between pictures of how a run stands, and how much longer than a picture took to make.
BETWEEN_PICTURES, RESTING = 0.3, 9.0


class ComfyContext:
    """The `Context` of one call inside ComfyUI. Its modules are imported when a node first needs them."""

    def __init__(
        self, unique_id: str, prompt: Mapping[str, Any] | None, extra_pnginfo: Mapping[str, Any] | None
    ) -> None:
        self.node_id = unique_id
        self.prompt = prompt
        self.workflow: Mapping[str, Any] | None = (extra_pnginfo or {}).get("workflow")
        self.ui: dict[str, list[Any]] = {}
        self._bar: Any = None
        self._told = -math.inf
        self._next_picture = -math.inf

    @cached_property
    def device(self) -> str:
        """The device that ComfyUI computes on."""
        return str(_model_management().get_torch_device())

    @cached_property
    def provenance(self) -> Mapping[str, Any] | None:
        """What made the results beside the graph, as far as our own nodes know it."""
        return comfy_provenance(self.prompt or {}, self.device, self.input_folder)

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

    @property
    def has_page(self) -> bool:
        """Yes: ComfyUI is a page."""
        return True

    def progress(self, value: int, total: int, picture: Callable[[], Any] | None = None) -> None:
        """Move the node's bar on the page, and now and then show it a picture.

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
        shown = None
        if picture is not None and (now >= self._next_picture or value == total):
            shown = preview(picture())
            made = time.monotonic()
            self._next_picture = made + max(BETWEEN_PICTURES, RESTING * (made - now))
        self._bar.update_absolute(value, total, shown)

    def show(self, **ui: list[Any]) -> None:
        """Add to what the page shows below the node."""
        for kind, items in ui.items():
            self.ui.setdefault(kind, []).extend(items)


def preview(picture: Any) -> tuple[str, Any, int] | None:
    """A picture (H, W, 3) as ComfyUI's bar takes it: the format, the picture, and its longest side; None for
    none."""
    if picture is None:
        return None
    from PIL import Image

    pixels = (picture.detach().float().cpu().clamp(0, 1) * 255).round().byte().numpy()
    return "JPEG", Image.fromarray(pixels), max(pixels.shape[:2])


def _model_management() -> Any:
    import comfy.model_management  # type: ignore[import-not-found]

    return comfy.model_management


def _folder_paths() -> Any:
    import folder_paths  # type: ignore[import-not-found]

    return folder_paths


def comfy_provenance(prompt: Mapping[str, Any], device: str, input_folder: Path) -> dict[str, Any]:
    """The versions, ComfyUI's among them, the device, and the files that our nodes in the prompt name."""
    from .graph.provenance import file_hashes, files_of, surroundings
    from .nodes import DEFINITIONS

    nodes = [(DEFINITIONS.get(node["class_type"]), node.get("inputs", {})) for node in prompt.values()]
    steps = [(definition, constants_of(definition, inputs)) for definition, inputs in nodes if definition]
    found = surroundings(device)
    found["versions"] = {**found["versions"], **_comfyui_version()}
    return found | {"files": file_hashes(files_of(steps, input_folder))}


def constants_of(definition: Definition, inputs: Mapping[str, Any]) -> dict[str, Any]:
    """A node's constants as ComfyUI's prompt gives them: defaults where it is silent, None for links."""
    defaults = {declared.name: declared.default for declared in definition.inputs if declared.is_widget}
    return defaults | {name: None if isinstance(value, list) else value for name, value in inputs.items()}


def _comfyui_version() -> dict[str, str]:
    try:
        from comfyui_version import __version__  # type: ignore[import-not-found]
    except ImportError:
        return {}
    return {"comfyui": str(__version__)}


def node_class_mappings(definitions: Mapping[str, Definition]) -> dict[str, type]:
    """What ComfyUI reads as `NODE_CLASS_MAPPINGS`; nodes that load models look in ComfyUI's own folders."""
    loading = {definition.id: definition for definition in loading_nodes(_places)}
    here = (loading.get(node_id, definition) for node_id, definition in definitions.items())
    return {definition.id: v1_class(definition, ComfyContext) for definition in here}


def _places() -> Places:
    from .models.checkpoints.places import places_of_comfyui

    try:
        return places_of_comfyui(_folder_paths())
    except ModuleNotFoundError:  # the classes can be looked at without ComfyUI too
        return usual_places()


def node_display_name_mappings(definitions: Mapping[str, Definition]) -> dict[str, str]:
    """What ComfyUI reads as `NODE_DISPLAY_NAME_MAPPINGS`."""
    return {definition.id: definition.title for definition in definitions.values()}
