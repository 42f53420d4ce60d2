"""`scorefield convert`, and nodes that are known from definitions only."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

Scorefield = Callable[..., Any]
Workflow = Callable[[Any], Path]

PAGE = {
    "nodes": [
        {
            "id": 1,
            "type": "ScorefieldStart",
            "widgets_values": [5],
            "outputs": [{"name": "n", "type": "NUMBER", "links": [9]}],
        },
        {
            "id": 2,
            "type": "Away",
            "inputs": [{"name": "number", "type": "NUMBER", "link": 9}],
            "widgets_values": [3],
        },
    ],
    "links": [[9, 1, 0, 2, 0, "NUMBER"]],
}
AWAY = {
    "input": {"required": {"number": ["NUMBER"], "times": ["INT", {"default": 1, "max": 9}]}},
    "output": [],
    "output_node": True,
    "display_name": "Far Away",
}


@pytest.fixture
def nodes(tmp_path: Path) -> Path:
    """An object_info with one node that is not installed, and with another idea of one that is."""
    start = {"input": {"required": {"other": ["INT", {"default": 7}]}}, "output": ["NUMBER"]}
    path = tmp_path / "object_info.json"
    path.write_text(json.dumps({"Away": AWAY, "ScorefieldStart": start}))
    return path


def test_a_page_is_printed_in_the_api_format(scorefield: Scorefield, workflow: Workflow, nodes: Path) -> None:
    outcome = scorefield("convert", workflow(PAGE), "--definitions", nodes)
    assert outcome.code == 0
    assert json.loads(outcome.stdout) == {
        # The server's own word on a node stands above ours: the result is for that server.
        "1": {"class_type": "ScorefieldStart", "inputs": {"other": 5}, "_meta": {"title": "ScorefieldStart"}},
        "2": {
            "class_type": "Away",
            "inputs": {"times": 3, "number": ["1", 0]},
            "_meta": {"title": "Far Away"},
        },
    }
    assert outcome.ran == []


def test_overrides_are_applied(scorefield: Scorefield, workflow: Workflow, nodes: Path) -> None:
    outcome = scorefield("convert", workflow(PAGE), "--definitions", nodes, "--set", "Far Away.times=8")
    assert json.loads(outcome.stdout)["2"]["inputs"]["times"] == 8


def test_a_prompt_stays_what_it_is(scorefield: Scorefield, workflow: Workflow, chain: Any) -> None:
    outcome = scorefield("convert", workflow(chain))
    assert json.loads(outcome.stdout) == chain


def test_a_picture_is_read_too(
    scorefield: Scorefield, tmp_path: Path, nodes: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    info = PngInfo()
    info.add_text("workflow", json.dumps(PAGE))
    Image.new("RGB", (2, 2)).save(tmp_path / "a.png", pnginfo=info)
    outcome = scorefield("convert", tmp_path / "a.png", "--definitions", nodes)
    assert json.loads(outcome.stdout)["2"]["inputs"]["number"] == ["1", 0]


def test_without_definitions_the_node_is_named(scorefield: Scorefield, workflow: Workflow) -> None:
    for command in ("convert", "check", "run"):
        outcome = scorefield(command, workflow(PAGE))
        assert (outcome.code, outcome.stdout) == (2, "")
        assert "node 2 (Away): there is no node of the class 'Away'" in outcome.stderr


def test_check_knows_the_nodes_and_what_they_take(
    scorefield: Scorefield, workflow: Workflow, nodes: Path
) -> None:
    outcome = scorefield("check", workflow(PAGE), "--definitions", nodes)
    assert (outcome.code, outcome.stdout) == (0, "valid: 2 nodes lead to 1 outputs\n")
    outcome = scorefield("check", workflow(PAGE), "--definitions", nodes, "--set", "Away.times=10")
    assert outcome.code == 2 and "maximum, 9" in outcome.stderr


def test_run_runs_what_is_installed_and_refuses_the_rest(
    scorefield: Scorefield, workflow: Workflow, nodes: Path
) -> None:
    outcome = scorefield("run", workflow(PAGE), "--definitions", nodes)
    assert (outcome.code, outcome.ran) == (1, ["start 5"])
    assert 'node 2 "Far Away" (Away)' in outcome.stderr
    assert "Away is known from definitions only" in outcome.stderr


@pytest.mark.parametrize("wrong", ["gone.json", "http://127.0.0.1:1"])
def test_definitions_that_cannot_be_read_are_refused(
    scorefield: Scorefield, workflow: Workflow, wrong: str
) -> None:
    outcome = scorefield("check", workflow(PAGE), "--definitions", wrong)
    assert outcome.code == 2
    assert "cannot be" in outcome.stderr and "object_info" in outcome.stderr
