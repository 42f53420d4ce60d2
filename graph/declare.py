"""Declare a node once, as a typed function.

    @node("ScorefieldCircle", title="Circle", category="Scorefield/data")
    def circle(
        count: Annotated[int, Int("How many points.", minimum=1)] = 100,
    ) -> Annotated["Points", Out("points", "POINTS", "The circle.")]:
        \"\"\"Points on the unit circle.\"\"\"

An annotation carries what the page shows; the default is the parameter's own; the description is
the docstring. A keyword-only parameter `context` receives the host (`graph.context.Context`).
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, get_args, get_origin

from .contract import REQUIRED, WIDGET_TYPES, Definition, Input, Output, OwnValidation

Options = Mapping[str, Any]  # further ones of ComfyUI's page: image_upload, lazy, rawLink, advanced, …


@dataclass(frozen=True)
class Socket:
    """An input that takes a link of that type; optional where the parameter has a default."""

    type: str
    tooltip: str
    more: Options = field(default_factory=dict)


@dataclass(frozen=True)
class Int:
    """A whole number. `is_seed` adds the page's control that changes it after each run."""

    tooltip: str
    minimum: int = 0
    maximum: int = 2**31 - 1
    step: int = 1
    is_seed: bool = False
    more: Options = field(default_factory=dict)
    type: str = field(default="INT", init=False)

    def options(self) -> dict[str, Any]:
        """The widget's options."""
        seed = {"control_after_generate": True} if self.is_seed else {}
        return {"min": self.minimum, "max": self.maximum, "step": self.step, **seed, **self.more}


@dataclass(frozen=True)
class Float:
    """A real number."""

    tooltip: str
    minimum: float = 0.0
    maximum: float = 1e6
    step: float = 0.01
    is_rounded: bool = False
    type: str = field(default="FLOAT", init=False)

    def options(self) -> dict[str, Any]:
        """The widget's options; unless it says so, the page must not round what a person typed."""
        exact = {} if self.is_rounded else {"round": False}
        return {"min": self.minimum, "max": self.maximum, "step": self.step, **exact}


@dataclass(frozen=True)
class String:
    """A line of text, or several."""

    tooltip: str
    multiline: bool = False
    more: Options = field(default_factory=dict)
    type: str = field(default="STRING", init=False)

    def options(self) -> dict[str, Any]:
        """The widget's options."""
        return {"multiline": self.multiline, **self.more}


@dataclass(frozen=True)
class Boolean:
    """On or off."""

    tooltip: str
    type: str = field(default="BOOLEAN", init=False)

    def options(self) -> dict[str, Any]:
        """The widget's options: none."""
        return {}


@dataclass(frozen=True)
class Choice:
    """One of several names, given as a tuple or as a function that lists them now."""

    tooltip: str
    choices: tuple[str, ...] | Callable[[], tuple[str, ...]]
    more: Options = field(default_factory=dict)
    type: str = field(default="COMBO", init=False)

    def options(self) -> dict[str, Any]:
        """The widget's options beside its choices."""
        return dict(self.more)


Out = Output
Call = Callable[..., tuple[Any, ...]]


def node(
    id: str,
    *,
    title: str,
    category: str,
    output_node: bool = False,
    input_is_list: bool = False,
    fingerprint: Callable[..., str | None] | None = None,
    files: Callable[..., Iterable[Path]] | None = None,
    validation: OwnValidation | None = None,
    needs_widgets: bool = False,
    keep: bool = False,
    aliases: tuple[str, ...] = (),
) -> Callable[[Callable[..., Any]], Definition]:
    """Make a `Definition` of a typed function.

    Args:
        id: the name in saved workflows; never changes once it has landed.
        title, category: what the page calls it, and its place in the menu, parts divided by "/".
        output_node: whether a run wants it even if nothing takes its outputs.
        input_is_list: whether the function sees whole lists.
        fingerprint: what the result depends on beside its inputs; called with the inputs, None for links.
        files: the files the result depends on; called likewise.
        validation: its own check of its constants.
        needs_widgets: whether a graph must give every widget's value, as graphs for ComfyUI's core nodes
            do: a default is then only what the page starts with.
        keep: whether the result is worth keeping on disk for later processes.
        aliases: further words that find it.

    Raises:
        TypeError: an input or output without its annotation; the text names it.
    """

    def declare(function: Callable[..., Any]) -> Definition:
        inputs, outputs, call = _parts(function, input_is_list, needs_widgets)
        return Definition(
            id=id,
            title=title,
            category=category,
            description=inspect.cleandoc(function.__doc__ or ""),
            inputs=inputs,
            outputs=outputs,
            call=call,
            output_node=output_node,
            input_is_list=input_is_list,
            fingerprint=_asked_by_name(fingerprint, inputs),
            files=_asked_by_name(files, inputs),
            validation=validation,
            keep=keep,
            search_aliases=aliases,
        )

    return declare


