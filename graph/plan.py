"""A workflow that has been checked: what runs, in which order, with which values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from .contract import Definition
from .order import reachable
from .workflow import Graph, Link, Node


class Step(NamedTuple):
    """One node, ready to run: constants of the right type, defaults filled in, links that exist.

    Both mappings are in the order of the definition, so that equal steps are equal to the byte. `parents`
    are the nodes it is linked to, each once; the strong ones have to run before it is asked anything. `lazy`
    names the links that are followed only when the node asks; `raw` those of which it gets the link itself.
    """

    node: Node
    definition: Definition
    constants: Mapping[str, Any]
    links: Mapping[str, Link]
    parents: tuple[str, ...] = ()
    strong_parents: tuple[str, ...] = ()
    lazy: frozenset[str] = frozenset()
    raw: frozenset[str] = frozenset()

    @property
    def title(self) -> str:
        """What the page shows as the node's name."""
        return self.node.title or self.definition.title


@dataclass(frozen=True)
class Plan:
    """The steps that the targets need, parents first, and the targets: the nodes a run is for.

    `graph` is the whole workflow and `definitions` all nodes that are known, for what joins while it runs.
    """

    steps: Mapping[str, Step]
    targets: tuple[str, ...]
    graph: Graph = field(default_factory=dict)
    definitions: Mapping[str, Definition] = field(default_factory=dict)


def needed_late(plan: Plan) -> frozenset[str]:
    """What feeds the nodes behind lazy links: until those are asked for, nobody knows who will read it."""
    lazy = [step.links[name].node_id for step in plan.steps.values() if step.lazy for name in step.lazy]
    behind = reachable(lazy, lambda node_id: plan.steps[node_id].parents)
    return frozenset(parent for node_id in behind for parent in plan.steps[node_id].parents)
