"""Set inputs of a saved workflow from outside: `node.input=value`, the node by id, title or class."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from .contract import Definition, Input
from .errors import InvalidWorkflow, Problem, brief, refuse, valid_names
from .validation import problem_at
from .widget_values import WrongValue, coerce
from .workflow import Graph, Node

PREFIX = "Scorefield"
_MOST_DOTS = 8


class Override(NamedTuple):
    """A new value for one input. `is_text` means it was typed by a person and the input says its type."""

    target: str
    value: Any
    is_text: bool = False


class Address(NamedTuple):
    """One input of one node of a graph."""

    node_id: str
    input_name: str


Settings = dict[Address, Any]


def parse_override(text: str) -> Override:
    """Read `TARGET=VALUE`; everything behind the first "=" is the value.

    Raises:
        InvalidWorkflow: there is no "=".
    """
    target, equals, value = text.partition("=")
    if not equals or not target.strip():
        raise refuse("invalid_override", f"{brief(text)} sets nothing", "write node.input=value")
    return Override(target.strip(), value, is_text=True)


def resolve(graph: Graph, overrides: Iterable[Override], definitions: Mapping[str, Definition]) -> Settings:
    """Find the inputs that overrides mean, and make the values what those inputs take.

    Raises:
        InvalidWorkflow: with every override that names nothing, too much, or a value that cannot be.
    """
    settings: Settings = {}
    problems = []
    for override in overrides:
        try:
            address, value = _resolve(graph, override, definitions)
            settings[address] = value
        except _Unresolved as unresolved:
            problems.append(unresolved.problem)
    if problems:
        raise InvalidWorkflow(problems)
    return settings


def with_settings(graph: Graph, settings: Settings) -> Graph:
    """The graph with those inputs set; a link that was there is replaced."""
    changed = dict(graph)
    for (node_id, input_name), value in settings.items():
        node = changed[node_id]
        changed[node_id] = node._replace(inputs={**node.inputs, input_name: value})
    return changed


def find_node(graph: Graph, name: str, definitions: Mapping[str, Definition]) -> str:
    """The id of the one node with that id, title or class (with or without the prefix).

    Raises:
        InvalidWorkflow: no node is called so, or several are.
    """
    try:
        return _find_node(graph, name, definitions, name)
    except _Unresolved as unresolved:
        raise InvalidWorkflow([unresolved.problem]) from None


class _Unresolved(Exception):  # noqa: N818 - carries a problem to where they are collected
    def __init__(self, problem: Problem) -> None:
        super().__init__(str(problem))
        self.problem = problem


def _resolve(graph: Graph, override: Override, definitions: Mapping[str, Definition]) -> tuple[Address, Any]:
    node, input_name = _find_input(graph, override.target, definitions)
    definition = definitions.get(node.class_type)
    declared = definition.input(input_name) if definition else None
    if definition is None or declared is None:
        known = [declared.name for declared in definition.inputs] if definition else []
        message = f"the override {brief(override.target)} names an input the node does not have"
        raise _Unresolved(
            problem_at(
                node, definition, "unknown_override", message, valid_names(input_name, known), input_name
            )
        )
    try:
        own = definition.validation
        within = own is None or not own.covers(input_name)
        return Address(node.id, input_name), _value(declared, override, within)
    except WrongValue as wrong:
        raise _Unresolved(
            problem_at(node, definition, wrong.type, wrong.message, wrong.details, input_name)
        ) from None


def _find_input(graph: Graph, target: str, definitions: Mapping[str, Definition]) -> tuple[Node, str]:
    """The node and the name of its input, which it may not have.

    Titles and the names of inputs may hold dots: the shortest name of an input that leads to a node counts.
    """
    parts = target.split(".")
    splits = [(".".join(parts[:cut]), ".".join(parts[cut:])) for cut in range(len(parts) - 1, 0, -1)]
    if not splits or not splits[0][0]:
        message = f"the override {brief(target)} names no input"
        raise _Unresolved(Problem("unknown_override", message, "write node.input=value"))
    refusals = []
    for name, input_name in splits[:_MOST_DOTS]:
        try:
            return graph[_find_node(graph, name, definitions, target)], input_name
        except _Unresolved as unresolved:
            refusals.append(unresolved)
    raise refusals[0]


def _find_node(graph: Graph, name: str, definitions: Mapping[str, Definition], target: str) -> str:
    if name in graph:
        return name
    titles = {node.id: _title(graph, node.id, definitions) for node in graph.values()}
    by_title = [node_id for node_id, title in titles.items() if title == name]
    by_class = [node.id for node in graph.values() if node.class_type in (name, PREFIX + name)]
    found = by_title or by_class
    if len(found) == 1:
        return found[0]
    if found:
        message = f"{brief(target)}: {len(found)} nodes are called {brief(name)}"
        raise _Unresolved(
            Problem("ambiguous_override", message, "name one by its id: " + ", ".join(found[:20]))
        )
    names = dict.fromkeys(
        [*titles.values(), *(n.class_type.removeprefix(PREFIX) for n in graph.values()), *graph]
    )
    message = f"{brief(target)}: no node has the id, title or class {brief(name)}"
    raise _Unresolved(Problem("unknown_override", message, valid_names(name, filter(None, names))))


def _title(graph: Graph, node_id: str, definitions: Mapping[str, Definition]) -> str:
    node = graph[node_id]
    definition = definitions.get(node.class_type)
    return node.title or (definition.title if definition else "")


def _value(declared: Input, override: Override, within: bool) -> Any:
    value = _from_text(declared, override.value) if override.is_text else override.value
    coerced = coerce(declared, value, within)
    if declared.type == "INT" and isinstance(value, float) and coerced != value:
        raise WrongValue("invalid_input_type", f"{brief(value)} is not a whole number")
    return coerced


def _from_text(declared: Input, text: str) -> Any:
    if declared.type == "INT":
        return _whole(text)
    if declared.type == "COMBO":
        return _chosen(declared.allowed(), text)
    if declared.type in ("FLOAT", "STRING", "BOOLEAN"):
        return text
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text


def _chosen(choices: Sequence[Any], text: str) -> Any:
    """The choice that is written so, or that is the number or truth written so: 1 is the choice 1.0."""
    written = next((choice for choice in choices if str(choice) == text), None)
    if written is not None:
        return written
    value = {"true": True, "false": False}.get(text.strip().lower(), _whole(text))
    alike = (c for c in choices if isinstance(c, bool) is isinstance(value, bool) and c == value)
    return text if isinstance(value, str) else next(alike, text)


def _whole(text: str) -> Any:
    """A count as people type it: 1000 or 1e3, but not 12.7."""
    try:
        return int(text)
    except ValueError:
        pass
    try:
        return float(text)
    except ValueError:
        return text
