"""Primitives inside a subgraph that older pages show on its node: an input takes the primitive's place."""

from __future__ import annotations

from collections.abc import Sequence

from ..definitions import DYNAMIC_COMBO
from ..widget_values import WrongValue
from .entrances import add_entrance
from .nodes import PageNode, Slot
from .primitives import PRIMITIVE
from .scope import Scope, Wire

REPLACED = "proxyBypassedToSubgraphInput"
"""The property in which the page notes the input that has taken a primitive's place."""

_Fed = tuple[PageNode, Slot, Wire]


def is_fed(primitive: PageNode, inner: Scope) -> bool:
    """Whether a primitive feeds anything."""
    return bool(_fed(primitive, inner))


def replaced(
    primitive: PageNode,
    names: set[str],
    inner: Scope,
    hosts: Sequence[PageNode],
    problems: dict[int, WrongValue],
) -> str | None:
    """Put an input in the place of a primitive, as the page does; its name, or None where it cannot.

    The page finds the widgets that the primitive feeds by the places the file gives for their sockets.
    Where it finds none that fits it leaves the primitive alone; where it finds another than the linked
    one, nobody can want what comes of it, and the node gets a problem.

    Args:
        primitive: the primitive.
        names: what its widget is called where it is listed.
        inner: the subgraph that it is in.
        hosts: the nodes that stand for the subgraph so far.
        problems: takes the problems, by `id(node)`.
    """
    fed = _fed(primitive, inner)
    kind = primitive.outputs[0].type if primitive.outputs else "*"
    found = [(node, _at(node, slot, wire)) for node, slot, wire in fed]
    fitting = [(node, slot) for node, slot in found if slot is not None and _fits(slot, kind)]
    if len(names) != 1 or len(fitting) != len(fed) or len({_terms(*each) for each in fitting}) != 1:
        return None
    for (node, slot, _), (_, mistaken) in zip(fed, fitting, strict=True):
        if mistaken is not slot:
            message = f"the page mistakes another input for {slot.name}, which node {primitive.id} feeds"
            problems[id(node)] = WrongValue("bad_linked_input", message, "save the page again")
    title = primitive.title if primitive.title not in ("", PRIMITIVE) else min(names)
    made = add_entrance(inner, title, kind, [(node, slot) for node, slot, _ in fed], hosts)
    primitive.properties = {**primitive.properties, REPLACED: made}
    return made


def _fed(primitive: PageNode, inner: Scope) -> list[_Fed]:
    links = primitive.outputs[0].links if primitive.outputs else []
    return [(*inner.ends[link], inner.wires[link]) for link in links if link in inner.ends]


def _at(node: PageNode, slot: Slot, wire: Wire) -> Slot | None:
    """The socket at the place that the file gives; behind a choice that brings inputs it is counted anew."""
    counted = next((p for p, each in enumerate(node.inputs) if each.type == DYNAMIC_COMBO), len(node.inputs))
    if any(each is slot for each in node.inputs[counted:]):
        return slot
    return node.inputs[wire.target_slot] if 0 <= wire.target_slot < len(node.inputs) else None


def _fits(slot: Slot, kind: str) -> bool:
    return kind in (slot.type, "*") or slot.type == "*"


def _terms(node: PageNode, slot: Slot) -> str:
    """What widgets must have in common to hang on one input."""
    widget = node.widgets.get(slot.widget or "")
    declared = widget.declared if widget else None
    options = declared.options if declared else {}
    return repr((slot.type, *(options.get(key) for key in ("min", "max", "step"))))
