"""A run on a server: the same events and the same result as here, whatever the connection does."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from scorefield.graph.errors import InvalidWorkflow
from scorefield.graph.events import (
    BranchFailed,
    NodeCached,
    NodeDone,
    NodeProgress,
    NodeStarted,
    RunDone,
    RunStarted,
)
from scorefield.graph.result import RunResult

from .conftest import CHAIN, Ran
from .played_server import Played, PlayedServer, image, run_all, state

Run = Callable[..., RunResult]


def test_a_run_there_is_told_and_brought_back_as_one_here(
    server: PlayedServer, run_there: Run, ran: Ran, tmp_path: Path
) -> None:
    result = run_there()
    path = tmp_path / "out" / "made" / "result.txt"
    assert (result.status, result.executed, result.cached, result.skipped) == ("done", ["1", "2"], [], [])
    assert result.ui == {
        "2": {"images": [{**image("result.txt", "made"), "path": str(path)}], "text": ["so it is"]}
    }
    assert path.read_text() == "content of result.txt"
    assert [type(event) for event in ran.events] == [
        RunStarted,
        *[NodeStarted, NodeProgress, NodeProgress, NodeProgress, NodeDone] * 2,
        RunDone,
    ]
    assert ran.of(RunStarted)[0].nodes == ("1", "2")
    assert [event.title for event in ran.of(NodeStarted)] == ["The Start", "Keep"]
    assert [(e.node_id, e.value, e.total) for e in ran.of(NodeProgress)][:3] == [
        ("1", 1, 3), ("1", 2, 3), ("1", 3, 3)
    ]  # fmt: skip
    assert server.sent[0].prompt == CHAIN


def test_overrides_are_typed_by_what_the_server_says_and_sent(server: PlayedServer, run_there: Run) -> None:
    run_there(CHAIN, "Start.value=7", "Keep.name=8")
    assert server.sent[0].prompt["1"]["inputs"] == {"value": 7}
    assert server.sent[0].prompt["2"]["inputs"]["name"] == "8"


def test_what_a_workflow_holds_is_for_the_server_to_judge(server: PlayedServer, run_there: Run) -> None:
    odd = {
        "1": {"class_type": "Read", "inputs": {"image": "not listed [output]"}},
        "2": {"class_type": "Start", "inputs": {"value": 5000}},
        "3": {"class_type": "Save", "inputs": {"number": ["1", 0], "name": ["2", 0]}},
    }
    assert run_there(odd).status == "done"
    assert server.sent[0].prompt == odd


def test_a_page_of_nodes_that_only_the_server_has_is_converted_and_goes_along(
    server: PlayedServer, run_there: Run
) -> None:
    page = {
        "nodes": [
            {"id": 1, "type": "Start", "widgets_values": [9], "outputs": [{"name": "n", "type": "NUMBER"}]},
            {
                "id": 2,
                "type": "Save",
                "widgets_values": ["kept"],
                "inputs": [{"name": "number", "type": "NUMBER", "link": 4}],
            },
        ],
        "links": [[4, 1, 0, 2, 0, "NUMBER"]],
    }
    result = run_there(page)
    assert result.status == "done", result
    assert server.sent[0].prompt["1"]["inputs"] == {"value": 9}
    assert server.sent[0].prompt["2"]["inputs"] == {"number": ["1", 0], "name": "kept"}
    assert server.sent[0].body["extra_data"]["extra_pnginfo"]["workflow"]["nodes"] == page["nodes"]


def test_only_the_targets_that_are_asked_for_are_sent_as_such(server: PlayedServer, run_there: Run) -> None:
    run_there(CHAIN, targets=["2"])
    run_there(CHAIN)
    assert [job.body.get("partial_execution_targets") for job in server.sent] == [["2"], None]


def test_cached_nodes_are_told_and_their_outputs_fetched(
    server: PlayedServer, run_there: Run, ran: Ran, tmp_path: Path
) -> None:
    async def cached(server: PlayedServer, job: Played) -> None:
        shown = {"images": [image("result.txt")]}
        server.files["result.txt"] = b"of before"
        await server.tell(job, "execution_cached", nodes=["1", "2"])
        await server.tell(job, "executed", node="2", display_node="2", output=shown)
        await server.tell(job, "execution_success")
        server.finish(job, {"2": shown})

    server.program = cached
    result = run_there()
    assert (result.executed, result.cached) == ([], ["1", "2"])
    assert ([e.node_id for e in ran.of(NodeCached)], ran.of(NodeStarted)) == (["1", "2"], [])
    assert (tmp_path / "out" / "result.txt").read_bytes() == b"of before"


def test_nodes_of_an_expansion_are_told_under_the_node_that_shows_them(
    server: PlayedServer, run_there: Run, ran: Ran
) -> None:
    async def expanding(server: PlayedServer, job: Played) -> None:
        await server.tell(job, "progress_state", nodes=state("1", 0, 1))
        inner = state("1.0.0.7", 2, 5, display_node_id="1")
        await server.tell(job, "progress_state", nodes={**state("1", 0, 1), **inner})
        await server.tell(job, "progress_state", nodes={**state("1", 1, 1, "finished"), **inner})
        outputs = {"1.0.0.7": {"text": ["inner"]}, "1": {"text": ["outer"]}}
        await server.tell(job, "execution_success")
        server.finish(job, outputs, meta={"1.0.0.7": {"display_node": "1"}})

    server.program = expanding
    result = run_there()
    assert [(e.node_id, e.shown_at) for e in ran.of(NodeStarted)] == [("1", None), ("1.0.0.7", "1")]
    assert [(e.node_id, e.value) for e in ran.of(NodeProgress)] == [("1.0.0.7", 2)]
    assert result.ui == {"1": {"text": ["inner", "outer"]}}


async def fail(server: PlayedServer, job: Played) -> None:
    """The first node fails."""
    await server.tell(job, "executing", node="1", display_node="1")
    await server.tell(
        job,
        "execution_error",
        node_id="1",
        node_type="Start",
        executed=[],
        exception_type="torch.OutOfMemoryError",
        exception_message="no memory\nleft",
        traceback=["  File here\n", "  File \x1b[2Jthere\n"],
    )
    server.finish(job, {}, "error")


def test_a_failing_node_is_named_with_what_the_server_says(
    server: PlayedServer, run_there: Run, ran: Ran
) -> None:
    server.program = fail
    result = run_there()
    assert (result.status, result.executed, result.skipped) == ("failed", [], ["2"])
    [failure] = result.failures
    assert str(failure.problem()) == 'node 1 "The Start" (Start): OutOfMemoryError: no memory left'
    assert failure.cause.__notes__ == ["  File here\n  File ?[2Jthere"]
    [told] = ran.of(BranchFailed)
    assert (told.failure.node_id, told.skipped) == ("1", ("2",))


def test_a_blocked_branch_is_a_failure_and_the_others_go_on(server: PlayedServer, run_there: Run) -> None:
    async def block(server: PlayedServer, job: Played) -> None:
        told = {"exception_type": "ExecutionBlocked", "exception_message": "Execution Blocked: not today"}
        await server.tell(job, "execution_error", node_id="1", node_type="Start", executed=[], **told)
        await run_all(server, job)

    server.program = block
    result = run_there()
    assert (result.status, result.executed) == ("failed", ["2"])
    assert result.failures[0].problem().message == "ExecutionBlocked: Execution Blocked: not today"
    assert result.ui["2"]["text"] == ["so it is"]


def test_a_workflow_that_the_server_refuses_is_refused_with_each_place(
    server: PlayedServer, run_there: Run
) -> None:
    errors = [
        {
            "type": "value_not_in_list",
            "message": "Value not in list",
            "details": "value: 3 not in [1]",
            "extra_info": {"input_name": "value"},
        },
        {"type": "return_type_mismatch", "message": "Wrong type", "details": "", "extra_info": {}},
    ]
    server.node_errors = {
        "error": {"type": "prompt_outputs_failed_validation", "message": "Prompt outputs failed validation"},
        "node_errors": {"1": {"errors": errors, "class_type": "Start", "dependent_outputs": ["2"]}},
    }
    with pytest.raises(InvalidWorkflow) as refused:
        run_there()
    assert [str(problem) for problem in refused.value.problems] == [
        'node 1 "The Start" (Start), input value: Value not in list; value: 3 not in [1]',
        'node 1 "The Start" (Start): Wrong type',
    ]


@pytest.mark.parametrize(
    ("error", "says"),
    [
        (
            {
                "type": "prompt_no_outputs",
                "message": "Prompt has no outputs",
                "details": "",
                "extra_info": {},
            },
            "Prompt has no outputs",
        ),
        (
            {"type": "missing_node_type", "message": "Gone", "extra_info": {"node_id": "2"}},
            'node 2 "Keep" (Save): Gone',
        ),
        ("plain words", "the server refuses the workflow: 'plain words'"),
    ],
)
def test_a_refusal_without_nodes_is_told(server: PlayedServer, run_there: Run, error: Any, says: str) -> None:
    server.node_errors = {"error": error, "node_errors": []}
    with pytest.raises(InvalidWorkflow) as refused:
        run_there()
    assert str(refused.value) == says


def test_an_output_that_is_left_out_is_a_failure_and_the_others_come(
    server: PlayedServer, run_there: Run
) -> None:
    two = {**CHAIN, "3": {"class_type": "Save", "inputs": {"number": ["1", 0], "name": "bad"}}}
    entry = {"errors": [{"type": "custom", "message": "not this one"}], "class_type": "Save"}
    server.node_errors = {"node_errors": {"3": entry}}

    async def without_it(server: PlayedServer, job: Played) -> None:
        del job.prompt["3"]
        await run_all(server, job)

    server.program = without_it
    result = run_there(two)
    assert (result.status, result.executed, result.skipped) == ("failed", ["1", "2"], [])
    assert str(result.failures[0].problem()) == 'node 3 "Save Text" (Save): not this one'
    assert list(result.ui) == ["2"]


def test_what_was_missed_while_the_websocket_was_away_is_made_up_for(
    server: PlayedServer, run_there: Run, ran: Ran
) -> None:
    async def dropping(server: PlayedServer, job: Played) -> None:
        await server.tell(job, "executing", node="1", display_node="1")
        await server.drop_socket(job)
        await run_all(server, job)

    server.program = dropping
    result = run_there()
    assert (result.status, result.executed) == ("done", ["1", "2"])
    assert [event.node_id for event in ran.of(NodeDone)] == ["1", "2"]
    assert result.ui["2"]["text"] == ["so it is"]


def test_the_websocket_is_opened_again(server: PlayedServer, run_there: Run, ran: Ran) -> None:
    async def dropping(server: PlayedServer, job: Played) -> None:
        await server.drop_socket(job)
        while server.connected < 2:
            await asyncio.sleep(0.01)
        await run_all(server, job)

    server.program = dropping
    assert run_there().status == "done"
    assert len(ran.of(NodeProgress)) == 6


def test_without_a_websocket_the_history_tells_all(server: PlayedServer, run_there: Run, ran: Ran) -> None:
    server.has_websocket = False

    async def slow(server: PlayedServer, job: Played) -> None:
        await asyncio.sleep(0.2)
        await run_all(server, job)

    server.program = slow
    result = run_there()
    assert (result.status, result.executed) == ("done", ["1", "2"])
    assert result.ui["2"]["text"] == ["so it is"]
    server.program = fail
    result = run_there()
    assert (result.status, result.failures[0].node_id, result.skipped) == ("failed", "1", ["2"])


def test_a_websocket_that_never_opens_is_not_waited_for(server: PlayedServer, run_there: Run) -> None:
    server.is_deaf = True
    result = run_there()
    assert (result.status, result.executed) == ("done", ["1", "2"])


def test_messages_of_others_and_nonsense_are_ignored(server: PlayedServer, run_there: Run, ran: Ran) -> None:
    async def noisy(server: PlayedServer, job: Played) -> None:
        other = Played("another", {}, {}, job.client_id)
        await server.tell(other, "executing", node="2")
        await server.tell(other, "execution_error", node_id="1")
        await server.tell(job, "unheard_of", node="1")
        for strange in ({"node": ["1"]}, {"node": 7, "value": "x", "max": None}, {"nodes": "all"}):
            for kind in ("executing", "progress", "progress_state", "execution_cached", "executed"):
                await server.tell(job, kind, **strange)
        await server.tell(job, "progress_state", nodes={"1": "odd", "2": {"state": 5}, "77": {}})
        await run_all(server, job)

    server.program = noisy
    result = run_there()
    assert (result.status, result.executed) == ("done", ["1", "2"])
    assert [event.node_id for event in ran.of(NodeStarted)] == ["1", "2"]


def test_an_old_server_that_tells_only_starts_is_followed(
    server: PlayedServer, run_there: Run, ran: Ran
) -> None:
    async def old(server: PlayedServer, job: Played) -> None:
        for node_id in ("1", "2"):
            await server.tell(job, "executing", node=node_id)
        server.finish(job, {})
        await server.tell(job, "executing", node=None)

    server.program = old
    assert run_there().executed == ["1", "2"]
    assert [type(event) for event in ran.events[1:4]] == [NodeStarted, NodeDone, NodeStarted]


def test_a_server_that_is_away_for_a_moment_is_waited_for(server: PlayedServer, run_there: Run) -> None:
    server.has_websocket = False

    async def away(server: PlayedServer, job: Played) -> None:
        server.refusal = (502, "bad gateway")
        await asyncio.sleep(0.2)
        server.refusal = None
        await run_all(server, job)

    server.program = away
    result = run_there()
    assert (result.status, result.failures) == ("done", [])


def test_a_server_that_is_gone_is_a_readable_failure(server: PlayedServer, run_there: Run) -> None:
    async def vanish(server: PlayedServer, job: Played) -> None:
        await server.vanish()

    server.program = vanish
    result = run_there()
    assert result.status == "failed"
    [failure] = result.failures
    assert failure.problem().type == "unreachable_server"
    assert f"{server.url} does not answer" in str(failure.problem())
    assert server.sent[0].prompt_id in str(failure.problem())


def test_a_job_that_the_server_no_longer_knows_is_a_readable_failure(
    server: PlayedServer, run_there: Run
) -> None:
    async def forget(server: PlayedServer, job: Played) -> None:
        server.running.remove(job)

    server.program = forget
    result = run_there()
    assert (result.status, result.failures[0].problem().type) == ("failed", "lost_job")


def test_a_job_whose_history_is_wiped_does_not_wait_for_ever(server: PlayedServer, run_there: Run) -> None:
    async def wiped(server: PlayedServer, job: Played) -> None:
        await run_all(server, job)
        del server.history[job.prompt_id]

    server.program = wiped
    result = run_there()
    assert (result.status, result.failures[0].problem().type) == ("failed", "lost_job")
