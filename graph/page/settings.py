"""Carry overrides into the saved page, so that a picture opens as the graph that made it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from ..contract import Definition
from ..definitions import listed, mapping
from ..errors import InvalidWorkflow
from ..overrides import Address, Settings
from .format import page_to_api
from .instances import Instance, Unfolded, unfold
from .live import ROOT, load_page
from .nodes import PageNode
from .primitives import PRIMITIVE
from .scope import INSIDE

Page = Mapping[str, Any]
Definitions = Mapping[str, Definition]


def page_with_settings(page: Page | None, settings: Settings, definitions: Definitions) -> Page | None:
    """The page with the widgets set, or None where it cannot show what ran.

    A value goes where the page keeps it: into the node, into the node that shows its widget for a
    subgraph, or into the primitive that feeds it. A page that shows other values than those that ran
    would be wrong; without one, whoever opens the picture falls back to the prompt, which is right. So
    the changed page is converted, and kept only if it gives the old prompt with the new values.
    """
    if page is None or not settings:
        return page
    now = datetime.now()
    try:
        wanted = page_to_api(page, definitions, now)
        changed = _changed(page, settings, definitions)
        if changed is None:
            return None
        for address, value in settings.items():
            wanted[address.node_id]["inputs"][address.input_name] = (
                {"__value__": value} if isinstance(value, list) else value
            )
        return changed if page_to_api(changed, definitions, now) == wanted else None
    except (InvalidWorkflow, KeyError, RecursionError):
        return None


class _Spot(NamedTuple):
    """Where a page keeps a value: an index of a node's `widgets_values`, a name, or a list to put there."""

    scope: str
    node: PageNode
    place: int | str
    values: list[Any] | None = None


def _changed(page: Page, settings: Settings, definitions: Definitions) -> Page | None:
    live = load_page(page, definitions)
    unfolded = unfold(live)
    instances = {each.id: each for each in unfolded.every}
    for address, value in settings.items():
        instance = instances.get(address.node_id)
        spot = None if instance is None else _spot(instance, address, unfolded)
        page = {} if spot is None else _with_value(page, spot, value)
        if not page:
            return None
    return page


def _spot(instance: Instance, address: Address, unfolded: Unfolded) -> _Spot | None:
    node, name = instance.node, address.input_name
    slot = next((slot for slot in node.inputs if slot.name == name), None)
    if slot is not None and slot.link is not None:
        return _spot_behind(instance, slot.link, unfolded)
    widget = node.widgets.get(name)
    if widget is not None and isinstance(node.widgets_values, Mapping):
        return _Spot(instance.scope.id, node, name)
    return None if widget is None or widget.place is None else _Spot(instance.scope.id, node, widget.place)


def _spot_behind(instance: Instance, link: str, unfolded: Unfolded) -> _Spot | None:
    """Where the value comes from that a link into a widget gives, if another widget holds it."""
    while True:
        wire = instance.scope.wires.get(link)
        if wire is None or wire.origin != INSIDE or instance.parent is None:
            break
        instance = instance.parent
        slot = instance.node.inputs[wire.slot] if 0 <= wire.slot < len(instance.node.inputs) else None
        if slot is None or slot.link is None:
            return None if slot is None else _shown_spot(instance, slot.name)
        link = slot.link
    origin = None if wire is None else unfolded.beside(instance, wire.origin)
    if origin is None or origin.node.type != PRIMITIVE:
        return None
    return _Spot(instance.scope.id, origin.node, 0)


def _shown_spot(host: Instance, name: str) -> _Spot | None:
    node = host.node
    if name in node.promoted_places:
        return _Spot(host.scope.id, node, node.promoted_places[name])
    if name not in node.promoted or "proxyWidgets" in node.properties:
        return None
    return _Spot(host.scope.id, node, list(node.promoted).index(name), list(node.promoted.values()))


def _with_value(page: Page, spot: _Spot, value: Any) -> Page:
    """The page with the value in its place; empty where the place is not there."""
    if spot.scope == ROOT:
        return {**page, "nodes": _with_node(listed(page.get("nodes")), spot, value)}
    held = mapping(page.get("definitions"))
    subgraphs = [
        {**each, "nodes": _with_node(listed(each.get("nodes")), spot, value)}
        if isinstance(each, Mapping) and each.get("id") == spot.scope
        else each
        for each in listed(held.get("subgraphs"))
    ]
    return {**page, "definitions": {**held, "subgraphs": subgraphs}}


def _with_node(nodes: list[Any], spot: _Spot, value: Any) -> list[Any]:
    raw = mapping(nodes[spot.node.position])
    kept = raw.get("widgets_values") if spot.values is None else spot.values
    changed: Any = kept
    if isinstance(kept, Mapping):
        changed = {**kept, spot.place: value}
    elif isinstance(kept, list) and isinstance(spot.place, int):
        changed = [*kept[: spot.place], value, *kept[spot.place + 1 :]]
    nodes[spot.node.position] = {**raw, "widgets_values": changed}
    return nodes
