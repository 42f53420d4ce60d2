"""Whatever is wrong: exit 2, one readable line that names the place, nothing run, nothing written."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

Scorefield = Callable[..., Any]
Workflow = Callable[[Any], Path]
Api = dict[str, Any]

SAVE = {"class_type": "ScorefieldSave", "inputs": {"number": ["2", 0]}}


def times(link: Any, **inputs: Any) -> Api:
    node = {
        "class_type": "ScorefieldTimes",
        "inputs": {"number": link, **inputs},
        "_meta": {"title": "Twice"},
    }
    return {"1": {"class_type": "ScorefieldStart"}, "2": node, "3": SAVE}


def deep_cycle(count: int) -> Api:
    links = {str(i): [str(i + 1 if i < count else 1), 0] for i in range(1, count + 1)}
    nodes = {
        key: {"class_type": "ScorefieldTimes", "inputs": {"number": link}} for key, link in links.items()
    }
    return {**nodes, "save": {"class_type": "ScorefieldSave", "inputs": {"number": ["1", 0]}}}


BAD = {
    "cycle": (times(["2", 0]), ['node 2 "Twice"', "2 → 2"]),
    "deep cycle": (deep_cycle(10_000), ["node 1", "1 → 2 → 3", "…"]),
    "missing class": (
        {**times(["1", 0]), "9": {"class_type": "ScorefeldStart"}},
        ["node 9", "ScorefieldStart?"],
    ),
    "missing input": (
        {**times(["1", 0]), "3": {"class_type": "ScorefieldSave"}},
        ['node 3 "Save Text"', "input number", "required"],
    ),
    "wrong type": (
        '{"1": {"class_type": "ScorefieldStart", "inputs": {"value": ["1", 0]}}, "3": '
        '{"class_type": "ScorefieldSave", "inputs": {"number": 4}}}',
        ['node 3 "Save Text"', "input number", "NUMBER"],
    ),
    "NaN": ('{"1": {"class_type": "ScorefieldStart", "inputs": {"value": NaN}}}', ["no output node"]),
    "NaN that runs": (times(["1", 0], factor=float("nan")), ['node 2 "Twice"', "input factor", "nan"]),
    "zero": (
        {**times(["1", 0]), "1": {"class_type": "ScorefieldStart", "inputs": {"value": 0}}},
        ["minimum, 1"],
    ),
    "negative": (times(["1", 0], factor=-1), ['node 2 "Twice"', "input factor", "minimum, 0"]),
    "million": (times(["1", 0], factor=10**6), ["input factor", "maximum, 9"]),
    "huge": ('{"1": {"class_type": "ScorefieldStart", "inputs": {"value": 1e999}}}', ["no output node"]),
    "huge that runs": (times(["1", 0], factor=1e308), ["input factor", "maximum, 9"]),
    "link to nowhere": (times(["77", 0]), ['node 2 "Twice"', "input number", "'77', which does not exist"]),
    "no such output": (times(["1", 5]), ['node 2 "Twice"', "input number", "output 5"]),
    "no outputs": ({"1": {"class_type": "ScorefieldStart"}}, ["no output node"]),
    "empty": ({}, ["no nodes"]),
    "not an object": ([1, 2], ["JSON object"]),
    "not JSON": ("once upon a time", ["workflow.json is not JSON", "line 1"]),
    "empty page": ({"nodes": [], "links": []}, ["no nodes"]),
    "subgraph": ({"nodes": [{"id": 4, "type": "Unheard"}], "links": []}, ["node 4", "Unheard"]),
}


@pytest.mark.parametrize("case", BAD)
@pytest.mark.parametrize("json", [False, True])
def test_a_bad_workflow_is_refused_in_one_line(
    scorefield: Scorefield, workflow: Workflow, case: str, json: bool
) -> None:
    content, named = BAD[case]
    outcome = scorefield("run", workflow(content), *(["--json"] if json else []))
    assert outcome.code == 2
    [line] = outcome.stderr.splitlines()
    for name in named:
        assert name in line
    assert "Traceback" not in outcome.stderr
    assert (outcome.ran, list(Path.cwd().iterdir())) == ([], [])
    if json:
        report = outcome.json()
        assert (report["status"], len(report["errors"])) == ("invalid", 1)
    else:
        assert outcome.stdout == ""


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--set", "Thrice.factor=1"], "did you mean Twice?"),
        (["--set", "2.faktor=1"], 'node 2 "Twice" (ScorefieldTimes), input faktor'),
        (["--set", "2.factor=10"], "valid is 0 to 9"),
        (["--set", "2.factor"], "node.input=value"),
        (["--vary", "2.factor=5:1"], "'2.factor=5:1' never arrives"),
        (["--vary", "2.factor="], "'2.factor=' varies nothing"),
        (["--vary", "2.factor=8:12"], "10 is above the maximum, 9"),
        (["--vary", "9.factor=1,2"], "no node has the id, title or class '9'"),
        (["--device", "tpu"], "tpu"),
        (["--unheard"], "--unheard"),
    ],
)
def test_bad_words_are_refused(
    scorefield: Scorefield, workflow: Workflow, chain: Api, words: list[str], says: str
) -> None:
    outcome = scorefield("run", workflow(chain), *words)
    assert outcome.code == 2
    assert says in outcome.stderr
    assert (outcome.ran, list(Path.cwd().iterdir()), outcome.stdout) == ([], [], "")


def test_a_picture_without_a_workflow_is_refused(scorefield: Scorefield, tmp_path: Path) -> None:
    path = tmp_path / "bare.png"
    Image.new("RGB", (4, 4)).save(path)
    outcome = scorefield("run", path, "--json")
    assert (outcome.code, outcome.json()["errors"][0]["type"]) == (2, "no_workflow")
    assert "bare.png carries no workflow" in outcome.stderr
    assert list(Path.cwd().iterdir()) == []


def test_a_missing_file_is_refused(scorefield: Scorefield) -> None:
    outcome = scorefield("check", "gone.json")
    assert (outcome.code, "gone.json cannot be read" in outcome.stderr) == (2, True)


@pytest.mark.parametrize("words", [[], ["--json"], ["run", "--json"], ["unheard", "--json"]])
def test_words_that_make_no_command_are_refused(scorefield: Scorefield, words: list[str]) -> None:
    outcome = scorefield(*words)
    assert (outcome.code, outcome.stderr.startswith("error: ")) == (2, True)
    if "--json" in words:
        assert outcome.json()["errors"][0]["type"] == "usage"


def test_a_chain_of_10_000_nodes_is_checked(scorefield: Scorefield, workflow: Workflow) -> None:
    chain: Api = {"0": {"class_type": "ScorefieldStart"}}
    for index in range(1, 10_000):
        chain[str(index)] = {"class_type": "ScorefieldTimes", "inputs": {"number": [str(index - 1), 0]}}
    chain["end"] = {"class_type": "ScorefieldSave", "inputs": {"number": ["9999", 0]}}
    assert scorefield("check", workflow(chain)).code == 0
