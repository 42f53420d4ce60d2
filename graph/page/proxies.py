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

from ..definitions import listed
from ..widget_values import WrongValue
from .entrances import add_entrance
from .hosts import source
from .nodes import PageNode, Slot
from .primitives import PRIMITIVE
from .proxied_primitives import REPLACED, is_fed, replaced
from .scope import Scope

_PREFIX = re.compile(r"^\s*(\d+)\s*:\s*(.+)$")
_OWN = "-1"
_DEEPEST = 100


class _Loaded(Protocol):
    @property
    def subgraphs(self) -> dict[str, Scope]: ...

    @property
    def hosts(self) -> Mapping[str, list[PageNode]]: ...

    @property
    def problems(self) -> dict[int, WrongValue]: ...


@dataclass(slots=True)
class _Entry:
    """An entry of the list: a node and its widget, and what is deeper inside where names are equal."""

    node_id: str
    widget: str
    deeper: str | None
    place: int
    value: Any


class _Plan(NamedTuple):
    """What to do with an entry: an input that is there, or a node to make one for, of a socket or in place
    of a primitive; or nothing."""

    input_name: str | None = None
    node: PageNode | None = None
    slot: Slot | None = None


def carry_proxies(host: PageNode, inner: Scope, live: _Loaded) -> None:
    """Carry a node's list over to inputs of its subgraph, with the values the node holds for them."""
    entries = list(_entries(host, inner, live.subgraphs))
    if not entries:
        return
    plans = _plans(entries, inner, live.subgraphs)
    hosts = live.hosts[inner.id]
    primitives: dict[str, list[_Entry]] = {}
    for entry, plan in zip(entries, plans, strict=True):
        if plan.input_name is not None:
            _set(host, plan.input_name, entry)
        elif plan.node is not None and plan.slot is not None:
            fed = [(plan.node, plan.slot)]
            _set(host, add_entrance(inner, entry.widget, plan.slot.type, fed, hosts), entry)
        elif plan.node is not None:
            primitives.setdefault(plan.node.id, []).append(entry)
    for node_id, group in primitives.items():
        names = {entry.widget for entry in group}
        made = replaced(inner.nodes[node_id], names, inner, hosts, live.problems)
        given = next((entry for entry in group if entry.value is not None), None)
        if made is not None and given is not None:
            _set(host, made, given)
    for entry, plan in zip(entries, plans, strict=True):
        if plan == _Plan() and entry.node_id == _OWN:
            _set(host, entry.widget, entry)


def _set(host: PageNode, input_name: str, entry: _Entry) -> None:
    if entry.value is not None and input_name in host.promoted:
        host.promoted[input_name] = entry.value
        host.promoted_places[input_name] = entry.place


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
    for place, (node_id, widget, *deeper) in enumerate(listed(raw)):
        value = values[place] if place < len(values) else None
        entry = _Entry(node_id, widget, deeper[0] if deeper else None, place, value)
        if not _is_there(node_id, widget, inner, subgraphs):
            _strip(entry)
        yield entry


def _is_entry(entry: Any) -> bool:
    return isinstance(entry, list) and len(entry) in (2, 3) and all(isinstance(part, str) for part in entry)


def _strip(entry: _Entry) -> None:
    """Old names are led by the ids of the nodes on the way in."""
    while match := _PREFIX.match(entry.widget):
        entry.deeper, entry.widget = match[1], match[2]


def _is_there(node_id: str, widget: str, inner: Scope, subgraphs: dict[str, Scope]) -> bool:
    for _ in range(_DEEPEST):
        node = inner.nodes.get(node_id)
        if node is None or node.type not in subgraphs:
            return node is not None and widget in node.widgets
        scope = subgraphs[node.type]
        entrance = next((each for each in scope.entrances if each.name == widget), None)
        found = None if entrance is None else source(entrance, scope, subgraphs)
        if found is None:
            return False
        inner, (node_id, widget) = scope, found
    return False


def _plans(entries: list[_Entry], inner: Scope, subgraphs: dict[str, Scope]) -> list[_Plan]:
    names = {each.name for each in inner.entrances}
    shown: dict[tuple[str, str] | None, str] = {}
    for entrance in inner.entrances:
        shown.setdefault(source(entrance, inner, subgraphs), entrance.name)
    return [
        _Plan(input_name=shown[entry.node_id, entry.widget])
        if (entry.node_id, entry.widget) in shown
        else _plan(entry, inner, subgraphs, names)
        for entry in entries
    ]


def _plan(entry: _Entry, inner: Scope, subgraphs: dict[str, Scope], names: set[str]) -> _Plan:
    node = inner.nodes.get(entry.node_id)
    if node is None:
        return _Plan()
    if node.type == PRIMITIVE:
        made = node.properties.get(REPLACED)
        if isinstance(made, str) and made in names:
            return _Plan(input_name=made)
        return _Plan(node=node) if is_fed(node, inner) else _Plan()
    scope = subgraphs.get(node.type)
    slot = _slot(entry, node) if scope is None else _slot_of_host(entry, node, scope, subgraphs)
    return _Plan() if slot is None else _Plan(node=node, slot=slot)


def _slot(entry: _Entry, node: PageNode) -> Slot | None:
    widget = node.widgets.get(entry.widget)
    if widget is None or widget.type == "AUDIO_UI":  # the latter shows something, and has no value
        return None
    return next((slot for slot in node.inputs if slot.widget == entry.widget), None)


def _slot_of_host(entry: _Entry, node: PageNode, scope: Scope, subgraphs: dict[str, Scope]) -> Slot | None:
    for entrance, slot in zip(scope.entrances, node.inputs, strict=False):
        found = source(entrance, scope, subgraphs)
        if entry.deeper is not None:
            matches = found == (entry.deeper, entry.widget)
        else:
            matches = slot.name == entry.widget or (found is not None and found[1] == entry.widget)
        if matches:
            return slot if slot.name in node.promoted else None
    return None
