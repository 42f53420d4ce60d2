"""A module that exists in memory only, under the name of one of ComfyUI's."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType
from typing import Any


class StandIn(ModuleType):
    """Bears `names`; asks `live` for what may change. What it lacks, it says that ComfyUI has.

    It claims to lie in `folder`, where no file of it is: packs find ComfyUI's own folder by such files, and
    copy things for the page there.
    """

    def __init__(
        self,
        name: str,
        folder: Path,
        names: Mapping[str, Any],
        live: Mapping[str, Callable[[], Any]] | None = None,
    ) -> None:
        super().__init__(name, f"A small stand-in for ComfyUI's {name}.")
        self.__file__ = str(folder.joinpath(*name.split(".")).with_suffix(".py"))
        # Without a path Python would not look for modules below it, and say so in puzzling words.
        self.__path__: list[str] = []
        self.__package__ = name
        self.__spec__ = ModuleSpec(name, loader=None, is_package=True)
        self.__dict__.update(names)
        self.__dict__["_live"] = dict(live or {})

    def __getattr__(self, name: str) -> Any:
        live = self.__dict__["_live"].get(name)
        if live is None:
            raise AttributeError(f"{self.__name__}.{name} is ComfyUI's own and not here")
        return live()
