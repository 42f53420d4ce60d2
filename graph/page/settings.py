"""Carry overrides into the saved page, so that a picture opens as the graph that made it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .contract import Definition
from .overrides import Address, Settings
from .page_nodes import name_of
from .page_widgets import widget_places
from .widget_values import WrongValue
from .workflow import Graph, Link

Page = Mapping[str, Any]


def page_with_settings(
    page: Page | None, graph: Graph, settings: Settings, definitions: Mapping[str, Definition]
) -> Page | None:
    """The page with the widgets set, or None where a setting has no widget on it.

    A page that shows other values than those that ran would be wrong; without one, whoever opens the
    picture falls back to the prompt, which is right.
    """
    if page is None or not settings:
        return page
    nodes = {name_of(raw["id"]): raw for raw in page["nodes"] if isinstance(raw, Mapping) and "id" in raw}
    for address, value in settings.items():
        raw = nodes.get(address.node_id)
        values = None if raw is None else _with_value(raw, address, value, graph, definitions)
        if raw is None or values is None:
            return None
        nodes[address.node_id] = {**raw, "widgets_values": values}
    return {**page, "nodes": list(nodes.values())}


def _with_value(
    raw: Mapping[str, Any],
    address: Address,
    value: Any,
    graph: Graph,
    definitions: Mapping[str, Definition],
) -> Any:
    node = graph[address.node_id]
    if isinstance(node.inputs.get(address.input_name), Link):
        return None
    values = raw.get("widgets_values")
    if isinstance(values, Mapping):
        return {**values, address.input_name: value}
    if not isinstance(values, list):
        return None
    try:
        place = widget_places(definitions[node.class_type], values).get(address.input_name)
    except WrongValue:
        return None
    return None if place is None else [*values[:place], value, *values[place + 1 :]]
