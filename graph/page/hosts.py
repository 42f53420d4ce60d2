"""Nodes that stand for a subgraph: their sockets, and the widgets from inside that they show.

A widget inside that hangs on an input of the subgraph is shown on every node that stands for it; each
such node holds a value of its own for it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ..definitions import listed, mapping
from .nodes import UNSET, PageNode, Slot
from .scope import Entrance, Scope


def bind_host(node: PageNode, inner: Scope) -> None:
    """Give a node the sockets of its subgraph, and the values of the widgets that it shows."""
    saved = {slot.name: slot.link for slot in node.inputs}
    node.inputs = [Slot(each.name, each.type, saved.get(each.name)) for each in inner.entrances]
    set_aside = _values_set_aside(node)
    values = listed(node.widgets_values)
    place = 0
    for entrance in inner.entrances:
        shown = shown_value(entrance, inner)
        if shown is UNSET:
            continue
        node.promoted.setdefault(entrance.name, shown)
        if place < len(values):
            node.promoted_places[entrance.name] = place
        if set_aside.get(entrance.name) is not None:
            node.promoted[entrance.name] = set_aside[entrance.name]
        elif place < len(values):
            node.promoted[entrance.name] = values[place]
        place += 1


def shown_value(entrance: Entrance, inner: Scope) -> Any:
    """The value inside of the widget that an input shows, or UNSET where it shows none."""
    for node, slot in targets(entrance, inner):
        if slot.widget is not None and slot.widget in node.widgets:
            value = node.widgets[slot.widget].value
            return None if value is UNSET else value
        if slot.name in node.promoted:
            return node.promoted[slot.name]
    return UNSET


def source(entrance: Entrance, inner: Scope, subgraphs: dict[str, Scope]) -> tuple[str, str] | None:
    """The node inside and its widget that an input shows; for a node that is a subgraph its input."""
    for node, slot in targets(entrance, inner):
        if node.type in subgraphs:
            return node.id, slot.name
        if slot.widget is not None and slot.widget in node.widgets:
            return node.id, slot.widget
    return None


def targets(entrance: Entrance, inner: Scope) -> Iterator[tuple[PageNode, Slot]]:
    """The nodes inside that an input feeds, each with the socket that its link ends at."""
    return (inner.ends[link] for link in entrance.links if link in inner.ends)


def _values_set_aside(node: PageNode) -> dict[str, Any]:
    """The values that the page kept where it could not bring an old list of shown widgets over."""
    found: dict[str, Any] = {}
    for entry in reversed(listed(node.properties.get("proxyWidgetErrorQuarantine"))):
        original, value = listed(mapping(entry).get("originalEntry")), mapping(entry).get("hostValue")
        is_own = len(original) >= 2 and original[0] == "-1" and isinstance(original[1], str)
        if is_own and value is not None:
            found[original[1]] = value
    return found
