"""`scorefield run --vary`: one process, what variants share made once, files told apart, an index."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from scorefield.graph.cache import MemoryCache

Scorefield = Callable[..., Any]
Workflow = Callable[[Any], Path]
Api = dict[str, Any]


def test_what_variants_share_runs_once_and_each_has_its_folder(
    scorefield: Scorefield, workflow: Workflow, chain: Api
) -> None:
    outcome = scorefield("run", workflow(chain), "--vary", "Twice.factor=1:3", "--out", "sweep")
    assert (outcome.code, outcome.ran) == (0, ["start 5", "times 1", "times 2", "times 3"])
    found = {path.relative_to("sweep").as_posix(): path.read_text() for path in Path("sweep").rglob("*.txt")}
    assert found == {
        "factor=1/result.txt": "5",
        "factor=2/result.txt": "10",
        "factor=3/result.txt": "15",
    }


def test_the_index_tells_every_run(scorefield: Scorefield, workflow: Workflow, chain: Api) -> None:
    words = ["--vary", "Start.value=2,3", "--vary", "Twice.factor=4,5", "--out", "sweep", "--json"]
    report = scorefield("run", workflow(chain), *words).json()
    index = json.loads(Path("sweep/sweep.json").read_text())
    assert report["status"] == "done"
    assert report["runs"] == index["runs"]
    assert index["vary"] == ["Start.value=2,3", "Twice.factor=4,5"]
    assert [run["values"] for run in index["runs"]] == [
        {"Start.value": start, "Twice.factor": factor} for start in "23" for factor in "45"
    ]
    assert [run["outputs"]["3"]["text"] for run in index["runs"]] == [["8"], ["10"], ["12"], ["15"]]
    assert [run["cached"] for run in index["runs"]] == [[], ["1"], [], ["1"]]
    for run in index["runs"]:
        assert Path(run["outputs"]["3"]["images"][0]["path"]).read_text() == run["outputs"]["3"]["text"][0]


def test_an_output_that_does_not_vary_is_written_once_and_its_path_stays_right(
    scorefield: Scorefield, workflow: Workflow, chain: Api
) -> None:
    chain["4"] = {"class_type": "ScorefieldSave", "inputs": {"number": ["1", 0], "name": "same"}}
    report = scorefield("run", workflow(chain), "--vary", "2.factor=1,2", "--json").json()
    paths = {run["outputs"]["4"]["images"][0]["path"] for run in report["runs"]}
    assert [Path(path).read_text() for path in paths] == ["5"]


def test_a_failing_variant_does_not_stop_the_others(
    scorefield: Scorefield, workflow: Workflow, chain: Api
) -> None:
    chain["2"]["class_type"] = "ScorefieldFail"
    outcome = scorefield("run", workflow(chain), "--vary", "Start.value=1,2", "--json")
    report = outcome.json()
    assert (outcome.code, [run["status"] for run in report["runs"]]) == (1, ["failed", "failed"])
    assert outcome.ran == ["start 1", "start 2"]


def test_what_is_shared_is_let_go_after_its_last_use(
    scorefield: Scorefield, workflow: Workflow, chain: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    held: list[int] = []

    class Watched(MemoryCache):
        def drop(self, signature: bytes) -> None:
            super().drop(signature)
            held.append(len(self))

    monkeypatch.setattr("scorefield.cli.sweep.MemoryCache", Watched)
    words = ["--vary", "Start.value=2,3", "--vary", "Twice.factor=4,5"]
    assert scorefield("run", workflow(chain), *words).ran.count("start 2") == 1
    assert held == [0, 0], "each start goes when its second run is over"
