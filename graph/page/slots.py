"""The input sockets that the page gives a node: those of its definition, linked as they were saved."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from ..contract import Input
from ..definitions import AUTOGROW, DYNAMIC_COMBO
from .groups import chosen_inputs, first, members, most
from .nodes import Slot, Widget
from .widgets import draws_widget


def input_slots(inputs: Sequence[Input], widgets: Mapping[str, Widget], saved: Sequence[Slot]) -> list[Slot]:
    """The sockets in the page's order: plain ones, then those beside widgets, then what the file adds.

    A saved socket is told by its name. One that the definition no longer has stays, with its link,
    unless it stood beside a widget that is gone, or came with a choice that is not the present one.
    """
    known = {slot.name: slot for slot in saved}
    slots = []
    for slot in _declared(inputs, widgets, dict(known)):
        was = known.pop(slot.name, None)
        slots.append(slot if was is None else Slot(slot.name, slot.type, was.link, slot.widget))
    choices = tuple(widget.name + "." for widget in widgets.values() if widget.type == DYNAMIC_COMBO)
    for name, slot in known.items():
        if (slot.widget is None or slot.widget in widgets) and not name.startswith(choices):
            slots.append(slot)
    return slots


def _declared(
    inputs: Sequence[Input], widgets: Mapping[str, Widget], saved: Mapping[str, Slot]
) -> Iterator[Slot]:
    for declared in inputs:
        if declared.type == AUTOGROW:
            yield from (_slot(each) for each in _grown(declared, saved))
        elif not draws_widget(declared):
            yield _slot(declared)
    waiting = [declared for declared in reversed(inputs) if draws_widget(declared)]
    while waiting:
        declared = waiting.pop()
        if declared.type == AUTOGROW:
            yield from (_slot(each) for each in _grown(declared, saved))
            continue
        yield _slot(declared)
        if declared.type == DYNAMIC_COMBO and declared.name in widgets:
            waiting.extend(reversed(chosen_inputs(declared, widgets[declared.name].value)))


def _slot(declared: Input) -> Slot:
    return Slot(declared.name, declared.type, widget=declared.name if draws_widget(declared) else None)


def _grown(declared: Input, saved: Mapping[str, Slot]) -> Iterator[Input]:
    """The inputs of a group: those it starts with, and one more behind every one that is linked."""
    for ordinal in range(most(declared)):
        if ordinal >= first(declared):
            before = [saved.get(each.name) for each in members(declared, ordinal - 1)]
            if not any(slot is not None and slot.link is not None for slot in before):
                return
        yield from members(declared, ordinal)
