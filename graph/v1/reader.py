"""A node class of ComfyUI's V1 contract, read as a definition: what lets any pack's nodes run here."""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable, Mapping
from typing import Any

from ..context import RunContext
from ..contract import ABSENT, Definition, Input, Output, OwnValidation
from ..current import CURRENT, Call
from .inputs import read_input, read_inputs, socket_name
from .results import read_result

Groups = Mapping[str, Any]
_SCALARS = (str, int, float, bool, bytes, type(None))
# What a node may ask its host for; a headless run has no account.
_HOST_VALUES = frozenset(
    {"UNIQUE_ID", "PROMPT", "DYNPROMPT", "EXTRA_PNGINFO", "AUTH_TOKEN_COMFY_ORG", "API_KEY_COMFY_ORG"}
)


def read_v1(id: str, node_class: type, title: str = "") -> Definition:
    """The definition of a V1 class.

    Args:
        id: its name in `NODE_CLASS_MAPPINGS`.
        node_class: the class.
        title: its name in `NODE_DISPLAY_NAME_MAPPINGS`.

    Raises:
        Exception: whatever `INPUT_TYPES` raises; AttributeError where the class lacks what V1 asks for.
    """
    kind: Any = node_class
    groups = kind.INPUT_TYPES()
    hidden = _hidden(groups)
    outputs = _outputs(kind)
    is_list = bool(getattr(kind, "INPUT_IS_LIST", False))
    function = getattr(kind, kind.FUNCTION)
    return Definition(
        id=id,
        title=title or id,
        category=str(getattr(kind, "CATEGORY", "")),
        description=str(getattr(kind, "DESCRIPTION", "") or ""),
        inputs=read_inputs(kind.INPUT_TYPES),
        outputs=outputs,
        call=_call(kind, hidden, is_list, len(outputs)),
        output_node=bool(getattr(kind, "OUTPUT_NODE", False)),
        input_is_list=is_list,
        needs=_needs(kind, hidden, is_list),
        validation=_validation(kind, hidden, is_list),
        fingerprint=_fingerprint(kind, hidden, is_list),
        more_inputs=_more_inputs(kind.INPUT_TYPES, groups, function),
        more_outputs=_more_outputs(kind.RETURN_TYPES),
        knows_its_place="UNIQUE_ID" in hidden.values() or bool(getattr(kind, "NOT_IDEMPOTENT", False)),
        reads_graph="DYNPROMPT" in hidden.values(),
        is_async=inspect.iscoroutinefunction(function),
        search_aliases=tuple(getattr(kind, "SEARCH_ALIASES", ())),
    )


def _hidden(groups: Groups) -> dict[str, str]:
    """What the class asks its host for. Other hidden entries are inputs that only a graph can give."""
    entries = groups.get("hidden") or {}
    kinds = {str(n): str(e[0] if isinstance(e, tuple | list) else e) for n, e in entries.items()}
    return {name: kind for name, kind in kinds.items() if kind in _HOST_VALUES}


def _outputs(kind: Any) -> tuple[Output, ...]:
    types = tuple(kind.RETURN_TYPES)
    names = _sequence(getattr(kind, "RETURN_NAMES", ()))
    tooltips = _sequence(getattr(kind, "OUTPUT_TOOLTIPS", ()))
    lists = _sequence(getattr(kind, "OUTPUT_IS_LIST", ()))
    return tuple(
        Output(
            name=str(names[slot]) if slot < len(names) else _socket(type_name),
            type=_socket(type_name),
            tooltip=str(tooltips[slot]) if slot < len(tooltips) else "",
            is_list=bool(slot < len(lists) and lists[slot]),
        )
        for slot, type_name in enumerate(types)
    )


def _socket(type_name: Any) -> str:
    return socket_name(type_name) if isinstance(type_name, str) else "COMBO"


def _sequence(value: Any) -> tuple[Any, ...]:
    return tuple(value) if isinstance(value, tuple | list) else ()


def _call(kind: Any, hidden: Mapping[str, str], is_list: bool, outputs: int) -> Callable[..., Any]:
    def call(context: RunContext, **inputs: Any) -> Any:
        function = getattr(context.instance(kind), kind.FUNCTION)
        arguments = inputs | _host_values(hidden, context, is_list) if hidden else inputs
        running = Call(context, context.call_index)
        token = CURRENT.set(running)
        try:
            returned = function(**arguments)
        finally:
            CURRENT.reset(token)
        if returned.__class__ is tuple:
            return returned
        if inspect.isawaitable(returned):
            return _awaited(returned, running, outputs)
        return read_result(returned, context, outputs)

    return call


async def _awaited(returned: Any, running: Call, outputs: int) -> Any:
    # Each task has a context of its own, so that concurrent nodes do not see each other's call.
    CURRENT.set(running)
    return read_result(await returned, running.context, outputs)


