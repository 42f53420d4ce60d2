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


def set_by(getter: Instance, unfolded: Unfolded) -> Instance:
    """The node that was given what a getter gives: in the same graph, or in one that holds it.

    Raises:
        WrongValue: none has the getter's name, or several have.
    """
    name = _name(getter.node)
    beside: Instance | None = getter
    while beside is not None and name is not None:
        around = unfolded.top if beside.parent is None else beside.parent.inside
        wanted = GETTERS[getter.node.type]
        found = [each for each in around.values() if each.node.type == wanted and _name(each.node) == name]
        if len(found) > 1:
            ids = ", ".join(each.id for each in found)
            raise WrongValue("bad_linked_input", f"several nodes are set as {name!r}: {ids}")
        if found:
            return found[0]
        beside = beside.parent
    message = f"node {getter.id} ({getter.node.type}) gets {name!r}, which no node sets"
    raise WrongValue("bad_linked_input", message)


def _name(node: PageNode) -> str | None:
    values = node.widgets_values
    name = values[0] if isinstance(values, list) and values else None
    return name if isinstance(name, str) else None
