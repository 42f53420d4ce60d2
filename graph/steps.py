"""From a node and its definition to a step: what is a constant, what a link, what is left out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from .contract import Definition, Input
from .plan import Step
from .workflow import Link, Node

Take = Callable[[Input, Any], Any]


def step_of(node: Node, definition: Definition) -> Step:
    """The step of a node that an expansion built: its constants may be any values, and stay as they are."""
    return sorted_out(node, definition, lambda _declared, value: value)


def sorted_out(node: Node, definition: Definition, take: Take) -> Step:
    """Divide what a node was given into constants and links, in the order of its definition.

    `take(declared, value)` makes a constant what its input takes. Widgets that are not given get their
    default; null on a socket counts as not given. What the definition does not declare is left out.
    """
    given = node.inputs
    constants: dict[str, Any] = {}
    links: dict[str, Link] = {}
    for declared in definition.inputs:
        name = declared.name
        value = given.get(name)
        if value.__class__ is Link:
            links[name] = value
        elif value is not None or (name in given and (declared.is_open or declared.is_widget)):
            constants[name] = take(declared, value)
        elif declared.has_default:
            constants[name] = declared.default
    if definition.more_inputs is not None:
        _grow(given, definition, constants, links)
    parents = tuple(dict.fromkeys([link.node_id for link in links.values()])) if links else ()
    if links and (definition.has_special_links or definition.more_inputs is not None):
        lazy, raw = _marked(definition, links)
        strong = dict.fromkeys(link.node_id for name, link in links.items() if name not in lazy)
        return Step(node, definition, constants, links, parents, tuple(strong), lazy, raw)
    return Step(node, definition, constants, links, parents, parents)


def _grow(
    given: Mapping[str, Any], definition: Definition, constants: dict[str, Any], links: dict[str, Link]
) -> None:
    for name, value in given.items():
        declared = None if name in definition.by_name else definition.input(name)
        if declared is not None and value.__class__ is Link:
            links[name] = value
        elif declared is not None and declared.is_open:
            constants[name] = value


def _marked(definition: Definition, links: Mapping[str, Link]) -> tuple[frozenset[str], frozenset[str]]:
    declared = [found for name in links if (found := definition.input(name)) is not None]
    lazy = frozenset(found.name for found in declared if found.is_lazy)
    raw = frozenset(found.name for found in declared if found.is_raw)
    return lazy, raw
