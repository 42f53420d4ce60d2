"""The widgets that the page draws for a node, and which value of `widgets_values` belongs to which."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ..contract import Definition, Input
from ..definitions import AUTOGROW, DYNAMIC_COMBO
from ..widget_values import WrongValue
from .core_nodes import additions, grown_widgets, is_core
from .drawn import draw, draws, start
from .groups import chosen_inputs, first_inputs
from .nodes import UNSET, PageNode, Widget


def draw_widgets(definition: Definition, inputs: Sequence[Input], node: PageNode) -> dict[str, Widget]:
    """The widgets of a node with the values its page holds, by name, in the order the page draws them.

    The values are in the order of the widgets, with values that are the page's own between them (what
    to do with a seed after a run, an upload button). A widget beyond their end has its default: the
    file is older than it is. What is left over on a core node belongs to widgets that are no more, and is
    dropped, as the page drops it; on others, to widgets that only the pack's own script draws.

    Args:
        definition: the node's.
        inputs: its inputs as the page has them, `page_inputs(definition)`.
        node: the node.

    Raises:
        WrongValue: `widgets_values` is neither list nor mapping, or has values left over.
    """
    values = node.widgets_values
    if values is not None and not isinstance(values, list | Mapping):
        raise WrongValue("invalid_prompt", "widgets_values is neither a list nor an object")
    if isinstance(values, Mapping):
        return {widget.name: widget for widget in _drawn(definition, inputs, _ByName(values))}
    places = _places(inputs, values or [])
    drawn = list(_drawn(definition, inputs, _InOrder(places)))
    if len(places) > len(drawn) and not is_core(definition):
        _refuse_surplus(definition, drawn, places)
    found: dict[str, Widget] = {}
    for widget in drawn:
        found.setdefault(widget.name, widget)
    return found


def widget_places(definition: Definition, values: list[Any]) -> dict[str, int]:
    """The index in `values` of each input that has one."""
    inputs = page_inputs(definition)
    drawn = _drawn(definition, inputs, _InOrder(_places(inputs, values)))
    return {w.name: w.place for w in drawn if w.is_sent and isinstance(w.place, int)}


def page_inputs(definition: Definition) -> tuple[Input, ...]:
    """The inputs of a node, and those that the page itself adds to some core nodes."""
    return definition.inputs + additions(definition)


def draws_widget(declared: Input) -> bool:
    """Whether the page draws a widget for an input, and not a socket alone."""
    return declared.type == DYNAMIC_COMBO or draws(declared)


def _refuse_surplus(definition: Definition, drawn: list[Widget], places: _Places) -> None:
    taken = sum(widget.is_saved for widget in drawn)
    surplus = [value for _, value in places[taken:] if value is not None]
    if surplus:
        message = f"the page holds {len(places)} widget values for a node with {taken} widgets"
        details = "the rest is for widgets that only the page draws, or for another version of the node"
        raise WrongValue("invalid_prompt", message, details)


_Places = Sequence[tuple[int, Any]]


class _InOrder:
    """Values in the order of the widgets, with their indexes."""

    def __init__(self, places: _Places) -> None:
        self.rest = deque(places)

    def fill(self, widget: Widget) -> None:
        """Give a widget the next value, or the one it starts with."""
        if widget.is_saved and self.rest:
            widget.place, widget.value = self.rest.popleft()
        else:
            widget.value = start(widget)


class _ByName:
    """Values by the names of the widgets."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        self.rest: deque[tuple[int, Any]] = deque()
        self._values = values

    def fill(self, widget: Widget) -> None:
        """Give a widget the value of its name, or the one it starts with."""
        if widget.name in self._values:
            widget.place, widget.value = widget.name, self._values[widget.name]
        else:
            widget.value = start(widget)


def _drawn(definition: Definition, inputs: Sequence[Input], values: _InOrder | _ByName) -> Iterator[Widget]:
    waiting = list(reversed(inputs))
    first: Any = UNSET
    while waiting:
        declared = waiting.pop()
        if declared.type == AUTOGROW:
            waiting.extend(reversed([each for each in first_inputs(declared) if draws_widget(each)]))
            continue
        for place, widget in enumerate(draw(declared)):
            values.fill(widget)
            first = widget.value if first is UNSET else first
            yield widget
            if declared.type == DYNAMIC_COMBO and place == 0:
                waiting.extend(reversed(chosen_inputs(declared, widget.value)))
    yield from grown_widgets(definition, first, tuple(values.rest))


def _places(inputs: Sequence[Input], values: list[Any]) -> _Places:
    """The values with their indexes, without those that old pages held for inputs that are sockets now."""
    places = list(enumerate(values))
    if not any(declared.options.get("forceInput") for declared in inputs):
        return places
    forced: list[bool] = []
    for declared in inputs:
        if declared.options.get("forceInput") or draws_widget(declared):
            forced.append(bool(declared.options.get("forceInput")))
            if declared.options.get("control_after_generate"):
                forced.append(False)
    if len(forced) != len(values):
        return places
    return [place for place, was_socket in zip(places, forced, strict=True) if not was_socket]
