"""Widgets that older pages show on a subgraph's node by listing them, carried over as the page does.

`properties.proxyWidgets` lists `[node inside, its widget]`; the page makes an input of the subgraph of
each entry that is none yet. The values in `widgets_values` are in the order of that list.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

from ..definitions import DYNAMIC_COMBO, listed
from ..widget_values import WrongValue
from .hosts import add_entrance, source
from .nodes import PageNode, Slot
from .scope import INSIDE, Entrance, Scope, Wire

_REPLACED = "proxyBypassedToSubgraphInput"
_PREFIX = re.compile(r"^\s*(\d+)\s*:\s*(.+)$")


class _Loaded(Protocol):
    @property
    def subgraphs(self) -> dict[str, Scope]: ...

    @property
    def hosts(self) -> Mapping[str, list[PageNode]]: ...

    @property
    def problems(self) -> dict[int, WrongValue]: ...


@dataclass(slots=True)
class _Entry:
    node_id: str
    widget: str
    place: int
    value: Any
    has_value: bool
    deeper: str | None = None


def carry_proxies(host: PageNode, inner: Scope, live: _Loaded) -> None:
    """Carry a node's list over to inputs of its subgraph, with the values the node holds for them."""
    primitives: dict[str, list[_Entry]] = {}
    entries = list(_entries(host, inner, live.subgraphs))
    plans = [_plan(entry, entries, host, inner, live.subgraphs) for entry in entries]
    for entry, plan in zip(entries, plans, strict=True):
        if plan.input_name is not None:
            _set(host, plan.input_name, entry)
        elif plan.slot is not None and plan.node is not None:
            _set(host, _new_entrance(plan.node, plan.slot, entry.widget, inner, live).name, entry)
        elif plan.node is not None:
            primitives.setdefault(plan.node.id, []).append(entry)
        elif entry.node_id == "-1":
            _set(host, entry.widget, entry)
    for node_id, group in primitives.items():
        _replace_primitive(host, inner.nodes[node_id], group, inner, live)


class _Plan(NamedTuple):
    """An input that is there; or a node with the socket to make one of; or a primitive; or nothing."""

    input_name: str | None = None
    node: PageNode | None = None
    slot: Slot | None = None


def _entries(host: PageNode, inner: Scope, subgraphs: dict[str, Scope]) -> Iterator[_Entry]:
    raw = host.properties.get("proxyWidgets")
    if isinstance(raw, str):
        try:
            raw = json.loads(raw)
        except (ValueError, RecursionError):
            return
    if not all(_is_entry(entry) for entry in listed(raw)):
        return
    values = listed(host.widgets_values)
    for place, entry in enumerate(listed(raw)):
        value = values[place] if place < len(values) else None
        read = _Entry(entry[0], entry[1], place, value, value is not None)
        read.deeper = entry[2] if len(entry) > 2 else None
        if not _is_there(entry[0], entry[1], inner, subgraphs):
            _strip(read)
        yield read


def _is_entry(entry: Any) -> bool:
    return isinstance(entry, list) and len(entry) in (2, 3) and all(isinstance(part, str) for part in entry)


def _strip(entry: _Entry) -> None:
    """Old names are led by the ids of the nodes on the way in."""
    while match := _PREFIX.match(entry.widget):
        entry.deeper, entry.widget = match.group(1), match.group(2)


def _is_there(node_id: str, widget: str, inner: Scope, subgraphs: dict[str, Scope]) -> bool:
    for _ in range(100):
        node = inner.nodes.get(node_id)
        if node is None:
            return False
        if node.type not in subgraphs:
            return widget in node.widgets
        scope = subgraphs[node.type]
        entrance = next((each for each in scope.entrances if each.name == widget), None)
        found = None if entrance is None else source(entrance, scope, subgraphs)
        if found is None:
            return False
        inner, (node_id, widget) = scope, found
    return False


def _plan(
    entry: _Entry, entries: list[_Entry], host: PageNode, inner: Scope, subgraphs: dict[str, Scope]
) -> _Plan:
    for entrance in inner.entrances:
        if source(entrance, inner, subgraphs) == (entry.node_id, entry.widget):
            return _Plan(input_name=entrance.name)
    node = inner.nodes.get(entry.node_id)
    if node is None:
        return _Plan()
    if node.type == "PrimitiveNode":
        made = node.properties.get(_REPLACED)
        if isinstance(made, str) and any(each.name == made for each in inner.entrances):
            return _Plan(input_name=made)
        return _Plan(node=node) if _primitive_links(node, inner) else _Plan()
    slot = _slot(entry, node, subgraphs)
    return _Plan() if slot is None else _Plan(node=node, slot=slot)


