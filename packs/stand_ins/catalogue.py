"""Which stand-in bears which name."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable, Mapping
from types import ModuleType
from typing import Any

from ...graph.context import Interrupted
from ...graph.contract import Definition
from . import comfy_types, execution, graph_utils, model_management, node_classes, progress, scaling, server
from .folder_paths import FolderPaths
from .module import StandIn
from .places import Places

Names = Mapping[str, Any]
_V3_VERSIONS = ("latest", "v0_0_1", "v0_0_2")


def stand_ins(places: Places, definitions: Mapping[str, Definition]) -> dict[str, ModuleType]:
    """Fresh modules under ComfyUI's names; each set of packs has its own."""
    paths = FolderPaths(places)
    names: dict[str, Names] = {
        "comfy": {},
        "comfy_api": {},
        "comfy_execution": {},
        "folder_paths": _public(paths),
        "nodes": _nodes(definitions),
        "server": {"PromptServer": server.a_server(), "BinaryEventTypes": server.BinaryEventTypes},
        **_below(),
    }
    live: dict[str, Mapping[str, Callable[[], Any]]] = {
        "comfy.model_management": {"OOM_EXCEPTION": _out_of_memory},
        "folder_paths": {
            "output_directory": paths.get_output_directory,
            "input_directory": paths.get_input_directory,
            "temp_directory": paths.get_temp_directory,
        },
    }
    modules: dict[str, ModuleType] = {
        name: StandIn(name, places.base, borne, live.get(name)) for name, borne in names.items()
    }
    for name, module in modules.items():
        parent, _, child = name.rpartition(".")
        if parent:
            setattr(modules[parent], child, module)
    return modules


def _below() -> dict[str, Names]:
    """The modules inside packages."""
    api = {"ComfyAPI": progress.ComfyAPI, "ComfyAPISync": progress.ComfyAPISync}
    types = _public(comfy_types)
    return {
        "comfy.utils": {
            "PROGRESS_BAR_ENABLED": True,
            "ProgressBar": progress.ProgressBar,
            "common_upscale": scaling.common_upscale,
            "lanczos": scaling.lanczos,
        },
        # A pack that raises the exception stops the run, as a person would.
        "comfy.model_management": {
            **_public(model_management),
            "InterruptProcessingException": Interrupted,
        },
        "comfy.cli_args": {"args": Namespace(disable_metadata=False)},
        "comfy.comfy_types": types,
        "comfy.comfy_types.node_typing": types,
        "comfy_execution.graph": _graph(),
        "comfy_execution.graph_utils": _public(graph_utils),
        "comfy_execution.utils": {
            "ExecutionContext": execution.ExecutionContext,
            "CurrentNodeContext": execution.CurrentNodeContext,
            "get_executing_context": execution.get_executing_context,
        },
        **{f"comfy_api.{version}": api for version in _V3_VERSIONS},
    }


def _graph() -> Names:
    return {
        "DependencyCycleError": execution.DependencyCycleError,
        "DynamicPrompt": execution.DynamicPrompt,
        "ExecutionBlocker": graph_utils.ExecutionBlocker,
        "NodeInputError": execution.NodeInputError,
        "NodeNotFoundError": execution.NodeNotFoundError,
        "is_link": graph_utils.is_link,
    }


def _nodes(definitions: Mapping[str, Definition]) -> Names:
    return {
        "MAX_RESOLUTION": node_classes.MAX_RESOLUTION,
        "NODE_CLASS_MAPPINGS": node_classes.class_mappings(definitions),
        "NODE_DISPLAY_NAME_MAPPINGS": {known.id: known.title for known in definitions.values()},
        "EXTENSION_WEB_DIRS": {},
    }


def _out_of_memory() -> type[Exception]:
    import torch

    return torch.cuda.OutOfMemoryError


def _public(thing: object) -> Names:
    module = getattr(thing, "__name__", None)
    return {
        name: getattr(thing, name)
        for name in dir(thing)
        if not name.startswith("_") and _is_its_own(getattr(thing, name), module)
    }


def _is_its_own(value: Any, module: str | None) -> bool:
    """Whether a module defines a name, instead of importing it; an object's names are all its own."""
    return module is None or getattr(value, "__module__", None) == module
