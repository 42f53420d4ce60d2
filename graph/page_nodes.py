"""The nodes of a saved page, read with care: the file may come from anywhere."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from .errors import InvalidWorkflow, Problem, brief

_MUTED, _BYPASSED = 2, 4


class Slot(NamedTuple):
    """An input socket of a page's node, or an output, which has no single link."""

    name: str
    type: str
    link: str | None = None


class PageNode(NamedTuple):
    """A node as the page saves it. `widgets_values` is a list, a mapping, or None."""

    id: str
    type: str
    title: str
    mode: int
    inputs: tuple[Slot, ...]
    outputs: tuple[Slot, ...]
    widgets_values: Any

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


def read_nodes(page: Mapping[str, Any]) -> dict[str, PageNode]:
    """The nodes of a page by id.

    Raises:
        InvalidWorkflow: a node without id or type, or two with one id.
    """
    nodes: dict[str, PageNode] = {}
    problems = []
    for position, raw in enumerate(page["nodes"]):
        node = _read_node(raw)
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


def _read_node(raw: Any) -> PageNode | None:
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
        inputs=_slots(raw.get("inputs")),
        outputs=_slots(raw.get("outputs")),
        widgets_values=raw.get("widgets_values"),
    )


def name_of(raw: Any) -> str | None:
    """An id of a page, a number or a text, as a text; None if it is neither."""
    return str(raw) if isinstance(raw, (int, str)) and not isinstance(raw, bool) else None


def _slots(raw: Any) -> tuple[Slot, ...]:
    if not isinstance(raw, list):
        return ()
    return tuple(
        Slot(str(slot.get("name", "")), str(slot.get("type", "")), name_of(slot.get("link")))
        if isinstance(slot, Mapping)
        else Slot("", "")
        for slot in raw
    )
