"""Nodes that exist on the page only: they carry a link on, by name or in place, or carry nothing."""

from __future__ import annotations

from collections.abc import Mapping

from ..contract import Definition
from ..widget_values import WrongValue
from .instances import Instance, Unfolded
from .nodes import PageNode

REROUTES = frozenset({"Reroute", "Reroute (rgthree)"})
GETTERS = {"GetNode": "SetNode", "easy getNode": "easy setNode"}
"""Nodes that give what a node of the other type was given, both named by their first widget."""
SETTERS = frozenset(GETTERS.values())
_SILENT = frozenset(
    {
        "Note",
        "MarkdownNote",
        "PrimitiveNode",
        "Label (rgthree)",
        "Bookmark (rgthree)",
        "Fast Muter (rgthree)",
        "Fast Bypasser (rgthree)",
        "Fast Groups Muter (rgthree)",
        "Fast Groups Bypasser (rgthree)",
        "Fast Actions Button (rgthree)",
        "Mute / Bypass Relay (rgthree)",
        "Mute / Bypass Repeater (rgthree)",
        "Node Collector (rgthree)",
    }
)
_VIRTUAL = REROUTES | SETTERS | GETTERS.keys() | _SILENT


def is_virtual(type: str, definitions: Mapping[str, Definition]) -> bool:
    """Whether a node of that type never runs; a definition of that name says that it does."""
    return type in _VIRTUAL and type not in definitions


class Setters:
    """The nodes that set something, by the graph they are in, their type and the name they set."""

    def __init__(self, unfolded: Unfolded) -> None:
        self._found: dict[tuple[str, str, str | None], list[Instance]] = {}
        for each in unfolded.every:
            if each.node.type in SETTERS:
                key = (_graph_of(each), each.node.type, _name(each.node))
                self._found.setdefault(key, []).append(each)

    def named(self, beside: Instance, type: str, name: str | None) -> list[Instance]:
        """Those in the same graph as a node that set that name."""
        return self._found.get((_graph_of(beside), type, name), [])


def set_by(getter: Instance, setters: Setters) -> Instance:
    """The node that was given what a getter gives: in the same graph, or in one that holds it.

    Raises:
        WrongValue: none has the getter's name, or several have.
    """
    name = _name(getter.node)
    beside: Instance | None = getter
    while beside is not None and name is not None:
        found = setters.named(beside, GETTERS[getter.node.type], name)
        if len(found) > 1:
            ids = ", ".join(each.id for each in found)
            raise WrongValue("bad_linked_input", f"several nodes are set as {name!r}: {ids}")
        if found:
            return found[0]
        beside = beside.parent
    message = f"node {getter.id} ({getter.node.type}) gets {name!r}, which no node sets"
    raise WrongValue("bad_linked_input", message)


def _graph_of(each: Instance) -> str:
    return "" if each.parent is None else each.parent.id


def _name(node: PageNode) -> str | None:
    values = node.widgets_values
    name = values[0] if isinstance(values, list) and values else None
    return name if isinstance(name, str) else None
