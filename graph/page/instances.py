"""The nodes of a page as they run: those of a subgraph once for every node that stands for it.

Ids are paths through the nodes that hold them: `12:7` is the node 7 inside the node 12.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from ..errors import InvalidWorkflow, Problem
from .live import LivePage
from .nodes import PageNode
from .scope import Scope

MOST = 250_000
"""More nodes than this are not unfolded: subgraphs that hold each other twice grow without bounds."""


@dataclass(slots=True, eq=False)
class Instance:
    """One node at one place, and the node that stands for the subgraph it is in, if it is in one."""

    id: str
    node: PageNode
    scope: Scope
    parent: Instance | None
    inside: dict[str, Instance] = field(default_factory=dict)


@dataclass(slots=True)
class Unfolded:
    """Every instance in the page's order, and those of the page's own graph by id."""

    every: list[Instance]
    top: dict[str, Instance]

    def beside(self, instance: Instance, node_id: str) -> Instance | None:
        """The instance of another node of the same graph."""
        return (self.top if instance.parent is None else instance.parent.inside).get(node_id)


def unfold(live: LivePage) -> Unfolded:
    """The instances of a page; what stands for a subgraph is one, and what is inside follows it.

    Raises:
        InvalidWorkflow: a subgraph is inside itself, or there are too many nodes.
    """
    _refuse_endless(live)
    found = Unfolded([], {})
    waiting = [Instance(node.id, node, live.root, None) for node in reversed(live.root.nodes.values())]
    while waiting:
        instance = waiting.pop()
        found.every.append(instance)
        (found.top if instance.parent is None else instance.parent.inside)[instance.node.id] = instance
        inner = live.subgraphs.get(instance.node.type)
        # One that is switched off inside another still runs what it holds, unless that is off too.
        if inner is not None and (instance.parent is not None or instance.node.is_active):
            prefix = instance.id + ":"
            waiting.extend(
                Instance(prefix + node.id, node, inner, instance) for node in reversed(inner.nodes.values())
            )
    return found


def _refuse_endless(live: LivePage) -> None:
    sizes: dict[str, int] = {}
    for scope in live.scopes:
        size = 0
        for node in scope.nodes.values():
            if node.type in live.subgraphs and node.type not in sizes:
                message = "the subgraph that it stands for is inside itself"
                raise InvalidWorkflow([Problem("cycle", message, "", node.id, node.type, node.title)])
            size += 1 + sizes.get(node.type, 0)
        sizes[scope.id] = size
    if sizes[live.root.id] > max(MOST, len(live.root.nodes)):
        message = f"the page's subgraphs unfold to {sizes[live.root.id]:,} nodes; {MOST:,} are read at most"
        raise InvalidWorkflow([Problem("invalid_prompt", message)])
