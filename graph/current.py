"""Which call of which node runs now, for code that is called by a node and is not handed its context."""

from __future__ import annotations

from contextvars import ContextVar
from dataclasses import dataclass

from .context import RunContext


@dataclass(slots=True)
class Call:
    """One call of a node: its context, the index of the call where the node runs over a list, and how
    many graphs the call has begun to build (their ids must differ)."""

    context: RunContext
    index: int = 0
    graphs: int = 0


CURRENT: ContextVar[Call | None] = ContextVar("scorefield_current_call", default=None)
