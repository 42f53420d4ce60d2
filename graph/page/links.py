"""Where a page's link really comes from: through reroutes, subgraphs, muted and bypassed nodes."""

from __future__ import annotations

from typing import Any, NamedTuple

from ..widget_values import WrongValue
from ..workflow import Link
from .instances import Instance, Unfolded
from .live import LivePage
from .nodes import Slot
from .scope import INSIDE
from .virtual import GETTERS, REROUTES, SETTERS, Setters, is_virtual, set_by


class Resolved(NamedTuple):
    """What an input gets: a link, a value (of a widget that a subgraph shows), or nothing."""

    link: Link | None = None
    value: Any = None
    has_value: bool = False


_NOTHING = Resolved()


class _Place(NamedTuple):
    """An input or an output of an instance on the way back, and the type that the last input asks for."""

    instance: Instance
    slot: int
    is_output: bool
    type: str | None


class PageLinks:
    """The links of a loaded page. What was found on the way is kept, so that long ways are gone once."""

    def __init__(self, live: LivePage, unfolded: Unfolded) -> None:
        self._live = live
        self._unfolded = unfolded
        self._setters = Setters(unfolded)
        self._found: dict[tuple[str, int, bool, str | None], Resolved] = {}

    def resolve(self, instance: Instance, slot: int) -> Resolved:
        """Follow the link into an input back to the node that makes the value.

        Raises:
            WrongValue: the link does not exist, leads nowhere, or in a circle.
        """
        place: _Place | Resolved = _Place(instance, slot, False, None)
        name = instance.node.inputs[slot].name
        passed: dict[tuple[str, int, bool, str | None], None] = {}
        while isinstance(place, _Place):
            key = (place.instance.id, place.slot, place.is_output, place.type)
            if key in passed:
                raise WrongValue("cycle", f"the link into {name} runs in a circle")
            if key in self._found:
                place = self._found[key]
                break
            passed[key] = None
            place = self._leave(place) if place.is_output else self._enter(place, name)
        self._found.update(dict.fromkeys(passed, place))
        return place

    def _enter(self, place: _Place, name: str) -> _Place | Resolved:
        """From an input to the output that it is linked to."""
        instance = place.instance
        if not 0 <= place.slot < len(instance.node.inputs):
            return _NOTHING
        slot = instance.node.inputs[place.slot]
        if slot.link is None:
            return _NOTHING
        wire = instance.scope.wires.get(slot.link)
        if wire is not None and wire.origin == INSIDE and instance.parent is not None:
            return self._enter_host(instance.parent, wire.slot, name)
        origin = None if wire is None else self._unfolded.beside(instance, wire.origin)
        if wire is None or origin is None:
            raise WrongValue("bad_linked_input", f"link {slot.link} into {name} leads nowhere")
        return _Place(origin, wire.slot, True, place.type or slot.type)

    def _enter_host(self, host: Instance, slot: int, name: str) -> _Place | Resolved:
        """From inside a subgraph to the input of the node that stands for it."""
        if not 0 <= slot < len(host.node.inputs):
            raise WrongValue("bad_linked_input", f"{name} is linked to input {slot} of node {host.id}")
        outer = host.node.inputs[slot]
        if outer.link is not None:
            return _Place(host, slot, False, None)
        if outer.name in host.node.promoted:
            return Resolved(value=host.node.promoted[outer.name], has_value=True)
        return _NOTHING

    def _leave(self, place: _Place) -> _Place | Resolved:
        """From an output to the input that it passes on, or to the node that makes the value."""
        instance, node = place.instance, place.instance.node
        if node.type in SETTERS and is_virtual(node.type, self._live.definitions):
            return _Place(instance, 0, False, place.type)
        if node.is_muted:
            return _NOTHING
        if node.is_bypassed:
            passed = _bypass(place)
            return _NOTHING if passed is None else _Place(instance, passed, False, None)
        inner = self._live.subgraphs.get(node.type)
        if inner is not None:
            return self._leave_subgraph(place)
        if is_virtual(node.type, self._live.definitions):
            return self._leave_virtual(place)
        return Resolved(Link(instance.id, place.slot))

    def _leave_subgraph(self, place: _Place) -> _Place | Resolved:
        host = place.instance
        wire = self._live.subgraphs[host.node.type].exit(place.slot)
        if wire is None:
            return _NOTHING
        if wire.origin == INSIDE:
            return self._enter_host(host, wire.slot, f"output {place.slot} of node {host.id}")
        inside = host.inside.get(wire.origin)
        if inside is None:
            raise WrongValue("bad_linked_input", f"output {place.slot} of node {host.id} comes from nowhere")
        return _Place(inside, wire.slot, True, place.type)

    def _leave_virtual(self, place: _Place) -> _Place | Resolved:
        node = place.instance.node
        if node.type in REROUTES:
            return _Place(place.instance, 0, False, place.type)
        if node.type in GETTERS:
            return _Place(set_by(place.instance, self._setters), 0, True, place.type)
        return _NOTHING


def _bypass(place: _Place) -> int | None:
    """The input of a bypassed node that goes on as its output: that in the same place, or one that fits."""
    inputs, wanted = place.instance.node.inputs, place.type or ""
    outputs = place.instance.node.outputs
    given = outputs[place.slot].type if 0 <= place.slot < len(outputs) else wanted
    if wanted in ("*", ""):
        return place.slot if len(inputs) > place.slot else 0 if inputs else None
    if 0 <= place.slot < len(inputs) and _fits(inputs[place.slot], given, wanted):
        return place.slot
    exact = next((place for place, slot in enumerate(inputs) if slot.type == wanted), None)
    if exact is not None:
        return exact
    return next((place for place, slot in enumerate(inputs) if _fits(slot, given, wanted)), None)


def _fits(slot: Slot, given: str, wanted: str) -> bool:
    return can_link(slot.type, given) and can_link(slot.type, wanted)


def can_link(one: str, other: str) -> bool:
    """Whether the page lets two socket types be linked: a wildcard, or a name in common, however spelt."""
    if one in ("", "*", "0") or other in ("", "*", "0") or one == other:
        return True
    names = {name or "*" for name in other.lower().split(",")}
    mine = {name or "*" for name in one.lower().split(",")}
    return "*" in names or "*" in mine or not names.isdisjoint(mine)
