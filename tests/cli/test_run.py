"""`scorefield run`: what it writes, says and answers, when all is well and when a node fails."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Scorefield = Callable[..., Any]
Workflow = Callable[[Any], Path]
Api = dict[str, Any]


def test_a_workflow_runs_and_its_files_are_named(
    scorefield: Scorefield, workflow: Workflow, chain: Api
) -> None:
    outcome = scorefield("run", workflow(chain))
    path = Path.cwd() / "output" / "result.txt"
    assert (outcome.code, path.read_text()) == (0, "10")
    assert outcome.stdout.splitlines() == [str(path), "10"]
    assert "a node that talks" in outcome.stderr
    assert [line for line in outcome.stderr.splitlines() if line.startswith("[")] == [
        "[1/3] Start (1)",
        "[2/3] Twice (2)",
        "[3/3] Save Text (3)",
    ]
    assert outcome.stderr.splitlines()[-1].startswith("done in ")


def test_json_is_one_object_on_stdout(scorefield: Scorefield, workflow: Workflow, chain: Api) -> None:
    outcome = scorefield("run", workflow(chain), "--json", "--out", "elsewhere")
    report = outcome.json()
    assert (outcome.code, report.pop("seconds") < 5) == (0, True)
    path = str(Path.cwd() / "elsewhere" / "result.txt")
    image = {"filename": "result.txt", "subfolder": "", "type": "output", "path": path}
    assert report == {
        "status": "done",
        "outputs": {"3": {"images": [image], "text": ["10"]}},
        "executed": ["1", "2", "3"],
        "cached": [],
    }


def test_overrides_change_what_runs(scorefield: Scorefield, workflow: Workflow, chain: Api) -> None:
    outcome = scorefield("run", workflow(chain), "--set", "Start.value=7", "--set", "Twice.factor=3")
    assert outcome.ran == ["start 7", "times 3"]
    assert Path("output/result.txt").read_text() == "21"


def test_it_runs_for_the_nodes_that_are_wanted(
    scorefield: Scorefield, workflow: Workflow, chain: Api
) -> None:
    outcome = scorefield("run", workflow(chain), "--want", "Twice", "--json")
    assert (outcome.code, outcome.json()["executed"]) == (0, ["1", "2"])
    assert not Path("output").exists()
    unknown = scorefield("run", workflow(chain), "--want", "Thrice")
    assert (unknown.code, "Thrice" in unknown.stderr, "Twice" in unknown.stderr) == (2, True, True)
    both = scorefield("run", workflow(chain), "--want", "Twice", "--vary", "Start.value=1,2")
    assert (both.code, "--want does not go with --vary" in both.stderr) == (2, True)


def test_a_failing_node_gives_exit_1_and_the_other_branch_its_file(
    scorefield: Scorefield, workflow: Workflow, chain: Api
) -> None:
    chain["4"] = {"class_type": "ScorefieldFail", "inputs": {"number": ["1", 0]}, "_meta": {"title": "Bad"}}
    chain["5"] = {"class_type": "ScorefieldSave", "inputs": {"number": ["4", 0], "name": "never"}}
    outcome = scorefield("run", workflow(chain), "--json")
    report = outcome.json()
    assert (outcome.code, report["status"]) == (1, "failed")
    assert (report["executed"], report["skipped"]) == (["1", "2", "3"], ["5"])
    [error] = report["errors"]
    assert (error["type"], error["node_id"], error["title"]) == ("node_failed", "4", "Bad")
    assert 'error: node 4 "Bad" (ScorefieldFail): ValueError: it was bound to fail' in outcome.stderr
    assert "Traceback" not in outcome.stderr
    assert [path.name for path in Path("output").iterdir()] == ["result.txt"]


def test_debug_shows_the_traceback(scorefield: Scorefield, workflow: Workflow, chain: Api) -> None:
    chain["2"]["class_type"] = "ScorefieldFail"
    outcome = scorefield("run", workflow(chain), "--debug")
    assert outcome.code == 1
    assert "Traceback" in outcome.stderr


def test_an_error_of_our_own_is_one_line_too(
    scorefield: Scorefield, workflow: Workflow, chain: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise KeyError("oh")

    monkeypatch.setattr("scorefield.cli.commands.prepare", broken)
    outcome = scorefield("run", workflow(chain), "--json")
    assert (outcome.code, outcome.json()["errors"][0]["type"]) == (1, "internal_error")
    assert outcome.stderr == "error: KeyError: 'oh'; --debug shows where\n"
    assert "Traceback" in scorefield("run", workflow(chain), "--debug").stderr


def test_titles_cannot_steer_the_terminal(scorefield: Scorefield, workflow: Workflow, chain: Api) -> None:
    chain["2"]["_meta"]["title"] = "\x1b[2Jgone\r"
    assert "\x1b" not in scorefield("run", workflow(chain)).stderr
    chain["2"]["inputs"]["factor"] = -1
    outcome = scorefield("run", workflow(chain))
    assert outcome.code == 2
    assert "\x1b" not in outcome.stderr


def test_check_says_what_would_run(scorefield: Scorefield, workflow: Workflow, chain: Api) -> None:
    chain["stray"] = {"class_type": "ScorefieldStart", "inputs": {}}
    outcome = scorefield("check", workflow(chain))
    assert (outcome.code, outcome.stdout) == (0, "valid: 3 nodes lead to 1 outputs\n")
    report = scorefield("check", workflow(chain), "--json").json()
    assert report == {"status": "valid", "nodes": ["1", "2", "3"], "outputs": ["3"]}
    assert (scorefield("check", workflow(chain)).ran, list(Path.cwd().iterdir())) == ([], [])


def test_nodes_are_listed(scorefield: Scorefield) -> None:
    assert scorefield("nodes").stdout.splitlines()[0].split() == ["ScorefieldFail", "test:", "Fail"]
    info = scorefield("nodes", "--json").json()
    assert info["ScorefieldStart"]["input"]["optional"]["value"][1]["max"] == 50
