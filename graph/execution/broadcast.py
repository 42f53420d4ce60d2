"""Call a node on lists of values: once per item, or once on whole lists where it asks for them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ..blocking import SILENT, find_blocker, is_blocker
from ..cache import Outputs
from ..contract import Definition

Arguments = dict[str, Any]


def each_call(inputs: Mapping[str, list[Any]], input_is_list: bool) -> Iterator[Arguments]:
    """The arguments of every call of a node, given a list for each of its inputs.

    A shorter list repeats its last item. An empty list among the inputs means no call at all.
    """
    if input_is_list:
        yield dict(inputs)
        return
    lengths = [len(values) for values in inputs.values()]
    if lengths.count(1) == len(lengths):
        yield {name: values[0] for name, values in inputs.items()}
        return
    for index in range(max(lengths) if min(lengths) else 0):
        yield {name: values[min(index, len(values) - 1)] for name, values in inputs.items()}


def blocker_among(arguments: Arguments, input_is_list: bool) -> Any:
    """The first blocker among the arguments of a call, inside its lists where the node takes lists."""
    if input_is_list:
        return find_blocker(value for values in arguments.values() for value in values)
    return find_blocker(arguments.values())


def blocked(definition: Definition) -> Outputs:
    """What a call adds to each output when a blocker has reached it."""
    return tuple([SILENT] for _ in definition.outputs)


def added(definition: Definition, values: Sequence[Any]) -> Outputs:
    """What one call adds to the list of each output: its value, or all of them where it gives a list."""
    if not definition.gives_lists:
        return tuple([value] for value in values)
    return tuple(
        _all_of(value) if _is_list(definition, slot) else [value] for slot, value in enumerate(values)
    )


def joined(definition: Definition, calls: Sequence[Outputs]) -> Outputs:
    """The list of each output over all calls."""
    if len(calls) == 1:
        return calls[0]
    slots = min((len(call) for call in calls), default=len(definition.outputs))
    return tuple([value for call in calls for value in call[slot]] for slot in range(slots))


def _is_list(definition: Definition, slot: int) -> bool:
    return slot < len(definition.outputs) and definition.outputs[slot].is_list


def _all_of(value: Any) -> list[Any]:
    return [value] if is_blocker(value) else list(value)
