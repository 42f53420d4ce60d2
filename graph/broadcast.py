"""Call a node on lists of values: once per item, or once on whole lists where it asks for them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from .cache import Outputs
from .context import Context
from .contract import Definition


def call_over_lists(definition: Definition, context: Context, inputs: Mapping[str, list[Any]]) -> Outputs:
    """Run a node on its inputs, each a list, and gather one list per output.

    A shorter list repeats its last item. An empty list among the inputs means no call, and outputs
    that are empty too. An output declared as a list is joined to the lists of the other calls.

    Raises:
        ValueError: the node gave fewer or more values than it has outputs.
        Exception: whatever the node raises.
    """
    if definition.input_is_list:
        return _gather(definition, [definition.call(context, **inputs)])
    calls = [definition.call(context, **items) for items in _items(inputs)]
    return _gather(definition, calls)


def _items(inputs: Mapping[str, list[Any]]) -> Iterator[dict[str, Any]]:
    lengths = [len(values) for values in inputs.values()]
    if max(lengths, default=1) == 1 == min(lengths, default=1):
        yield {name: values[0] for name, values in inputs.items()}
        return
    for index in range(max(lengths) if min(lengths) else 0):
        yield {name: values[min(index, len(values) - 1)] for name, values in inputs.items()}


def _gather(definition: Definition, calls: list[tuple[Any, ...]]) -> Outputs:
    for values in calls:
        if len(values) != len(definition.outputs):
            raise ValueError(f"the node gave {len(values)} values for its {len(definition.outputs)} outputs")
    if len(calls) == 1 and not any(output.is_list for output in definition.outputs):
        return tuple([value] for value in calls[0])
    return tuple(
        [item for values in calls for item in (values[slot] if output.is_list else [values[slot]])]
        for slot, output in enumerate(definition.outputs)
    )
