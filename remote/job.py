"""A workflow that is ready to be sent, in the terms of the server that will run it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from ..graph.contract import Definition
from ..graph.errors import InvalidWorkflow, Problem
from ..graph.loading import Source
from ..graph.order import Cycle, ancestors_first
from ..graph.overrides import Override, Settings, resolve, with_settings
from ..graph.page_settings import page_with_settings
from ..graph.workflow import Graph, Link
from .uploads import with_local_files


class RemoteJob(NamedTuple):
    """The graph, the page it comes from, and what leads to its outputs, parents first."""

    graph: Graph
    page: Mapping[str, Any] | None
    order: tuple[str, ...]
    titles: Mapping[str, str]


def prepare(
    source: Source,
    definitions: Mapping[str, Definition],
    overrides: Iterable[Override] = (),
    input_folder: Path = Path("input"),
) -> RemoteJob:
    """Apply overrides. Whether the workflow is valid is for the server to say, who knows its nodes.

    Raises:
        InvalidWorkflow: an override is not valid, or a node depends on itself.
    """
    settings = resolve(source.graph, overrides, with_local_files(definitions, input_folder))
    graph, page = with_values(source.graph, source.page, settings, definitions)
    titles = {node.id: node.title or _title(definitions, node.class_type) for node in graph.values()}
    return RemoteJob(graph, page, _order(graph, definitions), titles)


def with_values(
    graph: Graph,
    page: Mapping[str, Any] | None,
    settings: Settings,
    definitions: Mapping[str, Definition],
) -> tuple[Graph, Mapping[str, Any] | None]:
    """The graph and its page with inputs set."""
    return with_settings(graph, settings), page_with_settings(page, graph, settings, definitions)


def _title(definitions: Mapping[str, Definition], class_type: str) -> str:
    definition = definitions.get(class_type)
    return definition.title if definition else class_type


def _order(graph: Graph, definitions: Mapping[str, Definition]) -> tuple[str, ...]:
    def parents(node_id: str) -> list[str]:
        values = graph[node_id].inputs.values()
        return [value.node_id for value in values if isinstance(value, Link) and value.node_id in graph]

    outputs = [node.id for node in graph.values() if _is_output(definitions.get(node.class_type))]
    try:
        return tuple(ancestors_first(outputs, parents))
    except Cycle as cycle:
        node = graph[cycle.path[0]]
        title = node.title or _title(definitions, node.class_type)
        message = f"the node depends on its own output: {' → '.join(cycle.path[:12])}"
        raise InvalidWorkflow([Problem("cycle", message, "", node.id, node.class_type, title)]) from None


def _is_output(definition: Definition | None) -> bool:
    return definition is not None and definition.output_node
