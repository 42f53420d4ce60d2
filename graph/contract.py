"""What a node is: its inputs, its outputs and the function behind them, in terms that need no host."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

WIDGET_TYPES = frozenset({"INT", "FLOAT", "STRING", "BOOLEAN", "COMBO"})


class Required:
    """The default of an input that has none."""

    def __repr__(self) -> str:
        return "required"


class Absent:
    """The default of an input that is not handed to the node at all where nothing is given."""

    def __repr__(self) -> str:
        return "absent"


REQUIRED = Required()
ABSENT = Absent()


@dataclass(frozen=True)
class Input:
    """One input of a node: a socket that takes a link, or a widget that also takes a value.

    `type` is a socket name ("LATENT"), a union ("SCORE_MODEL,MODEL"), "*", or a widget type
    (INT, FLOAT, STRING, BOOLEAN, COMBO). `options` are the widget's own, named as ComfyUI's page
    names them: min, max, step, round, multiline, control_after_generate, lazy, rawLink.
    `is_open` says that a constant of any JSON type may stand where a link is expected: ComfyUI lets
    packs draw widgets of their own for any socket name.
    """

    name: str
    type: str
    tooltip: str = ""
    default: Any = REQUIRED
    choices: tuple[str, ...] | Callable[[], tuple[str, ...]] = ()
    options: Mapping[str, Any] = field(default_factory=dict)
    is_open: bool = False

    @property
    def is_lazy(self) -> bool:
        """Whether what it is linked to runs only once the node asks for it."""
        return bool(self.options.get("lazy"))

    @property
    def is_raw(self) -> bool:
        """Whether the node gets the link itself, `[node id, slot]`, and not the value."""
        return bool(self.options.get("rawLink"))

    @property
    def is_widget(self) -> bool:
        """Whether the page draws a widget for it, so that a saved page holds a value for it."""
        return self.type in WIDGET_TYPES and not self.options.get("forceInput", False)

    @property
    def has_default(self) -> bool:
        """Whether the default stands in where nothing is given: a socket's is the node function's own."""
        return self.is_widget and not isinstance(self.default, Required | Absent)

    @property
    def is_required(self) -> bool:
        """Whether a graph must give it. A widget has a default, so that old files run with new nodes."""
        return isinstance(self.default, Required)

    @property
    def types(self) -> frozenset[str]:
        """The socket names it accepts."""
        return frozenset(part.strip() for part in self.type.split(","))

    def allowed(self) -> tuple[str, ...]:
        """The choices of a COMBO now; a callable is asked each time, so that new files appear."""
        return tuple(self.choices() if callable(self.choices) else self.choices)


@dataclass(frozen=True)
class Output:
    """One output of a node. `is_list` means a list whose items downstream nodes see one by one."""

    name: str
    type: str
    tooltip: str = ""
    is_list: bool = False


@dataclass(frozen=True)
class Expansion:
    """What a node gives that stands for a graph: new nodes in API format, and the node's outputs.

    An output is a value, or a link `[node id, slot]` into the new nodes or any other. Ids of new nodes
    must be new in the whole run.
    """

    graph: Mapping[str, Any]
    outputs: tuple[Any, ...]


@dataclass(frozen=True)
class OwnValidation:
    """A node's own check of its constants.

    `call(node_id, constants, received_types)` gives True, or a text or False for "no", or an awaitable
    of that. Links are None among the constants; `received_types` are the types of what is linked.
    `inputs` are those it checks itself, so that range and choices are not checked for it: None for all.
    """

    call: Callable[[str, Mapping[str, Any], Mapping[str, str]], Any]
    inputs: frozenset[str] | None = frozenset()
    checks_types: bool = False

    def covers(self, name: str) -> bool:
        """Whether it checks that input's range and choices itself."""
        return self.inputs is None or name in self.inputs


