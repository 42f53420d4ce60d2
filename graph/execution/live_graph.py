"""The graph while it runs: the workflow, and the nodes that expansions have added to it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any, NamedTuple

from ..errors import brief
from ..plan import Plan, Step
from ..steps import step_of
from ..workflow import Node, read_node, write_api


class _Added(NamedTuple):
    parent: str
    display: str
    written: Mapping[str, Any]


class UnknownNode(KeyError):  # noqa: N818 - names what is wrong
    """A node refers to another that is nowhere in the graph."""

    def __str__(self) -> str:
        return str(self.args[0])


class LiveGraph:
    """Steps by id, and of the nodes that were added, who added them and who shows them.

    It is also what packs know as the "dynamic prompt": `get_node` and its kin speak the API format.
    """

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._planned = plan.steps
        self._late: dict[str, Step] = {}
        self._added: dict[str, _Added] = {}

    def step(self, node_id: str) -> Step:
        """The step of a node; one that no target needed so far is prepared now.

        Raises:
            UnknownNode: there is no such node, or none of its class.
        """
        found = self._planned.get(node_id) or self._late.get(node_id)
        if found is None:
            node = self._plan.graph.get(node_id)
            if node is None:
                raise UnknownNode(f"there is no node {brief(node_id)} in the graph")
            found = self._late[node_id] = self._prepared(node)
        return found

    def add(self, graph: Mapping[str, Any], by: str) -> list[str]:
        """Add the nodes of an expansion, and give their ids.

        Raises:
            ValueError: an id that is there already, or something that is no node.
            UnknownNode: a class that does not exist.
        """
        nodes = {}
        for node_id, written in graph.items():
            if self.has_node(node_id):
                raise ValueError(f"the expansion adds the node {brief(node_id)}, which is there already")
            node = read_node(node_id, written)
            if not isinstance(node, Node):
                raise ValueError(f"the expansion adds something that is no node: {node}")
            nodes[node_id] = self._prepared(node)
        for node_id, step in nodes.items():
            display = graph[node_id].get("override_display_id") or by
            self._added[node_id] = _Added(by, str(display), graph[node_id])
            self._late[node_id] = step
        return list(nodes)

    def _prepared(self, node: Node) -> Step:
        definition = self._plan.definitions.get(node.class_type)
        if definition is None:
            raise UnknownNode(f"there is no node of the class {brief(node.class_type)}")
        return step_of(node, definition)

    def is_added(self, node_id: str) -> bool:
        """Whether an expansion brought it."""
        return node_id in self._added

    def get_node(self, node_id: str) -> Mapping[str, Any]:
        """A node in API format."""
        added = self._added.get(node_id)
        if added is not None:
            return added.written
        node: Mapping[str, Any] | None = self._written.get(node_id)
        if node is None:
            raise UnknownNode(f"there is no node {brief(node_id)} in the graph")
        return node

    def has_node(self, node_id: str) -> bool:
        """Whether there is a node of that id."""
        return node_id in self._added or node_id in self._plan.graph

    def all_node_ids(self) -> set[str]:
        """Every id."""
        return {*self._plan.graph, *self._added}

    def get_parent_node_id(self, node_id: str) -> str | None:
        """The node whose expansion added it, or None."""
        added = self._added.get(node_id)
        return None if added is None else added.parent

    def lineage(self, node_id: str) -> Iterator[str]:
        """The node, the one whose expansion added it, and so on to one that the workflow holds."""
        yield node_id
        while node_id in self._added:
            node_id = self._added[node_id].parent
            yield node_id

    def get_real_node_id(self, node_id: str) -> str:
        """The node of the workflow it stems from."""
        while node_id in self._added:
            node_id = self._added[node_id].parent
        return node_id

    def get_display_node_id(self, node_id: str) -> str:
        """The node of the page that shows what it does."""
        while node_id in self._added:
            node_id = self._added[node_id].display
        return node_id

    def get_original_prompt(self) -> Mapping[str, Any]:
        """The graph as it was at the start, in API format."""
        return self._written

    @cached_property
    def prompt(self) -> Mapping[str, Any]:
        """The graph as it was at the start, as files carry it."""
        return write_api(self._plan.graph)

    @cached_property
    def _written(self) -> dict[str, Any]:
        # Packs read constants straight from here, so that lists stand bare.
        return write_api(self._plan.graph, wrap_lists=False)
