"""Stands for `comfy_execution.graph` and `comfy_execution.utils`: its errors, and who runs now."""

from __future__ import annotations

from contextvars import ContextVar, Token
from typing import NamedTuple

from ...graph.context import GraphView
from ...graph.current import CURRENT

# A name to annotate with: what a node gets as DYNPROMPT has these methods.
DynamicPrompt = GraphView


class DependencyCycleError(Exception):
    """Nodes wait for each other."""


class NodeInputError(Exception):
    """An input of a node is not valid."""


class NodeNotFoundError(Exception):
    """There is no node of that id."""


class ExecutionContext(NamedTuple):
    """Which call of which node runs. A run without a server has no prompt id."""

    prompt_id: str
    node_id: str
    list_index: int | None


_entered: ContextVar[ExecutionContext | None] = ContextVar("scorefield_entered_context", default=None)


def get_executing_context() -> ExecutionContext | None:
    """Who runs now: what was entered with `CurrentNodeContext`, or else the executor's own word."""
    call = CURRENT.get()
    known = None if call is None else ExecutionContext("", call.context.node_id, call.index)
    return _entered.get() or known


class CurrentNodeContext:
    """Says for a while that another node runs."""

    def __init__(self, prompt_id: str, node_id: str, list_index: int | None = None) -> None:
        self.context = ExecutionContext(prompt_id, node_id, list_index)
        self._token: Token[ExecutionContext | None] | None = None

    def __enter__(self) -> CurrentNodeContext:
        self._token = _entered.set(self.context)
        return self

    def __exit__(self, *_: object) -> None:
        if self._token is not None:
            _entered.reset(self._token)
