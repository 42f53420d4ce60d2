"""Let a node check its own constants."""

from __future__ import annotations

from collections.abc import Mapping

from .awaiting import resolved
from .contract import Definition, OwnValidation
from .errors import brief
from .plan import Step
from .signature import present_inputs
from .widget_values import WrongValue
from .workflow import Graph


def ask_the_node(
    step: Step, own: OwnValidation, graph: Graph, definitions: Mapping[str, Definition]
) -> list[tuple[str | None, WrongValue]]:
    """What the node finds wrong, with the input it concerns where it checks a single one."""
    place = next(iter(own.inputs)) if own.inputs is not None and len(own.inputs) == 1 else None
    try:
        verdict = resolved(own.call(step.node.id, present_inputs(step), _received(step, graph, definitions)))
    except Exception as error:
        message = f"the node's own check failed: {type(error).__name__}: {brief(str(error), 200)}"
        return [(place, WrongValue("exception_during_validation", message))]
    if verdict is True:
        return []
    said = "" if verdict is False or verdict is None else f": {verdict}"
    message = f"the node does not accept what it is given{said}"
    return [(place, WrongValue("custom_validation_failed", message))]


def _received(step: Step, graph: Graph, definitions: Mapping[str, Definition]) -> dict[str, str]:
    types = {}
    for name, link in step.links.items():
        source = definitions.get(graph[link.node_id].class_type) if link.node_id in graph else None
        output = None if source is None else source.output(link.output)
        if output is not None:
            types[name] = output.type
    return types
