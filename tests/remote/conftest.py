"""A played server, and short ways to run workflows on it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from scorefield.graph.events import Event
from scorefield.graph.loading import read_source
from scorefield.graph.overrides import parse_override
from scorefield.graph.result import RunResult
from scorefield.graph.run import Surroundings, prepare
from scorefield.remote.server import connect
from scorefield.remote.watch import Pace

from .played_server import PlayedServer

QUICK = Pace(0.01, 0.1, 0.05, 0.01, 0.05, 0.4, 0.6, 0.5)
CHAIN: dict[str, Any] = {
    "1": {"class_type": "Start", "inputs": {"value": 5}},
    "2": {"class_type": "Save", "inputs": {"number": ["1", 0]}, "_meta": {"title": "Keep"}},
}


@pytest.fixture
def server() -> Iterator[PlayedServer]:
    """A server that runs everything well."""
    played = PlayedServer()
    played.start()
    yield played
    played.stop()


class Ran:
    """A run, its events, and the flag that stops it."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.stop = threading.Event()
        self.on_event: Callable[[Event], None] = lambda _event: None

    def take(self, event: Event) -> None:
        """Note an event."""
        self.events.append(event)
        self.on_event(event)

    def of(self, kind: type) -> list[Any]:
        """The events of one kind."""
        return [event for event in self.events if isinstance(event, kind)]


@pytest.fixture
def ran() -> Ran:
    """What is to be noted of a run."""
    return Ran()


@pytest.fixture
def run_there(server: PlayedServer, ran: Ran, tmp_path: Path) -> Callable[..., RunResult]:
    """Run a workflow on the played server; its files come to tmp_path/out, ours lie in tmp_path/input."""

    def run(workflow: Any = CHAIN, *overrides: str, targets: list[str] | None = None) -> RunResult:
        place = connect(server.url, pace=QUICK)
        changes = [parse_override(text) for text in overrides]
        job = prepare(read_source(workflow, place.definitions), place.definitions, changes)
        around = Surroundings(tmp_path / "out", tmp_path / "input", "auto", ran.take, ran.stop)
        return place.run_job(job, around, targets=targets)

    return run
