"""What a run tells whoever watches it, while it goes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from .cache import Ui
from .errors import NodeFailed


@dataclass(frozen=True)
class RunStarted:
    """The run begins; `nodes` have to run, in this order as far as it is known."""

    nodes: tuple[str, ...]


@dataclass(frozen=True)
class NodeCached:
    """The node's result was there already."""

    node_id: str
    ui: Ui


@dataclass(frozen=True)
class NodeStarted:
    """The node runs now. `shown_at` is another node, where an expansion of that one brought it."""

    node_id: str
    title: str
    shown_at: str | None = None


@dataclass(frozen=True)
class NodeProgress:
    """The node has done `value` of `total` steps."""

    node_id: str
    value: int
    total: int


@dataclass(frozen=True)
class NodeDone:
    """The node has run and showed `ui`."""

    node_id: str
    ui: Ui


@dataclass(frozen=True)
class NodeBlocked:
    """The node did not run: every call of it was reached by a blocker."""

    node_id: str


@dataclass(frozen=True)
class BranchFailed:
    """The node raised, and the nodes that need it are skipped; others go on."""

    failure: NodeFailed
    skipped: tuple[str, ...]


@dataclass(frozen=True)
class RunDone:
    """The run is over: "done", "failed" (at least one branch) or "interrupted"."""

    status: str
    seconds: float


Event = RunStarted | NodeCached | NodeStarted | NodeProgress | NodeDone | NodeBlocked | BranchFailed | RunDone
Listener = Callable[[Event], None]
