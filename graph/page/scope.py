"""A page's graph and the subgraphs on it: each a set of nodes with the links between them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from ..definitions import listed, mapping
from .nodes import PageNode, Slot, name_of, read_nodes

INSIDE, OUTSIDE = "-10", "-20"
"""The ids that links give for the edge of a subgraph: where its inputs enter and its outputs leave."""


class Wire(NamedTuple):
    """A link of a page: from which output of which node, to which node."""

    origin: str
    slot: int
    target: str
    target_slot: int


@dataclass(slots=True)
class Entrance:
    """An input of a subgraph, and the links inside that start at it."""

    name: str
    type: str
    links: list[str]


@dataclass(slots=True)
class Scope:
    """The page itself, or one of its subgraphs.

    `exits` holds the links that end at each of its outputs, `ends` the socket that each link ends at,
    once the nodes have the sockets that the page gives them.
    """

    id: str
    nodes: dict[str, PageNode]
    wires: dict[str, Wire]
    entrances: list[Entrance]
    exits: list[list[str]]
    ends: dict[str, tuple[PageNode, Slot]] = field(default_factory=dict)

    def find_ends(self) -> None:
        """Find where each link ends: at the first socket of its node that names it."""
        for node in self.nodes.values():
            for slot in node.inputs:
                wire = None if slot.link is None else self.wires.get(slot.link)
                if slot.link is not None and wire is not None and wire.target == node.id:
                    self.ends.setdefault(slot.link, (node, slot))

    def exit(self, place: int) -> Wire | None:
        """The link that feeds one of its outputs, or None; unreadable entries count as absent."""
        named = (self.wires.get(link) for link in self.exits[place]) if 0 <= place < len(self.exits) else ()
        return next((wire for wire in named if wire), None)


class Raw(NamedTuple):
    """A page as JSON: its own graph, and its subgraphs by id, those inside others included."""

    page: Mapping[str, Any]
    subgraphs: dict[str, Mapping[str, Any]]


def read_raw(page: Mapping[str, Any]) -> Raw:
    """Find the subgraphs of a page."""
    found: dict[str, Mapping[str, Any]] = {}
    waiting = [page]
    while waiting:
        for raw in listed(mapping(waiting.pop().get("definitions")).get("subgraphs")):
            subgraph = mapping(raw)
            name = subgraph.get("id")
            if isinstance(name, str) and name not in found:
                found[name] = subgraph
                waiting.append(subgraph)
    return Raw(page, found)


def read_scope(id: str, raw: Mapping[str, Any]) -> Scope:
    """Read one graph; unreadable links count as absent, and are named where a node needs them.

    Raises:
        InvalidWorkflow: a node without id or type, or two with one id.
    """
    wires: dict[str, Wire] = {}
    for link in listed(raw.get("links")):
        _read_wire(link, wires)
    entrances = [
        Entrance(str(each.get("name", "")), str(each.get("type", "*")), _link_names(each))
        for each in map(mapping, listed(raw.get("inputs")))
    ]
    exits = [_link_names(mapping(each)) for each in listed(raw.get("outputs"))]
    _mend(exits, {(w.target, w.target_slot): link for link, w in reversed(wires.items())}, OUTSIDE, wires)
    starts = {(w.origin, w.slot): link for link, w in reversed(wires.items())}
    _mend([each.links for each in entrances], starts, INSIDE, wires)
    return Scope(id, read_nodes(raw.get("nodes")), wires, entrances, exits)


def _link_names(raw: Mapping[str, Any]) -> list[str]:
    return [name for link in listed(raw.get("linkIds")) if (name := name_of(link)) is not None]


def _mend(
    edge: list[list[str]], at: Mapping[tuple[str, int], str], side: str, wires: Mapping[str, Wire]
) -> None:
    """Where an input or output of a subgraph lists links that are gone, put the one that is there."""
    for place, links in enumerate(edge):
        found = at.get((side, place))
        links[:] = [found if link not in wires and found is not None else link for link in links]


def _read_wire(raw: Any, wires: dict[str, Wire]) -> None:
    if isinstance(raw, list) and len(raw) >= 5:
        link, origin, slot, target, target_slot = raw[:5]
    elif isinstance(raw, Mapping):
        link, origin, slot = raw.get("id"), raw.get("origin_id"), raw.get("origin_slot")
        target, target_slot = raw.get("target_id"), raw.get("target_slot")
    else:
        return
    link_name, origin_name, target_name = name_of(link), name_of(origin), name_of(target)
    if link_name is not None and origin_name is not None and isinstance(slot, int):
        place = target_slot if isinstance(target_slot, int) else -1
        wires[link_name] = Wire(origin_name, slot, target_name or "", place)
