"""One node's calls: what it gets, which lazy inputs it asks for, and what the calls gave."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from threading import Event as Flag
from typing import Any, NamedTuple

from ..awaiting import resolved
from ..blocking import BlockedCall
from ..context import Interrupted
from ..contract import Definition, Expansion
from ..host import NodeContext
from ..plan import Step
from .broadcast import blocked, blocker_among, each_call
from .expanding import Given, one_call
from .shelf import Shelf

Inputs = Mapping[str, list[Any]]


def inputs_of(step: Step, shelf: Shelf) -> Inputs:
    """A list of values for each input: None for a lazy one whose node has not run."""
    inputs = {name: [value] for name, value in step.constants.items()}
    for name, link in step.links.items():
        if name in step.raw:
            inputs[name] = [[link.node_id, link.output]]
        elif name in step.lazy and link.node_id not in shelf:
            inputs[name] = [None]
        else:
            inputs[name] = shelf.values(link.node_id, link.output)
    return inputs


def wanted_nodes(step: Step, context: NodeContext, inputs: Inputs, shelf: Shelf) -> list[str]:
    """The nodes behind the lazy inputs that the node asks for and that have not run.

    A call that a blocker is going to stop is not asked about.

    Raises:
        ValueError: it asks for an input that it was not given.
    """
    if step.definition.needs is None:
        return []
    asked: dict[str, None] = {}
    for arguments in each_call(inputs, step.definition.input_is_list):
        if blocker_among(arguments, step.definition.input_is_list) is None:
            asked |= dict.fromkeys(resolved(step.definition.needs(context, **arguments)) or ())
    absent = [name for name in asked if name not in inputs]
    if absent:
        raise ValueError(f"it asks for its input {absent[0]}, which it was not given")
    parents = {step.links[name].node_id: None for name in asked if name in step.lazy}
    return [parent for parent in parents if parent not in shelf]


def call_node(definition: Definition, context: NodeContext, inputs: Inputs, stop: Flag) -> list[Any]:
    """Call a node once per item, or once on its lists; a call that a blocker reaches is not made.

    Raises:
        Interrupted: the run was asked to stop between two calls.
        Exception: whatever the node raises.
    """
    results: list[Any] = []
    for arguments in each_call(inputs, definition.input_is_list):
        blocker = blocker_among(arguments, definition.input_is_list)
        if blocker is not None:
            results.append(BlockedCall(blocker))
            continue
        if results and stop.is_set():
            raise Interrupted
        context.call_index = len(results)
        results.append(definition.call(context, **arguments))
    return results


def is_plain(results: Sequence[Any]) -> bool:
    """Whether there was one call and it gave a tuple of values: nearly always, so it is looked for first."""
    return len(results) == 1 and results[0].__class__ is tuple


class Received(NamedTuple):
    """What the calls of a node gave. `messages` are those of blockers that were not silent."""

    calls: Sequence[Given]
    messages: Sequence[str]
    blocked_calls: int
    has_expansions: bool


def receive(definition: Definition, results: Sequence[Any]) -> Received:
    """Take what the calls of a node gave.

    Raises:
        TypeError: a call gave something that is no tuple of outputs.
    """
    calls: list[Given] = []
    stopped: list[str | None] = []
    has_expansions = False
    for result in results:
        if result.__class__ is BlockedCall:
            stopped.append(result.message)
            calls.append(blocked(definition))
        else:
            has_expansions |= result.__class__ is Expansion
            calls.append(one_call(definition, result))
    messages = tuple(dict.fromkeys(message for message in stopped if message is not None)) if stopped else ()
    return Received(calls, messages, len(stopped), has_expansions)
