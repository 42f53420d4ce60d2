"""Ctrl-C: our job ends on the server, and no other."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from scorefield.graph.events import NodeStarted, RunStarted
from scorefield.graph.result import RunResult

from .conftest import Ran
from .played_server import Played, PlayedServer, until_interrupted

Run = Callable[..., RunResult]


@pytest.mark.parametrize("is_new", [True, False])
def test_a_job_that_runs_is_interrupted_by_its_id(
    server: PlayedServer, run_there: Run, ran: Ran, is_new: bool
) -> None:
    server.is_new, server.program = is_new, until_interrupted
    ran.on_event = lambda event: ran.stop.set() if isinstance(event, NodeStarted) else None
    result = run_there()
    assert (result.status, result.executed, result.failures) == ("interrupted", [], [])
    prompt_id = server.sent[0].prompt_id
    assert (server.cancelled, server.interrupts) == (
        ([prompt_id], []) if is_new else ([], [{"prompt_id": prompt_id}])
    )
    assert (server.running, server.pending, server.views) == ([], [], [])


@pytest.mark.parametrize("is_new", [True, False])
def test_a_job_that_waits_is_taken_out_and_what_runs_goes_on(
    server: PlayedServer, run_there: Run, ran: Ran, is_new: bool
) -> None:
    server.is_new, server.is_busy = is_new, True
    other = Played("another", {}, {}, "somebody")
    server.running.append(other)
    threading.Timer(0.3, ran.stop.set).start()
    assert run_there().status == "interrupted"
    assert (server.cancelled, server.pending) == ([server.sent[0].prompt_id], [])
    assert (server.running, other.interrupted.is_set(), server.interrupts) == ([other], False, [])


def test_before_it_is_sent_nothing_is_sent(server: PlayedServer, run_there: Run, ran: Ran) -> None:
    ran.on_event = lambda event: ran.stop.set() if isinstance(event, RunStarted) else None
    assert (run_there().status, server.sent) == ("interrupted", [])


def test_a_job_that_somebody_else_interrupts_ends_as_interrupted(
    server: PlayedServer, run_there: Run, ran: Ran
) -> None:
    server.program = until_interrupted
    ran.on_event = lambda _event: [job.interrupted.set() for job in server.running] and None
    assert run_there().status == "interrupted"
    assert server.cancelled == []


def test_a_node_that_does_not_stop_does_not_hold_us(server: PlayedServer, run_there: Run, ran: Ran) -> None:
    async def deaf(server: PlayedServer, job: Played) -> None:
        await server.tell(job, "executing", node="1", display_node="1")

    server.program = deaf
    ran.on_event = lambda event: ran.stop.set() if isinstance(event, NodeStarted) else None
    assert run_there().status == "interrupted"
    assert len(server.running) == 1


def test_a_server_that_does_not_hear_of_it_is_told_of(server: PlayedServer, run_there: Run, ran: Ran) -> None:
    async def vanish(server: PlayedServer, job: Played) -> None:
        ran.stop.set()
        await server.vanish()

    server.program = vanish
    result = run_there()
    assert result.status == "interrupted"
    assert "could not be cancelled" in str(result.failures[0].problem())


def test_while_outputs_come_the_rest_is_left(server: PlayedServer, run_there: Run, ran: Ran) -> None:
    two = {
        "1": {"class_type": "Start", "inputs": {"value": 5}},
        "2": {"class_type": "Save", "inputs": {"number": ["1", 0], "name": "a"}},
        "3": {"class_type": "Save", "inputs": {"number": ["1", 0], "name": "b"}},
    }
    server.on_view = ran.stop.set
    result = run_there(two)
    assert (result.status, [view["filename"] for view in server.views]) == ("interrupted", ["a.txt"])
