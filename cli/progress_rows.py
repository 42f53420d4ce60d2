"""What a picture of a run shows: a row for each node, or for those that matter where there are many."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from .durations import clock, steps, took
from .progress_state import RunState

_LAST_DONE = 2
_LAST_FAILED = 3


class Row(NamedTuple):
    """One node: what became of it, its name, how deep it lies, and what there is to say of it.

    `share` is the part of its steps that is done, or None where it has none or does not run.
    """

    kind: str
    title: str
    node_id: str
    depth: int = 0
    note: str = ""
    share: float | None = None


def rows(state: RunState, now: float, most: int) -> list[Row]:
    """At most so many rows: all nodes in order if they fit, or else those that failed, ran last and run."""
    if len(state.order) + sum(map(len, list(state.children.values()))) <= most:
        return [_row(state, node_id, depth, now) for node_id, depth in _all(state)]
    failed = list(state.failed)[-_LAST_FAILED:]
    running = list(state.running)
    room = max(0, most - len(failed))
    done = list(state.last_done)[-_LAST_DONE:][: max(0, room - len(running))]
    chosen = [*failed, *done, *running[-room:]] if room else failed
    return [_row(state, node_id, 0, now) for node_id in chosen][:most]


def counts(state: RunState, now: float) -> str:
    """The run in one line: 12/40 nodes  3 cached  1 failed  0:12."""
    parts = [f"{state.finished}/{len(state.order)} nodes"]
    parts += [f"{len(nodes)} {kind}" for kind, nodes in _ended(state) if nodes]
    return "  ".join([*parts, clock(now - state.started_at)])


def _all(state: RunState) -> Iterator[tuple[str, int]]:
    """Every node with its depth, what an expansion added below the node that expanded."""
    waiting = [(node_id, 0) for node_id in reversed(state.order)]
    while waiting:
        node_id, depth = waiting.pop()
        yield node_id, depth
        children = state.children.get(node_id, ())
        waiting += [(child, depth + 1) for child in reversed(children)]


def _row(state: RunState, node_id: str, depth: int, now: float) -> Row:
    title = state.titles.get(node_id, "")
    running = state.running.get(node_id)
    if running is not None:
        if state.status:
            return Row("skipped", title, node_id, depth, "stopped")
        if not running.total:
            return Row("running", title, node_id, depth, clock(now - running.since))
        note = steps(running.value, running.total, running.rate)
        return Row("running", title, node_id, depth, note, min(1.0, running.value / running.total))
    if node_id in state.seconds:
        return Row("done", title, node_id, depth, took(state.seconds[node_id]))
    for kind, nodes in _ended(state):
        if node_id in nodes:
            return Row(kind, title, node_id, depth, kind)
    return Row("waiting", title, node_id, depth)


def _ended(state: RunState) -> tuple[tuple[str, dict[str, None]], ...]:
    """The nodes that ended otherwise than by running, by how."""
    return (
        ("cached", state.cached),
        ("blocked", state.blocked),
        ("failed", state.failed),
        ("skipped", state.skipped),
    )
