"""The class that ComfyUI loads (its V1 contract), made from a definition."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from typing import Any, Protocol

from ..context import Context
from ..contract import Definition, OwnValidation
from ..object_info import HIDDEN, InputTypes, input_types
from ..signature import beside_the_inputs


class ShowingContext(Context, Protocol):
    """A context that keeps what its node showed."""

    @property
    def ui(self) -> Mapping[str, list[Any]]:
        """What was shown, by kind."""


class ContextFactory(Protocol):
    """Makes the context of one call from what ComfyUI tells a node about itself."""

    def __call__(
        self, unique_id: str, prompt: Mapping[str, Any] | None, extra_pnginfo: Mapping[str, Any] | None
    ) -> ShowingContext:
        """The context; each argument is what ComfyUI hands to the hidden input of that name."""


class AnyType(str):
    """A socket name that ComfyUI takes for equal to every other."""

    __slots__ = ()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, str)

    def __ne__(self, other: object) -> bool:
        return not isinstance(other, str)

    __hash__ = str.__hash__


def v1_class(definition: Definition, context_factory: ContextFactory) -> type:
    """The V1 class of a node.

    Raises:
        ValueError: an input bears a name that is kept for the host.
    """
    clashing = [declared.name for declared in definition.inputs if declared.name in HIDDEN]
    if clashing:
        raise ValueError(f"{definition.id}: the input {clashing[0]!r} bears a name kept for the host")
    members: dict[str, Any] = {
        "__doc__": definition.description,
        "INPUT_TYPES": classmethod(lambda cls: _with_wildcards(input_types(definition))),
        "RETURN_TYPES": tuple(_socket(output.type) for output in definition.outputs),
        "RETURN_NAMES": tuple(output.name for output in definition.outputs),
        "OUTPUT_TOOLTIPS": tuple(output.tooltip for output in definition.outputs),
        "OUTPUT_IS_LIST": tuple(output.is_list for output in definition.outputs),
        "INPUT_IS_LIST": definition.input_is_list,
        "OUTPUT_NODE": definition.output_node,
        "CATEGORY": definition.category,
        "DESCRIPTION": definition.description,
        "SEARCH_ALIASES": list(definition.search_aliases),
        "FUNCTION": "run",
        "run": _run(definition, context_factory),
    }
    if definition.fingerprint is not None or definition.files is not None:
        members["IS_CHANGED"] = classmethod(_is_changed(definition))
    if definition.validation is not None and definition.validation.inputs:
        members["VALIDATE_INPUTS"] = classmethod(_validate(definition.validation))
    return type(definition.id, (), members)


def _run(definition: Definition, context_factory: ContextFactory) -> Callable[..., Any]:
    def run(self: object, **given: Any) -> Any:
        host, inputs = _without_hidden(given)
        context = context_factory(
            str(host.get("host_unique_id") or ""), host.get("host_prompt"), host.get("host_extra_pnginfo")
        )
        values = tuple(definition.call(context, **inputs))
        ui = context.ui
        return {"ui": dict(ui), "result": values} if ui else values

    return run


def _is_changed(definition: Definition) -> Callable[..., Any]:
    def is_changed(cls: type, **given: Any) -> Any:
        host, inputs = _without_hidden(given)
        constants = {declared.name: declared.default for declared in definition.inputs if declared.is_widget}
        constants |= {name: _bare(value) for name, value in inputs.items()}
        found = beside_the_inputs(definition, str(host.get("host_unique_id") or ""), constants)
        # Not a number is what never equals itself: ComfyUI's way to say "always run".
        return float("nan") if found is None else "\0".join(found)

    return is_changed


def _validate(own: OwnValidation) -> Callable[..., Any]:
    """The node's own check. ComfyUI reads off the names of its arguments which inputs it leaves to it."""
    names = sorted(own.inputs or ())

    def validate(cls: type, **given: Any) -> Any:
        verdict = own.call("", {name: given.get(name) for name in names}, {})
        return verdict if isinstance(verdict, str) else bool(verdict)

    named = [inspect.Parameter(name, inspect.Parameter.POSITIONAL_OR_KEYWORD) for name in ("cls", *names)]
    validate.__signature__ = inspect.Signature(named)  # type: ignore[attr-defined]
    return validate


def _without_hidden(given: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    host = {name: _bare(value) for name, value in given.items() if name in HIDDEN}
    return host, {name: value for name, value in given.items() if name not in HIDDEN}


def _bare(value: Any) -> Any:
    """A value out of the list of one that ComfyUI puts it in where a node asks for lists."""
    return value[0] if isinstance(value, list) and len(value) == 1 else value


def _with_wildcards(groups: InputTypes) -> InputTypes:
    for group in ("required", "optional"):
        groups[group] = {
            name: (_socket(kind) if isinstance(kind, str) else kind, options)
            for name, (kind, options) in groups[group].items()
        }
    return groups


def _socket(type_name: str) -> str:
    return AnyType(type_name) if type_name == "*" else type_name
