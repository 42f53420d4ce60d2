"""Why a pack was left out, told so that a person can put it right."""

from __future__ import annotations

import re
import traceback
from pathlib import Path

from .importing import PREFIX
from .skipped import PackRefused

# The top-level modules that come with ComfyUI and with nothing else.
OF_COMFYUI = frozenset(
    {
        "comfy",
        "comfy_api",
        "comfy_api_nodes",
        "comfy_config",
        "comfy_execution",
        "comfy_extras",
        "execution",
        "folder_paths",
        "latent_preview",
        "node_helpers",
        "nodes",
        "server",
    }
)
_V3 = frozenset({"io", "ui", "IO", "UI", "ComfyExtension"})
_NAME = re.compile(r"cannot import name '([^']+)'")


def reason_of(error: BaseException, folder: Path) -> str:
    """Why a pack that raised `error` while it was imported is left out.

    Args:
        error: what it raised.
        folder: the pack's file or folder, to say where in it.
    """
    if isinstance(error, PackRefused):
        return str(error)
    if isinstance(error, ImportError) and error.name:
        missing = _missing(error, error.name)
        if missing is not None:
            return missing
    text = " ".join(str(error).split())
    said = f"{type(error).__name__}: {text}" if text else type(error).__name__
    return f"it raised {said}{_place(error, folder)}"


def _missing(error: ImportError, module: str) -> str | None:
    name = _NAME.search(str(error))
    if module.split(".")[0] in OF_COMFYUI:
        if name is None:
            return f"it needs {module}, which only ComfyUI itself has"
        if module.split(".")[0] == "comfy_api" and name[1] in _V3:
            return (
                f"it needs {name[1]} of {module}: node classes of ComfyUI's V3 form, which only ComfyUI runs"
            )
        return f"it needs {name[1]} of {module}, which only ComfyUI itself has"
    if isinstance(error, ModuleNotFoundError) and module.startswith(PREFIX):
        return f"a part of it is missing, {module.partition('.')[2]}"
    if isinstance(error, ModuleNotFoundError):
        return f"it needs the Python package {module!r}, which is not installed"
    return None


def _place(error: BaseException, folder: Path) -> str:
    inside = [frame for frame in traceback.extract_tb(error.__traceback__) if _is_in(frame.filename, folder)]
    if not inside:
        return ""
    file = Path(inside[-1].filename)
    shown = file.name if file == folder else file.relative_to(folder)
    return f" ({shown}, line {inside[-1].lineno})"


def _is_in(file: str, folder: Path) -> bool:
    return Path(file).is_relative_to(folder)
