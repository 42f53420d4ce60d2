"""Stands for `nodes`: the classes of all nodes, for packs that look one up by its id and call it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...graph.contract import Definition
from ...graph.current import CURRENT
from ...graph.v1.classes import v1_class

MAX_RESOLUTION = 16384


class InnerContext:
    """The running node's context for one of ours that it calls itself. What that shows is the caller's to
    pass on."""

    def __init__(self, unique_id: str, prompt: Any, extra_pnginfo: Any) -> None:
        self.ui: dict[str, list[Any]] = {}

    def show(self, **ui: list[Any]) -> None:
        """Keep what the node shows for who called it."""
        for kind, items in ui.items():
            self.ui.setdefault(kind, []).extend(items)

    def __getattr__(self, name: str) -> Any:
        call = CURRENT.get()
        if call is None:
            raise AttributeError(f"no node runs that {name} could be asked of")
        return getattr(call.context, name)


def class_mappings(definitions: Mapping[str, Definition]) -> dict[str, Any]:
    """`NODE_CLASS_MAPPINGS` of our own nodes. Classes of packs are added as they are."""
    return {definition.id: v1_class(definition, InnerContext) for definition in definitions.values()}
