"""`scorefield run --to URL`: the command as a person meets it."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from ..remote.played_server import PlayedServer, image, run_all, until_interrupted

Scorefield = Callable[..., Any]
Workflow = Callable[[Any], Path]
GRAPH = {
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


def test_the_report_has_the_form_of_one_here(
    scorefield: Scorefield, workflow: Workflow, server: PlayedServer
) -> None:
    outcome = scorefield("run", workflow(GRAPH), "--to", server.url, "--out", "there", "--json")
    report = outcome.json()
    path = str(Path.cwd() / "there" / "made" / "result.txt")
    assert (outcome.code, report.pop("seconds") < 5) == (0, True)
    assert report == {
        "status": "done",
        "outputs": {"2": {"images": [{**image("result.txt", "made"), "path": path}], "text": ["so it is"]}},
        "executed": ["1", "2"],
        "cached": [],
    }
    assert "[2/2] Keep (2)" in outcome.stderr
    words = scorefield("run", workflow(GRAPH), "--to", server.url, "--out", "there")
    assert words.stdout.splitlines() == [path, "so it is"]
    assert words.stderr.splitlines()[-1].endswith("2 nodes run")


def test_each_variant_is_sent_in_turn_and_named_as_here(
    scorefield: Scorefield, workflow: Workflow, server: PlayedServer
) -> None:
    words = ["--vary", "Start.value=2,3", "--to", server.url, "--out", "sweep", "--json"]
    report = scorefield("run", workflow(GRAPH), *words).json()
    assert [job.prompt["1"]["inputs"]["value"] for job in server.sent] == [2, 3]
    assert [run["label"] for run in report["runs"]] == ["value=2", "value=3"]
    assert [Path(run["outputs"]["2"]["images"][0]["path"]).exists() for run in report["runs"]] == [True] * 2


def test_a_sweep_there_goes_on_where_it_stopped_and_is_not_mixed_with_one_here(
    scorefield: Scorefield, workflow: Workflow, server: PlayedServer
) -> None:
    words = [workflow(GRAPH), "--vary", "Start.value=2,3", "--out", "sweep"]
    scorefield("run", *words, "--to", server.url)
    again = scorefield("run", *words, "--to", server.url)
    assert (again.code, len(server.sent)) == (0, 2)
    assert "2 of 2 runs are there" in again.stderr
    more = [workflow(GRAPH), "--vary", "Start.value=2,3,4", "--out", "sweep", "--to", server.url]
    assert (scorefield("run", *more).code, len(server.sent)) == (0, 3)
    other = PlayedServer()
    other.start()
    refused = scorefield("run", *words, "--to", other.url)
    other.stop()
    assert (refused.code, other.sent) == (2, [])
    assert "holds another sweep" in refused.stderr


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--set", "Start.value=51"], "input value: 51 is above the maximum, 50"),
        (["--set", "Stort.value=1"], "did you mean Start?"),
        (["--device", "cpu"], "--device does not go with --to"),
        (["--header", "nonsense"], "--header 'Name: value'"),
        (["--vary", "Start.value=49:51"], "51 is above the maximum, 50"),
    ],
)
def test_what_is_not_valid_is_refused_before_anything_is_sent(
    scorefield: Scorefield, workflow: Workflow, server: PlayedServer, words: list[str], says: str
) -> None:
    outcome = scorefield("run", workflow(GRAPH), "--to", server.url, *words)
    assert (outcome.code, server.sent, outcome.stdout) == (2, [], "")
    assert says in outcome.stderr
    assert "Traceback" not in outcome.stderr


def test_what_the_server_refuses_is_exit_2(
    scorefield: Scorefield, workflow: Workflow, server: PlayedServer
) -> None:
    server.node_errors = {"error": {"type": "x", "message": "not like this"}}
    outcome = scorefield("run", workflow(GRAPH), "--to", server.url, "--json")
    assert (outcome.code, outcome.json()["errors"]) == (2, [{"type": "x", "message": "not like this"}])
    assert outcome.stderr == "error: not like this\n"


def test_a_wrong_address_is_exit_2_and_a_header_wants_a_server(
    scorefield: Scorefield, workflow: Workflow
) -> None:
    outcome = scorefield("run", workflow(GRAPH), "--to", "127.0.0.1:1", "--json")
    assert (outcome.code, outcome.json()["errors"][0]["type"]) == (2, "unreachable_server")
    outcome = scorefield("run", workflow(GRAPH), "--header", "a: b")
    assert (outcome.code, outcome.stderr) == (2, "error: --header goes with --to\n")


def test_texts_of_a_server_steer_no_terminal(
    scorefield: Scorefield, workflow: Workflow, server: PlayedServer
) -> None:
    async def tell(server: PlayedServer, job: Any) -> None:
        await run_all(server, job)
        server.history[job.prompt_id]["outputs"]["2"] = {"text": ["one\ttwo\n\x1b[2Jthree"]}

    server.program = tell
    outcome = scorefield("run", workflow(GRAPH), "--to", server.url)
    assert outcome.stdout == "one     two\n?[2Jthree\n"


def test_a_file_that_does_not_come_is_exit_1(
    scorefield: Scorefield, workflow: Workflow, server: PlayedServer
) -> None:
    async def lose(server: PlayedServer, job: Any) -> None:
        await run_all(server, job)
        server.files.clear()

    server.program = lose
    outcome = scorefield("run", workflow(GRAPH), "--to", server.url, "--json")
    report = outcome.json()
    assert (outcome.code, report["status"], report["executed"]) == (1, "failed", ["1", "2"])
    assert "the file 'result.txt' could not be fetched" in report["errors"][0]["message"]


def test_ctrl_c_cancels_the_job_and_is_exit_130(tmp_path: Path, server: PlayedServer) -> None:
    server.program = until_interrupted
    (tmp_path / "graph.json").write_text(json.dumps(GRAPH))
    command = [sys.executable, "-m", "scorefield", "run", "graph.json", "--to", server.url, "--json"]
    process = subprocess.Popen(
        command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stderr is not None
    while "The Start" not in process.stderr.readline():
        pass
    process.send_signal(signal.SIGINT)
    stdout, stderr = process.communicate(timeout=10)
    assert (process.returncode, json.loads(stdout)["status"]) == (130, "interrupted")
    assert (server.cancelled, "Traceback" in stderr) == ([server.sent[0].prompt_id], False)
