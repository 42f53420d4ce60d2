"""What a run did, and what it gave."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from .cache import Ui
from .errors import NodeFailed


@dataclass
class RunResult:
    """What a run did. `outputs` and `ui` are those of the targets that ran or were cached.

    `executed` is in the order in which nodes ran; `cached` are the nodes of the plan whose result was
    there; `blocked` were reached by a blocker, so that none of their calls ran; `skipped` did not run because
    something they need failed.
    """

    status: str = "done"
    outputs: dict[str, tuple[list[Any], ...]] = field(default_factory=dict)
    ui: dict[str, Ui] = field(default_factory=dict)
    executed: list[str] = field(default_factory=list)
    cached: list[str] = field(default_factory=list)
    blocked: list[str] = field(default_factory=list)
    failures: list[NodeFailed] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)
    seconds: float = 0.0
