"""Stands for `comfy_execution.graph_utils`: build the graph that a node gives in its place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ...graph.current import CURRENT


def is_link(value: object) -> bool:
    """Whether a value is a link: a list of a node's id and a number."""
    return (
        isinstance(value, list)
        and len(value) == 2
        and isinstance(value[0], str)
        and isinstance(value[1], int | float)
    )


class ExecutionBlocker:
    """Given as an output, keeps whoever takes it from running; with a message, that is an error."""

    def __init__(self, message: str | None = None) -> None:
        self.message = message


class Node:
    """One node of a graph that is being built."""

    def __init__(self, id: str, class_type: str, inputs: dict[str, Any]) -> None:
        self.id = id
        self.class_type = class_type
        self.inputs = inputs
        self.override_display_id: str | None = None

    def out(self, index: int) -> list[Any]:
        """A link to one of its outputs."""
        return [self.id, index]

    def set_input(self, key: str, value: Any) -> None:
        """Set an input; None takes it away."""
        if value is None:
            self.inputs.pop(key, None)
        else:
            self.inputs[key] = value

    def get_input(self, key: str) -> Any:
        """An input, or None."""
        return self.inputs.get(key)

    def set_override_display_id(self, override_display_id: str) -> None:
        """Say which node of the page shows what this one does."""
        self.override_display_id = override_display_id

    def serialize(self) -> dict[str, Any]:
        """The node in API format."""
        written: dict[str, Any] = {"class_type": self.class_type, "inputs": self.inputs}
        if self.override_display_id is not None:
            written["override_display_id"] = self.override_display_id
        return written


class GraphBuilder:
    """Nodes under a common prefix. Without one given, it is new for every builder of every call, and the
    same again in the next run, so that results of the new nodes can be kept."""

    def __init__(self, prefix: str | None = None) -> None:
        self.prefix = self.alloc_prefix() if prefix is None else prefix
        self.nodes: dict[str, Node] = {}
        self.id_gen = 1

    @classmethod
    def alloc_prefix(
        cls, root: str | None = None, call_index: int | None = None, graph_index: int | None = None
    ) -> str:
        """A prefix of the running node's id, the index of its call, and how many it has taken before."""
        call = CURRENT.get()
        if call is None:
            return f"{root or ''}.{call_index or 0}.{graph_index or 0}."
        root = call.context.node_id if root is None else root
        call_index = call.index if call_index is None else call_index
        graph_index = call.graphs if graph_index is None else graph_index
        call.graphs += 1
        return f"{root}.{call_index}.{graph_index}."

    def node(self, class_type: str, id: str | None = None, **kwargs: Any) -> Node:
        """Add a node, or give the one that has that id already. Inputs are values, or links by `out`."""
        if id is None:
            id, self.id_gen = str(self.id_gen), self.id_gen + 1
        return self.nodes.setdefault(self.prefix + id, Node(self.prefix + id, class_type, kwargs))

    def lookup_node(self, id: str) -> Node | None:
        """The node added under that id, or None."""
        return self.nodes.get(self.prefix + id)

    def finalize(self) -> dict[str, Any]:
        """The graph in API format."""
        return {node_id: node.serialize() for node_id, node in self.nodes.items()}

    def replace_node_output(self, node_id: str, index: int, new_value: Any) -> None:
        """Give whoever takes that output something else instead; None takes their input away."""
        old = (self.prefix + node_id, index)
        for node in self.nodes.values():
            for key, value in list(node.inputs.items()):
                if is_link(value) and (value[0], value[1]) == old:
                    node.set_input(key, new_value)

    def remove_node(self, id: str) -> None:
        """Take a node out; links to it stay."""
        del self.nodes[self.prefix + id]


def add_graph_prefix(
    graph: Mapping[str, Any], outputs: Sequence[Any], prefix: str
) -> tuple[dict[str, Any], tuple[Any, ...]]:
    """A graph and its outputs with every id behind a prefix."""

    def moved(value: Any) -> Any:
        return [prefix + value[0], value[1]] if is_link(value) else value

    renamed = {
        prefix + node_id: {
            "class_type": node["class_type"],
            "inputs": {name: moved(value) for name, value in node.get("inputs", {}).items()},
        }
        for node_id, node in graph.items()
    }
    return renamed, tuple(moved(value) for value in outputs)
