"""What a node is: its inputs, its outputs and the function behind them, in terms that need no host."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

WIDGET_TYPES = frozenset({"INT", "FLOAT", "STRING", "BOOLEAN", "COMBO"})


class Required:
    """The default of an input that has none."""

    def __repr__(self) -> str:
        return "required"


REQUIRED = Required()


@dataclass(frozen=True)
class Input:
    """One input of a node: a socket that takes a link, or a widget that also takes a value.

    `type` is a socket name ("LATENT"), a union ("SCORE_MODEL,MODEL"), "*", or a widget type
    (INT, FLOAT, STRING, BOOLEAN, COMBO). `options` are the widget's own, named as ComfyUI's page
    names them: min, max, step, round, multiline, control_after_generate.
    """

    name: str
    type: str
    tooltip: str = ""
    default: Any = REQUIRED
    choices: tuple[str, ...] | Callable[[], tuple[str, ...]] = ()
    options: Mapping[str, Any] = field(default_factory=dict)

    @property
    def is_widget(self) -> bool:
        """Whether the page draws a widget for it, so that a saved page holds a value for it."""
        return self.type in WIDGET_TYPES and not self.options.get("forceInput", False)

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
class Definition:
    """A node as the executor, the validator and the hosts see it.

    `call(context, **inputs)` returns one value per output, as a tuple. `input_is_list` means the
    function sees whole lists; otherwise it is called once per item. `fingerprint(**inputs)` names
    what the result depends on beside its inputs (a file's content, say): it joins the signature. It sees
    every input by name, None where the value comes by a link; None from it means "never the same".
    """

    id: str
    title: str
    category: str
    description: str
    inputs: tuple[Input, ...]
    outputs: tuple[Output, ...]
    call: Callable[..., tuple[Any, ...]]
    output_node: bool = False
    input_is_list: bool = False
    fingerprint: Callable[..., str | None] | None = None
    search_aliases: tuple[str, ...] = ()

    def input(self, name: str) -> Input | None:
        """The input of that name, or None."""
        return next((candidate for candidate in self.inputs if candidate.name == name), None)
