"""What a server says of a workflow that it will not run, as our problems."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ..graph.errors import Problem, brief
from ..graph.workflow import Graph


def problems_of(answer: Any, graph: Graph, titles: Mapping[str, str]) -> list[Problem]:
    """The problems in the answer to POST /prompt: of each node, or else of the workflow; maybe none.

    Args:
        answer: the JSON, `{"error": …, "node_errors": …}`.
        graph: the workflow that was sent.
        titles: what its nodes are called.
    """
    if not isinstance(answer, Mapping):
        return []
    found = list(_of_nodes(answer.get("node_errors"), graph, titles))
    error = answer.get("error")
    if not found and error:
        found.append(_of_workflow(error, graph, titles))
    return found


def _of_nodes(errors: Any, graph: Graph, titles: Mapping[str, str]) -> Iterator[Problem]:
    for node_id, told in errors.items() if isinstance(errors, Mapping) else ():
        entries = told.get("errors") if isinstance(told, Mapping) else None
        for entry in entries if isinstance(entries, list) else ():
            if isinstance(entry, Mapping):
                yield _problem(entry, str(node_id), graph, titles)


def _of_workflow(error: Any, graph: Graph, titles: Mapping[str, str]) -> Problem:
    if not isinstance(error, Mapping):
        return Problem("invalid_prompt", f"the server refuses the workflow: {brief(error, 200)}")
    named = _extra(error).get("node_id")
    return _problem(error, None if named is None else str(named), graph, titles)


def _problem(
    entry: Mapping[str, Any], node_id: str | None, graph: Graph, titles: Mapping[str, str]
) -> Problem:
    message = _text(entry.get("message")) or "the server refuses it"
    details = _text(entry.get("details"))
    input_name = _extra(entry).get("input_name")
    node = None if node_id is None else graph.get(node_id)
    return Problem(
        _text(entry.get("type")) or "invalid_prompt",
        message,
        "" if details in (message, input_name) else details,
        node_id,
        node.class_type if node else None,
        titles.get(node_id) if node_id is not None else None,
        input_name if isinstance(input_name, str) else None,
    )


def _extra(entry: Mapping[str, Any]) -> Mapping[str, Any]:
    extra = entry.get("extra_info")
    return extra if isinstance(extra, Mapping) else {}


def _text(value: Any) -> str:
    return " ".join(value.split())[:400] if isinstance(value, str) else ""