def _host_values(hidden: Mapping[str, str], context: RunContext, is_list: bool) -> dict[str, Any]:
    values = {name: _host_value(kind, context) for name, kind in hidden.items()}
    return {name: [value] for name, value in values.items()} if is_list else values


def _host_value(kind: str, context: RunContext) -> Any:
    if kind == "UNIQUE_ID":
        return context.node_id
    if kind == "PROMPT":
        return context.graph.get_original_prompt()
    if kind == "DYNPROMPT":
        return context.graph
    if kind == "EXTRA_PNGINFO":
        return None if context.workflow is None else {"workflow": context.workflow}
    return None


def _values_before_a_run(hidden: Mapping[str, str], node_id: str, is_list: bool) -> dict[str, Any]:
    known: dict[str, Any] = {"UNIQUE_ID": node_id, "PROMPT": {}}
    values = {name: known.get(kind) for name, kind in hidden.items()}
    return {name: [value] for name, value in values.items()} if is_list else values


def _in_lists(given: Mapping[str, Any], is_list: bool) -> dict[str, Any]:
    return {name: [value] for name, value in given.items()} if is_list else dict(given)


def _needs(kind: Any, hidden: Mapping[str, str], is_list: bool) -> Callable[..., Any] | None:
    if getattr(kind, "check_lazy_status", None) is None:
        return None

    def needs(context: RunContext, **inputs: Any) -> Any:
        return context.instance(kind).check_lazy_status(**inputs | _host_values(hidden, context, is_list))

    return needs


def _validation(kind: Any, hidden: Mapping[str, str], is_list: bool) -> OwnValidation | None:
    function = getattr(kind, "VALIDATE_INPUTS", None)
    if function is None:
        return None
    names, takes_all = _parameters(function)

    def call(node_id: str, constants: Mapping[str, Any], types: Mapping[str, str]) -> Any:
        known = _in_lists(constants, is_list) | _values_before_a_run(hidden, node_id, is_list)
        given = {name: value for name, value in known.items() if takes_all or name in names}
        if "input_types" in names:
            given["input_types"] = [dict(types)] if is_list else dict(types)
        # ComfyUI lays what is wrong at the inputs that were handed over; without any there is no place.
        return function(**given) if given else True

    return OwnValidation(call, None if takes_all else names, "input_types" in names)


def _fingerprint(kind: Any, hidden: Mapping[str, str], is_list: bool) -> Callable[..., Any] | None:
    function = getattr(kind, "IS_CHANGED", None)
    if function is None:
        return None

    def fingerprint(node_id: str, given: Mapping[str, Any]) -> Any:
        found = function(**_in_lists(given, is_list) | _values_before_a_run(hidden, node_id, is_list))
        return _lasting_later(found) if inspect.isawaitable(found) else _lasting(found)

    return fingerprint


async def _lasting_later(found: Any) -> str | None:
    return _lasting(await found)


def _lasting(found: Any) -> str | None:
    """A text that is equal where the value is; None for what equals nothing, itself included."""
    if isinstance(found, tuple | list):
        parts = [_lasting(part) for part in found]
        return None if None in parts else repr(parts)
    if not isinstance(found, _SCALARS) or (isinstance(found, float) and math.isnan(found)):
        return None
    return repr(found)


def _parameters(function: Callable[..., Any]) -> tuple[frozenset[str], bool]:
    found = inspect.signature(function).parameters.values()
    named = frozenset(p.name for p in found if p.kind not in (p.VAR_KEYWORD, p.VAR_POSITIONAL))
    return named, any(parameter.kind is parameter.VAR_KEYWORD for parameter in found)


def _more_inputs(
    ask: Callable[[], Groups], groups: Groups, function: Callable[..., Any]
) -> Callable[[str], Input | None] | None:
    """Inputs beyond the declared ones: mappings that claim to hold every name, links into parameters of the
    function that no group declares, and hidden ones that the host does not give."""
    claiming = [g for g in ("required", "optional") if type(groups.get(g)) not in (dict, type(None))]
    names, takes_all = _parameters(function)
    free = names.difference(["self"], *(groups.get(g) or () for g in ("required", "optional", "hidden")))
    unseen = (groups.get("hidden") or {}).keys() - _hidden(groups).keys()
    if not claiming and not takes_all and not free and not unseen:
        return None

    def more(name: str) -> Input | None:
        now = ask() if claiming else {}
        for group in claiming:
            if name in now[group]:
                return read_input(name, now[group][name], is_required=False)
        if name in unseen:
            return Input(name, "*", default=ABSENT, is_open=True)
        return Input(name, "*", default=ABSENT) if takes_all or name in free else None

    return more


def _more_outputs(types: Any) -> Callable[[int], Output | None] | None:
    """Outputs beyond the declared ones: types in a sequence that claims to hold every place."""
    if type(types) in (tuple, list):
        return None

    def more(place: int) -> Output | None:
        try:
            return Output(str(place), _socket(types[place]))
        except IndexError:
            return None

    return more
