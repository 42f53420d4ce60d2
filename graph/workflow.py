"""A workflow as values: nodes by id, each with its constants and its links. Read from the API format."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from .errors import InvalidWorkflow, Problem, brief, refuse


class Link(NamedTuple):
    """An output of another node."""

    node_id: str
    output: int


class Node(NamedTuple):
    """One node as the file gives it. `inputs` holds constants and `Link`s; `title` may be empty."""

    id: str
    class_type: str
    inputs: Mapping[str, Any]
    title: str = ""


Graph = dict[str, Node]


def read_api(raw: Any) -> Graph:
    """Read the API format, `{id: {"class_type", "inputs", "_meta"}}`.

    Raises:
        InvalidWorkflow: it is not of that form; every node at fault is named.
    """
    if not isinstance(raw, Mapping):
        raise refuse("invalid_prompt", f"a workflow is a JSON object, not {brief(raw)}")
    if not raw:
        raise refuse("prompt_no_outputs", "the workflow has no nodes")
    graph: Graph = {}
    problems = []
    for key, body in raw.items():
        read = read_node(str(key), body)
        if isinstance(read, Problem):
            problems.append(read)
        else:
            graph[read.id] = read
    if problems:
        raise InvalidWorkflow(problems)
    return graph


def read_node(node_id: str, body: Any) -> Node | Problem:
    """Read one node of the API format, or say what is wrong with it."""
    if not isinstance(body, dict):
        return Problem("invalid_prompt", f"a node is an object, not {brief(body)}", node_id=node_id)
    class_type = body.get("class_type")
    if not isinstance(class_type, str):
        return Problem("missing_node_type", "the node has no class_type", node_id=node_id)
    inputs = body.get("inputs", {})
    if not isinstance(inputs, dict):
        message = f"inputs is an object, not {brief(inputs)}"
        return Problem("invalid_prompt", message, node_id=node_id, class_type=class_type)
    meta = body.get("_meta")
    title = meta.get("title", "") if isinstance(meta, dict) else ""
    values = {name: _read_value(value) for name, value in inputs.items()}
    return Node(node_id, class_type, values, title if isinstance(title, str) else "")


def as_link(value: Any) -> Link | None:
    """The link that a JSON value `[node id, slot]` stands for, or None."""
    if isinstance(value, list) and len(value) == 2:
        node_id, slot = value
        if isinstance(node_id, str) and type(slot) in (int, float):
            return Link(node_id, int(slot) if slot == slot // 1 else -1)
    return None


def _read_value(value: Any) -> Any:
    if value.__class__ is list:
        return as_link(value) or value
    if isinstance(value, dict) and value.keys() == {"__value__"}:
        return value["__value__"]
    return value


def write_api(graph: Graph, wrap_lists: bool = True) -> dict[str, Any]:
    """Write a graph in the API format; `read_api` gives the same graph back.

    Without `wrap_lists` constants that are lists stand bare, as they do inside ComfyUI's executor.
    """
    return {
        node.id: {
            "class_type": node.class_type,
            "inputs": {name: _write_value(value, wrap_lists) for name, value in node.inputs.items()},
            **({"_meta": {"title": node.title}} if node.title else {}),
        }
        for node in graph.values()
    }


def _write_value(value: Any, wrap_lists: bool) -> Any:
    if isinstance(value, Link):
        return [value.node_id, value.output]
    # A bare list of two could be read back as a link, which is what the page guards against too.
    return {"__value__": value} if wrap_lists and isinstance(value, list) else value
