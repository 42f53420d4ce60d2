"""Check a workflow against the definitions of its nodes, and plan what has to run."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from .contract import Definition, Input
from .errors import InvalidWorkflow, Problem, brief, valid_names
from .order import Cycle, ancestors_first, reachable
from .own_validation import ask_the_node
from .plan import Plan, Step
from .steps import sorted_out
from .widget_values import WrongValue, coerce
from .workflow import Graph, Link, Node

Definitions = Mapping[str, Definition]


def plan(graph: Graph, definitions: Definitions, targets: Sequence[str] | None = None) -> Plan:
    """Check everything that the targets need, and put it in order.

    Args:
        graph: the workflow.
        definitions: every node that is known, by class.
        targets: the ids a run is for; by default every output node.

    Raises:
        InvalidWorkflow: with every problem that was found.
    """
    problems = list(_unknown_classes(graph, definitions))
    wanted = _targets(graph, definitions, targets, problems)
    order = _order(graph, definitions, wanted, problems)
    steps: dict[str, Step] = {}
    for node_id in order:
        node = graph[node_id]
        definition = definitions.get(node.class_type)
        if definition is not None:
            steps[node_id] = _step(node, definition, graph, definitions, problems)
    if problems:
        raise InvalidWorkflow(problems)
    return Plan(steps, tuple(wanted), graph, definitions)


def problem_at(
    node: Node,
    definition: Definition | None,
    type: str,
    message: str,
    details: str = "",
    input_name: str | None = None,
) -> Problem:
    """A problem that names its node as a person knows it."""
    title = node.title or (definition.title if definition else "")
    return Problem(type, message, details, node.id, node.class_type, title, input_name)


def _unknown_classes(graph: Graph, definitions: Definitions) -> Iterator[Problem]:
    unknown = [node for node in graph.values() if node.class_type not in definitions]
    # Looking for close names takes its time; a file with more unknown classes than this needs no hints.
    hints = {node.class_type: valid_names(node.class_type, definitions) for node in unknown[:20]}
    for node in unknown:
        message = f"there is no node of the class {brief(node.class_type)}"
        yield problem_at(node, None, "missing_node_type", message, hints.get(node.class_type, ""))


def _targets(
    graph: Graph, definitions: Definitions, asked: Sequence[str] | None, problems: list[Problem]
) -> list[str]:
    if asked is None:
        outputs = [n.id for n in graph.values() if _is_output(definitions.get(n.class_type))]
        if not outputs and not problems:
            details = "a workflow needs at least one node that saves or shows something"
            problems.append(Problem("prompt_no_outputs", "the workflow has no output node", details))
        return outputs
    if not asked:
        problems.append(Problem("prompt_no_outputs", "no output was asked for", "name a node to run for"))
    for node_id in asked:
        if node_id not in graph:
            message = f"there is no node {brief(node_id)} to run"
            problems.append(Problem("prompt_no_outputs", message, valid_names(node_id, graph)))
    return [node_id for node_id in dict.fromkeys(asked) if node_id in graph]


def _is_output(definition: Definition | None) -> bool:
    return definition is not None and definition.output_node


def _order(
    graph: Graph, definitions: Definitions, targets: Sequence[str], problems: list[Problem]
) -> list[str]:
    def parents(node_id: str) -> list[str]:
        values = graph[node_id].inputs.values()
        return [v.node_id for v in values if v.__class__ is Link and v.node_id in graph]

    try:
        return ancestors_first(targets, parents)
    except Cycle as cycle:
        node = graph[cycle.path[0]]
        path = " → ".join(cycle.path if len(cycle.path) < 12 else (*cycle.path[:10], "…", cycle.path[-1]))
        message = f"the node depends on its own output: {path}"
        problems.append(problem_at(node, definitions.get(node.class_type), "cycle", message))
        return reachable(targets, parents)


def _step(
    node: Node, definition: Definition, graph: Graph, definitions: Definitions, problems: list[Problem]
) -> Step:
    wrong: list[tuple[str | None, WrongValue]] = []
    own = definition.validation

    def take(declared: Input, value: Any) -> Any:
        try:
            return coerce(declared, value, own is None or not own.covers(declared.name))
        except WrongValue as refused:
            wrong.append((declared.name, refused))

    step = sorted_out(node, definition, take)
    for name in definition.required:
        if node.inputs.get(name) is None and name not in step.constants:
            wrong.append((name, _missing(definition, name)))
    for name, link in step.links.items():
        checks_type = own is None or not own.checks_types
        refused = _wrong_link(definition, name, link, graph, definitions, checks_type)
        if refused is not None:
            wrong.append((name, refused))
    if own is not None and not wrong:
        wrong.extend(ask_the_node(step, own, graph, definitions))
    for input_name, refused in wrong:
        problems.append(
            problem_at(node, definition, refused.type, refused.message, refused.details, input_name)
        )
    return step


def _missing(definition: Definition, name: str) -> WrongValue:
    declared = definition.input(name)
    details = (
        f"link it to an output of the type {declared.type}" if declared and not declared.is_widget else ""
    )
    return WrongValue("required_input_missing", "the input is required and missing", details)


def _wrong_link(
    definition: Definition, name: str, link: Link, graph: Graph, definitions: Definitions, checks_type: bool
) -> WrongValue | None:
    parent = graph.get(link.node_id)
    if parent is None:
        message = f"it is linked to node {brief(link.node_id)}, which does not exist"
        return WrongValue("bad_linked_input", message)
    source = definitions.get(parent.class_type)
    declared = definition.input(name)
    if source is None or declared is None:
        return None
    given = source.output(link.output)
    if given is not None and (not checks_type or is_compatible(given.type, declared)):
        return None
    place = f"output {link.output} of node {parent.id} ({parent.class_type})"
    if given is None:
        message = f"it is linked to {place}, which has {len(source.outputs)}"
        return WrongValue("bad_linked_input", message)
    message = f"it takes {declared.type}, but {place} is {given.type}"
    return WrongValue("return_type_mismatch", message)


def is_compatible(given: str, declared: Input) -> bool:
    """Whether an output of that type may be linked to the input: equal, in a union, or a wildcard.

    A wildcard is "*", or what a pack makes one by a text that is never unequal to another.
    """
    if not given != declared.type or given == "*" or "*" in declared.types:  # noqa: SIM202 - see above
        return True
    return not declared.types.isdisjoint(part.strip() for part in given.split(","))
