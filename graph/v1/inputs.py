"""The inputs of a V1 class, read from its `INPUT_TYPES`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ..contract import ABSENT, REQUIRED, WIDGET_TYPES, Input

Groups = Mapping[str, Any]
AskAgain = Callable[[], Groups]


def read_inputs(ask: AskAgain) -> tuple[Input, ...]:
    """Every input that the class declares, required ones first. `ask` is its `INPUT_TYPES`.

    Raises:
        TypeError: what it gives is not a mapping of mappings.
    """
    groups = ask()
    found = []
    for group in ("required", "optional"):
        for name, entry in _group(groups, group).items():
            found.append(read_input(str(name), entry, group == "required", _choices_later(ask, group, name)))
    return tuple(found)


def read_input(
    name: str, entry: Any, is_required: bool, ask_choices: Callable[[], tuple[Any, ...]] | None = None
) -> Input:
    """One input from its entry: `(type, options)`, `(type,)`, or choices in place of the type."""
    kind, options = type_and_options(entry)
    choices = choices_of(kind, options)
    type_name = "COMBO" if choices is not None else socket_name(kind) if isinstance(kind, str) else str(kind)
    return Input(
        name=name,
        type=type_name,
        tooltip=str(options.get("tooltip") or ""),
        default=REQUIRED if is_required else ABSENT,
        choices=() if choices is None else ask_choices or choices,
        options=options,
        is_open=_takes_anything(type_name, options, choices),
    )


class Wildcard(str):
    """A socket's name that is unequal to nothing, and otherwise a text like any other."""

    __slots__ = ()

    def __ne__(self, other: object) -> bool:
        return False

    __eq__ = str.__eq__
    __hash__ = str.__hash__


def socket_name(kind: str) -> str:
    """A socket's name as a pack wrote it. Packs make wildcards of texts that are unequal to nothing; some
    claim to equal everything too, and have no hash: of those the name stays, and that it fits all."""
    return kind if kind != "\0" else Wildcard(str(kind))


def type_and_options(entry: Any) -> tuple[Any, Mapping[str, Any]]:
    """The two halves of an entry, whatever form it has."""
    if not isinstance(entry, tuple | list) or not entry:
        return (entry if isinstance(entry, str) else "*"), {}
    options = entry[1] if len(entry) > 1 else None
    return entry[0], options if isinstance(options, Mapping) else {}


def choices_of(kind: Any, options: Mapping[str, Any]) -> tuple[Any, ...] | None:
    """The choices of a COMBO in either form, or None for other types."""
    if isinstance(kind, list | tuple):
        return tuple(kind)
    if isinstance(kind, str) and socket_name(kind) == "COMBO":
        listed = options.get("options")
        return tuple(listed) if isinstance(listed, list | tuple) else ()
    return None


def _takes_anything(type_name: str, options: Mapping[str, Any], choices: tuple[Any, ...] | None) -> bool:
    if choices is not None:
        # Choices that only the page can list, or several at once.
        return "remote" in options or bool(options.get("multi_select") or options.get("multiselect"))
    return type_name not in WIDGET_TYPES


def _group(groups: Groups, name: str) -> Mapping[str, Any]:
    found = groups.get(name) if isinstance(groups, Mapping) else None
    if found is None and isinstance(groups, Mapping):
        return {}
    if not isinstance(found, Mapping):
        raise TypeError(f"INPUT_TYPES gives no mapping of {name} inputs")
    return found


def _choices_later(ask: AskAgain, group: str, name: Any) -> Callable[[], tuple[Any, ...]]:
    def choices() -> tuple[Any, ...]:
        # Asked each time, so that files that have appeared since are among the choices.
        return choices_of(*type_and_options(_group(ask(), group)[name])) or ()

    return choices