def _asked_by_name(ask: Callable[..., Any] | None, inputs: tuple[Input, ...]) -> Callable[..., Any] | None:
    """A question that wants every input by name, None where the value comes by a link or was not given, as a
    definition asks it: with what is given as the last word."""
    if ask is None:
        return None

    def asked(*words: Any) -> Any:
        given: Mapping[str, Any] = words[-1]
        return ask(**{declared.name: given.get(declared.name) for declared in inputs})

    return asked


def _parts(
    function: Callable[..., Any], input_is_list: bool, needs_widgets: bool
) -> tuple[tuple[Input, ...], tuple[Output, ...], Call]:
    signature = inspect.signature(function, eval_str=True)
    parameters = signature.parameters
    inputs = tuple(
        _input(function, parameters[name], needs_widgets) for name in parameters if name != "context"
    )
    outputs = _outputs(function, signature)
    # A function that sees lists sees the default of an input that was not given as a list too.
    lists = {given.name: [given.default] for given in inputs if input_is_list and not given.is_required}
    return inputs, outputs, _caller(function, "context" in parameters, len(outputs), lists)


def _input(function: Callable[..., Any], parameter: inspect.Parameter, is_needed: bool) -> Input:
    declared = _metadata(parameter.annotation, (Socket, Int, Float, String, Boolean, Choice))
    if declared is None:
        raise TypeError(
            f"{function.__qualname__}: the input {parameter.name!r} has no socket or widget annotation"
        )
    default = REQUIRED if parameter.default is inspect.Parameter.empty else parameter.default
    if isinstance(declared, Socket):
        # A link is wanted, where the page would draw a widget for that type.
        force = {"forceInput": True} if declared.type in WIDGET_TYPES else {}
        options = {**force, **declared.more}
        return Input(parameter.name, declared.type, declared.tooltip, default, options=options)
    if default is REQUIRED and not is_needed:
        raise TypeError(f"{function.__qualname__}: the widget {parameter.name!r} needs a default")
    choices = declared.choices if isinstance(declared, Choice) else ()
    options = declared.options()
    if is_needed and default is not REQUIRED:
        options, default = {"default": default, **options}, REQUIRED
    return Input(parameter.name, declared.type, declared.tooltip, default, choices, options)


def _outputs(function: Callable[..., Any], signature: inspect.Signature) -> tuple[Output, ...]:
    annotation = signature.return_annotation
    if annotation is None:
        return ()
    parts = get_args(annotation) if get_origin(annotation) is tuple else (annotation,)
    outputs = tuple(_metadata(part, (Output,)) for part in parts)
    if None in outputs:
        raise TypeError(
            f"{function.__qualname__}: every output needs Annotated[type, Out(name, socket, tooltip)]"
        )
    return outputs


def _metadata(annotation: Any, kinds: tuple[type, ...]) -> Any:
    if get_origin(annotation) is not Annotated:
        return None
    return next((item for item in annotation.__metadata__ if isinstance(item, kinds)), None)


def _caller(
    function: Callable[..., Any], takes_context: bool, count: int, defaults: Mapping[str, Any]
) -> Call:
    def call(context: Any, **inputs: Any) -> tuple[Any, ...]:
        given = {**defaults, **inputs} if defaults else inputs
        result = function(**given, context=context) if takes_context else function(**given)
        if count == 1:
            return (result,)
        if count == 0:
            return ()
        values = tuple(result)
        if len(values) != count:
            raise ValueError(f"the node gave {len(values)} values for its {count} outputs")
        return values

    return call