def _slot(entry: _Entry, node: PageNode, subgraphs: dict[str, Scope]) -> Slot | None:
    if node.type in subgraphs:
        scope = subgraphs[node.type]
        for entrance, slot in zip(scope.entrances, node.inputs, strict=False):
            found = source(entrance, scope, subgraphs)
            if entry.deeper is not None:
                matches = found == (entry.deeper, entry.widget)
            else:
                matches = slot.name == entry.widget or (found is not None and found[1] == entry.widget)
            if matches:
                return slot if slot.name in node.promoted else None
        return None
    widget = node.widgets.get(entry.widget)
    if widget is None or widget.type == "AUDIO_UI":  # the latter shows something, and has no value
        return None
    return next((slot for slot in node.inputs if slot.widget == entry.widget), None)


def _new_entrance(node: PageNode, slot: Slot, name: str, inner: Scope, live: _Loaded) -> Entrance:
    entrance = _add(inner, name, slot.type)
    _connect(entrance, node, slot, inner)
    for host in live.hosts[inner.id]:
        add_entrance(host, entrance, inner)
    return entrance


def _add(inner: Scope, name: str, type: str) -> Entrance:
    taken = {each.name for each in inner.entrances}
    unique, number = name, 1
    while unique in taken:
        unique, number = f"{name}_{number}", number + 1
    entrance = Entrance(unique, type, [])
    inner.entrances.append(entrance)
    return entrance


def _connect(entrance: Entrance, node: PageNode, slot: Slot, inner: Scope) -> None:
    link = f"proxy {len(inner.wires)} {entrance.name}"
    place = next(place for place, each in enumerate(inner.entrances) if each is entrance)
    inner.wires[link] = Wire(INSIDE, place, node.id, -1)
    entrance.links.append(link)
    slot.link = link


def _primitive_links(primitive: PageNode, inner: Scope) -> list[tuple[PageNode, Slot, Wire]]:
    found = []
    for link in primitive.outputs[0].links if primitive.outputs else []:
        node = inner.targets(link)
        slot = next((slot for slot in node.inputs if slot.link == link), None) if node else None
        if node is not None and slot is not None:
            found.append((node, slot, inner.wires[link]))
    return found


def _replace_primitive(
    host: PageNode, primitive: PageNode, group: list[_Entry], inner: Scope, live: _Loaded
) -> None:
    """An input takes the place of a primitive that feeds several widgets.

    The page finds the widgets by the places that the file gives for their sockets. Where it finds none
    that fits it leaves the primitive alone; where it finds another than the linked one, nobody can want
    what comes of it, and the node is refused.
    """
    fed = _primitive_links(primitive, inner)
    kind = primitive.outputs[0].type if primitive.outputs else "*"
    meant = [_at(node, slot, wire) for node, slot, wire in fed]
    if len({entry.widget for entry in group}) > 1 or not all(slot and _fit(slot, kind) for slot in meant):
        return
    if len({_terms(node, slot) for (node, _, _), slot in zip(fed, meant, strict=True) if slot}) != 1:
        return
    for (node, slot, _), found in zip(fed, meant, strict=True):
        if found is not slot:
            message = f"the page mistakes another input for {slot.name}, which node {primitive.id} feeds"
            live.problems[id(node)] = WrongValue("bad_linked_input", message, "save the page again")
    title = primitive.title if primitive.title not in ("", "PrimitiveNode") else group[0].widget
    entrance = _add(inner, title, kind)
    for node, slot, _ in fed:
        _connect(entrance, node, slot, inner)
    primitive.outputs[0].links.clear()
    primitive.properties = {**primitive.properties, _REPLACED: entrance.name}
    for each in live.hosts[inner.id]:
        add_entrance(each, entrance, inner)
    given = next((entry for entry in group if entry.has_value), None)
    if given is not None:
        _set(host, entrance.name, given)


def _at(node: PageNode, slot: Slot, wire: Wire) -> Slot | None:
    """The socket at the place that the file gives; behind a choice that brings inputs it is counted anew."""
    counted = next((p for p, each in enumerate(node.inputs) if each.type == DYNAMIC_COMBO), len(node.inputs))
    if any(each is slot for each in node.inputs[counted:]):
        return slot
    return node.inputs[wire.target_slot] if 0 <= wire.target_slot < len(node.inputs) else None


def _fit(slot: Slot, kind: str) -> bool:
    return kind in (slot.type, "*") or slot.type == "*"


def _terms(node: PageNode, slot: Slot) -> str:
    """What widgets must have in common to hang on one input."""
    widget = node.widgets.get(slot.widget or "")
    declared = widget.declared if widget else None
    options = declared.options if declared else {}
    return repr((slot.type, *(options.get(key) for key in ("min", "max", "step"))))


def _set(host: PageNode, input_name: str, entry: _Entry) -> None:
    if entry.has_value and input_name in host.promoted:
        host.promoted[input_name] = entry.value
        host.promoted_places[input_name] = entry.place