@dataclass(frozen=True)
class Definition:
    """A node as the executor, the validator and the hosts see it.

    Attributes:
        id, title, category, description: what it is called, where it stands, what it says of itself.
        inputs, outputs: its sockets and widgets.
        call: `call(context, **inputs)` gives one value per output as a tuple, an `Expansion`, or an
            awaitable of either.
        output_node: whether a run wants it even if nothing takes its outputs.
        input_is_list: whether it sees whole lists; otherwise it is called once per item.
        needs: `needs(context, **inputs)` names the lazy inputs it has to have, given those that are
            there (the others are None); or an awaitable of that. Asked again until nothing is missing.
        validation: its own check of its constants.
        fingerprint: `fingerprint(node_id, constants)` names what the result depends on beside its
            inputs; it joins the signature. Links are None among the constants. None from it means
            "never the same". It may give an awaitable.
        files: `files(constants)` lists the files its result depends on (weights, pictures): their
            content joins the signature, and the record in what a run saves.
        more_inputs: declares an input by a name that `inputs` does not have, or gives None; for nodes
            whose inputs grow on the page.
        more_outputs: declares an output beyond those of `outputs`, by its place, or gives None.
        knows_its_place: whether the result depends on the node's id or on the graph around it.
        reads_graph: whether it looks at other nodes of the graph, so that their values must stay.
        is_async: whether its call gives an awaitable, so that it should start early.
        keep: whether its result is worth keeping on disk for later processes.
        search_aliases: further words that find it.
        module: where it comes from, as an `object_info` names it: "nodes" for ComfyUI's own,
            "custom_nodes.NAME" for a pack's; empty for ours.
    """

    id: str
    title: str
    category: str
    description: str
    inputs: tuple[Input, ...]
    outputs: tuple[Output, ...]
    call: Callable[..., Any]
    output_node: bool = False
    input_is_list: bool = False
    needs: Callable[..., Any] | None = None
    validation: OwnValidation | None = None
    fingerprint: Callable[[str, Mapping[str, Any]], Any] | None = None
    files: Callable[[Mapping[str, Any]], Iterable[Path]] | None = None
    more_inputs: Callable[[str], Input | None] | None = None
    more_outputs: Callable[[int], Output | None] | None = None
    knows_its_place: bool = False
    reads_graph: bool = False
    is_async: bool = False
    keep: bool = False
    search_aliases: tuple[str, ...] = ()
    module: str = ""

    @property
    def pack(self) -> str:
        """The pack it is from, where that is not ours."""
        name = self.module.removeprefix("custom_nodes.")
        return name if name != self.module else ""

    @cached_property
    def by_name(self) -> Mapping[str, Input]:
        """The declared inputs by name."""
        return {declared.name: declared for declared in self.inputs}

    @cached_property
    def required(self) -> tuple[str, ...]:
        """The names of the inputs that a graph must give."""
        return tuple(declared.name for declared in self.inputs if declared.is_required)

    @cached_property
    def is_steady(self) -> bool:
        """Whether a check of the same inputs, and their signature, come out the same at any time."""
        changing = self.validation, self.fingerprint, self.files
        return changing == (None, None, None) and not any(callable(i.choices) for i in self.inputs)

    @cached_property
    def has_special_links(self) -> bool:
        """Whether some input is lazy or gets its link raw."""
        return any(declared.is_lazy or declared.is_raw for declared in self.inputs)

    @cached_property
    def gives_lists(self) -> bool:
        """Whether some output is a list."""
        return any(output.is_list for output in self.outputs)

    def output(self, place: int) -> Output | None:
        """The output in that place, or None."""
        if 0 <= place < len(self.outputs):
            return self.outputs[place]
        return None if self.more_outputs is None or place < 0 else self.more_outputs(place)

    def input(self, name: str) -> Input | None:
        """The input of that name, or None."""
        declared = self.by_name.get(name)
        if declared is None and self.more_inputs is not None:
            return self.more_inputs(name)
        return declared
