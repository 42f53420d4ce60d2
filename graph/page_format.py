"""The page format, which people save and share, turned into the API format, which runs.

What the page alone knows how to resolve (subgraphs, group nodes) is refused by name, never guessed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from .contract import Definition
from .errors import InvalidWorkflow, Problem, brief, refuse, valid_names
from .page_links import PageLinks, Resolved
from .page_nodes import PageNode, read_nodes
from .page_widgets import widget_constants
from .widget_values import WrongValue

VIRTUAL = frozenset({"Note", "MarkdownNote", "Reroute", "PrimitiveNode"})


def is_page(raw: Any) -> bool:
    """Whether a JSON value is of the page format."""
    return isinstance(raw, Mapping) and isinstance(raw.get("nodes"), list)


def page_to_api(page: Mapping[str, Any], definitions: Mapping[str, Definition]) -> dict[str, Any]:
    """Convert a saved page as the page itself would when it is asked to run.

    Raises:
        InvalidWorkflow: it is malformed, or holds something that cannot be converted; each is named.
    """
    nodes = read_nodes(page)
    links = PageLinks(page, nodes)
    active = [node for node in nodes.values() if node.is_active and node.type not in VIRTUAL]
    problems = [problem for node in active if (problem := _unknown(node, page, definitions))]
    api: dict[str, Any] = {}
    if not problems:
        for node in active:
            try:
                api[node.id] = _convert(node, definitions[node.type], links)
            except WrongValue as wrong:
                problems.append(_problem(node, wrong.type, wrong.message, wrong.details))
    if problems:
        raise InvalidWorkflow(problems)
    if not api:
        raise refuse("prompt_no_outputs", "the workflow has no nodes that run")
    return api


def _convert(node: PageNode, definition: Definition, links: PageLinks) -> dict[str, Any]:
    inputs = {
        name: _wrapped(value) for name, value in widget_constants(definition, node.widgets_values).items()
    }
    for name, resolved in _resolved_inputs(node, links):
        if resolved.link is not None:
            inputs[name] = [resolved.link.node_id, resolved.link.output]
        elif resolved.has_value:
            inputs[name] = _wrapped(resolved.value)
    return {"class_type": node.type, "inputs": inputs, "_meta": {"title": node.title or definition.title}}


def _resolved_inputs(node: PageNode, links: PageLinks) -> Iterator[tuple[str, Resolved]]:
    for slot in node.inputs:
        if slot.link is not None:
            yield slot.name, links.resolve(slot)


def _wrapped(value: Any) -> Any:
    return {"__value__": value} if isinstance(value, list) else value


def _unknown(
    node: PageNode, page: Mapping[str, Any], definitions: Mapping[str, Definition]
) -> Problem | None:
    if node.type in definitions:
        return None
    if node.type in _subgraphs(page):
        message = "a subgraph cannot be run from a saved page yet"
        return _problem(
            node, "unsupported_subgraph", message, "unpack it on the page, or export the API format"
        )
    if node.type.startswith(("workflow/", "workflow>")):
        message = "a group node cannot be run from a saved page"
        return _problem(
            node, "unsupported_group_node", message, "unpack it on the page, or export the API format"
        )
    message = f"there is no node of the class {brief(node.type)}"
    return _problem(node, "missing_node_type", message, valid_names(node.type, definitions))


def _subgraphs(page: Mapping[str, Any]) -> frozenset[str]:
    held = page.get("definitions")
    found = held.get("subgraphs") if isinstance(held, Mapping) else None
    return (
        frozenset(str(s.get("id")) for s in found if isinstance(s, Mapping))
        if isinstance(found, list)
        else frozenset()
    )


def _problem(node: PageNode, type: str, message: str, details: str = "") -> Problem:
    return Problem(type, message, details, node.id, node.type, node.title)
