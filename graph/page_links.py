"""Where a page's link really comes from, through reroutes, primitives, muted and bypassed nodes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from .page_nodes import PageNode, Slot, name_of
from .widget_values import WrongValue
from .workflow import Link


class _Wire(NamedTuple):
    origin: str
    slot: int


class Resolved(NamedTuple):
    """What an input gets: a link, a value (from a primitive), or nothing."""

    link: Link | None = None
    value: Any = None
    has_value: bool = False


class PageLinks:
    """The links of a page; unreadable entries count as absent, and are named where a node needs them."""

    def __init__(self, page: Mapping[str, Any], nodes: Mapping[str, PageNode]) -> None:
        self._nodes = nodes
        self._wires: dict[str, _Wire] = {}
        links = page.get("links")
        for raw in links if isinstance(links, list) else []:
            _read_wire(raw, self._wires)

    def resolve(self, slot: Slot) -> Resolved:
        """Follow the link into an input back to the node that makes the value.

        Raises:
            WrongValue: the link does not exist, leads nowhere, or in a circle.
        """
        link, seen = slot.link, set[str]()
        while link is not None:
            if link in seen:
                raise WrongValue("cycle", f"the link into {slot.name} runs in a circle")
            seen.add(link)
            wire, node = self._origin(link, slot)
            if node.is_muted:
                return Resolved()
            if node.is_bypassed:
                link = _bypass(node, wire.slot, slot.type)
            elif node.type == "Reroute":
                link = node.inputs[0].link if node.inputs else None
            elif node.type == "PrimitiveNode":
                return _primitive(node, slot)
            else:
                return Resolved(Link(node.id, wire.slot))
        return Resolved()

    def _origin(self, link: str, slot: Slot) -> tuple[_Wire, PageNode]:
        wire = self._wires.get(link)
        node = self._nodes.get(wire.origin) if wire else None
        if wire is None or node is None:
            raise WrongValue("bad_linked_input", f"link {link} into {slot.name} leads nowhere")
        return wire, node


def _read_wire(raw: Any, wires: dict[str, _Wire]) -> None:
    if isinstance(raw, list) and len(raw) >= 5:
        link, origin, slot = raw[0], raw[1], raw[2]
    elif isinstance(raw, Mapping):
        link, origin, slot = raw.get("id"), raw.get("origin_id"), raw.get("origin_slot")
    else:
        return
    link_name, origin_name = name_of(link), name_of(origin)
    if link_name is not None and origin_name is not None and isinstance(slot, int):
        wires[link_name] = _Wire(origin_name, slot)


def _bypass(node: PageNode, output: int, wanted: str) -> str | None:
    """The link into a bypassed node that goes on as its output: the same place, or the first of its type."""
    type_name = node.outputs[output].type if 0 <= output < len(node.outputs) else wanted
    if output < len(node.inputs) and node.inputs[output].type == type_name:
        return node.inputs[output].link
    return next((slot.link for slot in node.inputs if slot.type == type_name), None)


def _primitive(node: PageNode, slot: Slot) -> Resolved:
    values = node.widgets_values
    if isinstance(values, list) and values:
        return Resolved(value=values[0], has_value=True)
    raise WrongValue("bad_linked_input", f"node {node.id} (PrimitiveNode) holds no value for {slot.name}")
