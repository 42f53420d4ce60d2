"""Inputs that a subgraph gets while its page is loaded, for widgets that older pages only listed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from .hosts import shown_value
from .nodes import UNSET, PageNode, Slot
from .scope import INSIDE, Entrance, Scope, Wire


def add_entrance(
    inner: Scope,
    name: str,
    type: str,
    fed: Iterable[tuple[PageNode, Slot]],
    hosts: Sequence[PageNode],
) -> str:
    """Give a subgraph one more input, linked to sockets inside; its name, which may get a number.

    Args:
        inner: the subgraph.
        name, type: what the input is called, and of which socket type it is.
        fed: the nodes inside with the sockets that it is to feed.
        hosts: the nodes that stand for the subgraph so far; each gets the input too.
    """
    entrance = Entrance(_unique(name, inner), type, [])
    inner.entrances.append(entrance)
    for node, slot in fed:
        link = f"{entrance.name} to {node.id}.{slot.name}"
        inner.wires[link] = Wire(INSIDE, len(inner.entrances) - 1, node.id, -1)
        inner.ends.pop(slot.link or "", None)
        inner.ends[link] = (node, slot)
        entrance.links.append(link)
        slot.link = link
    shown = shown_value(entrance, inner)
    for host in hosts:
        host.inputs.append(Slot(entrance.name, type))
        if shown is not UNSET:
            host.promoted.setdefault(entrance.name, shown)
    return entrance.name


def _unique(name: str, inner: Scope) -> str:
    taken = {each.name for each in inner.entrances}
    unique, number = name, 1
    while unique in taken:
        unique, number = f"{name}_{number}", number + 1
    return unique
