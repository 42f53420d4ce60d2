"""What calls of a node gave, among it expansions, made into values once the added nodes have run."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from ..cache import Outputs
from ..contract import Definition, Expansion
from ..workflow import Link, as_link
from .broadcast import added

Given = Outputs | Expansion
ReadLink = Callable[[Link], list[Any]]


def linked_nodes(calls: Iterable[Given]) -> list[str]:
    """The nodes whose outputs expansions give as the node's own, each once."""
    expansions = [call for call in calls if isinstance(call, Expansion)]
    links = [as_link(value) for expansion in expansions for value in expansion.outputs]
    return list(dict.fromkeys(link.node_id for link in links if link is not None))


def values_of(definition: Definition, call: Given, read: ReadLink) -> Outputs:
    """What a call adds to each output, with the values of what it linked to."""
    if not isinstance(call, Expansion):
        return call
    return tuple(_slot(definition, slot, value, read) for slot, value in enumerate(call.outputs))


def _slot(definition: Definition, slot: int, value: Any, read: ReadLink) -> list[Any]:
    link = as_link(value)
    values = [value] if link is None else read(link)
    output = definition.output(slot)
    if output is None or not output.is_list:
        return values
    # One value that is a list is the list of the output; several are its items already.
    is_one_list = len(values) == 1 and isinstance(values[0], list | tuple)
    return list(values[0]) if is_one_list else values


def one_call(definition: Definition, result: Any) -> Given:
    """What one call gave: what it adds to each output, or an expansion.

    Raises:
        TypeError: it gave something that is no tuple of outputs.
    """
    if isinstance(result, Expansion):
        return result
    if not isinstance(result, tuple | list):
        kind = type(result).__name__
        raise TypeError(f"a node gives a tuple of its outputs, not a value of the type {kind}")
    return added(definition, result)
