"""The nodes of a saved page, read with care: the file may come from anywhere."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ..contract import Input
from ..definitions import listed, mapping
from ..errors import InvalidWorkflow, Problem, brief

_MUTED, _BYPASSED = 2, 4


@dataclass(slots=True)
class Slot:
    """An input socket of a page's node; `widget` names the widget that it stands beside."""

    name: str
    type: str
    link: str | None = None
    widget: str | None = None


@dataclass(slots=True)
class Outlet:
    """An output socket of a page's node, and the links that leave it."""

    type: str
    links: list[str]


class Unset:
    """The value of a widget that has none: nothing of it goes into a prompt."""

    def __repr__(self) -> str:
        return "unset"


UNSET = Unset()


@dataclass(slots=True)
class Widget:
    """A widget as the page draws it: its value, and the index in `widgets_values` that the value has.

    `is_saved` says that `widgets_values` holds it, `is_sent` that a prompt does.
    """

    name: str
    type: str
    value: Any
    is_saved: bool = True
    is_sent: bool = True
    declared: Input | None = None
    place: int | str | None = None


@dataclass(slots=True)
class PageNode:
    """A node as the page saves it, and the widgets it has once the page has drawn it.

    `position` is its place in the page's list, which holds its JSON.
    `promoted` holds, for a node that stands for a subgraph, the values of the inputs that show a widget
    from inside, and `promoted_places` their indexes in `widgets_values`.
    """

    id: str
    type: str
    title: str
    mode: int
    inputs: list[Slot]
    outputs: list[Outlet]
    widgets_values: Any
    properties: Mapping[str, Any]
    position: int = 0
    widgets: dict[str, Widget] = field(default_factory=dict)
    promoted: dict[str, Any] = field(default_factory=dict)
    promoted_places: dict[str, int] = field(default_factory=dict)

    @property
    def is_muted(self) -> bool:
        """Whether it is switched off, and what it would feed with it."""
        return self.mode == _MUTED

    @property
    def is_bypassed(self) -> bool:
        """Whether what comes in goes on unchanged."""
        return self.mode == _BYPASSED

    @property
    def is_active(self) -> bool:
        """Whether it runs."""
        return not self.is_muted and not self.is_bypassed


def read_nodes(raw_nodes: Any) -> dict[str, PageNode]:
    """The nodes of a page, or of a subgraph on it, by id.

    Raises:
        InvalidWorkflow: a node without id or type, or two with one id.
    """
    nodes: dict[str, PageNode] = {}
    problems = []
    for position, raw in enumerate(listed(raw_nodes)):
        node = _read_node(raw, position)
        if node is None:
            message = f"entry {position} of the page's nodes has no id and type: {brief(raw)}"
            problems.append(Problem("invalid_prompt", message))
        elif node.id in nodes:
            problems.append(
                Problem("invalid_prompt", "two nodes have this id", "", node.id, node.type, node.title)
            )
        else:
            nodes[node.id] = node
    if problems:
        raise InvalidWorkflow(problems)
    return nodes


def _read_node(raw: Any, position: int) -> PageNode | None:
    if not isinstance(raw, Mapping) or not isinstance(raw.get("type"), str):
        return None
    node_id = name_of(raw.get("id"))
    if node_id is None:
        return None
    title, mode = raw.get("title"), raw.get("mode", 0)
    return PageNode(
        id=node_id,
        type=raw["type"],
        title=title if isinstance(title, str) else "",
        mode=mode if isinstance(mode, int) else 0,
        inputs=[_slot(slot) for slot in listed(raw.get("inputs"))],
        outputs=[_outlet(outlet) for outlet in listed(raw.get("outputs"))],
        widgets_values=raw.get("widgets_values"),
        properties=mapping(raw.get("properties")),
        position=position,
    )


def name_of(raw: Any) -> str | None:
    """An id of a page, a number or a text, as a text; None if it is neither."""
    if raw.__class__ is int or raw.__class__ is str:
        return str(raw)
    return str(raw) if isinstance(raw, (int, str)) and not isinstance(raw, bool) else None


def _slot(raw: Any) -> Slot:
    if not isinstance(raw, Mapping):
        return Slot("", "")
    widget = mapping(raw.get("widget")).get("name")
    return Slot(
        str(raw.get("name", "")),
        _type_of(raw),
        name_of(raw.get("link")),
        widget if isinstance(widget, str) else None,
    )


def _outlet(raw: Any) -> Outlet:
    links = [name_of(link) for link in listed(mapping(raw).get("links"))]
    return Outlet(_type_of(mapping(raw)), [link for link in links if link is not None])


def _type_of(raw: Mapping[str, Any]) -> str:
    # Old pages hold the choices of a combo where its type should be.
    kind = raw.get("type", "")
    return "COMBO" if isinstance(kind, list) else str(kind)
