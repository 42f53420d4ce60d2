"""`scorefield run --vary`: what variants share is made once, files say what they are, an index tells all."""

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


def texts(folder: str) -> dict[str, str]:
    """Every text file below a folder, hidden ones too."""
    found = (path for path in Path(folder).rglob("*") if path.is_file() and path.suffix == ".txt")
    return {path.relative_to(folder).as_posix(): path.read_text() for path in found}


def test_what_variants_share_runs_once_and_files_say_what_varied(
    scorefield: Scorefield, workflow: Workflow, chain: Api
) -> None:
    outcome = scorefield("run", workflow(chain), "--vary", "Twice.factor=1:3", "--out", "sweep")
    assert (outcome.code, outcome.ran) == (0, ["start 5", "times 1", "times 2", "times 3"])
    assert texts("sweep") == {
        "result_factor=1.txt": "5",
        "result_factor=2.txt": "10",
        "result_factor=3.txt": "15",
    }
    assert sorted(path.name for path in Path("sweep").iterdir()) == [*sorted(texts("sweep")), "sweep.json"]
    assert outcome.stdout.splitlines()[-1] == str(Path("sweep/sweep.json").absolute())


def test_the_index_tells_every_run(scorefield: Scorefield, workflow: Workflow, chain: Api) -> None:
    words = ["--vary", "Start.value=2,3", "--vary", "Twice.factor=4,5", "--out", "sweep", "--json"]
    report = scorefield("run", workflow(chain), *words).json()
    index = json.loads(Path("sweep/sweep.json").read_text())
    assert (report["status"], index["status"]) == ("done", "done")
    assert [varied["values"] for varied in index["varied"]] == [["2", "3"], ["4", "5"]]
    assert [(varied["node"], varied["input"]) for varied in index["varied"]] == [
        ("1", "value"),
        ("2", "factor"),
    ]
    for runs in (report["runs"], index["runs"]):
        assert [run["values"] for run in runs] == [
            {"Start.value": start, "Twice.factor": factor} for start in "23" for factor in "45"
        ]
        assert [run["outputs"]["3"]["text"] for run in runs] == [["8"], ["10"], ["12"], ["15"]]
        assert [run["cached"] for run in runs] == [[], ["1"], [], ["1"]]
    for run in report["runs"]:
        [path] = run["files"]
        assert run["outputs"]["3"]["images"][0]["path"] == path
        assert Path(path).is_absolute() and Path(path).read_text() == run["outputs"]["3"]["text"][0]
    for run in index["runs"]:
        assert [Path("sweep", path).read_text() for path in run["files"]] == run["outputs"]["3"]["text"]
        assert run["outputs"]["3"]["images"][0]["filename"] == run["files"][0]


def test_lists_can_be_paired(scorefield: Scorefield, workflow: Workflow, chain: Api) -> None:
    words = ["--vary", "Start.value=2,3", "--vary", "Twice.factor=4,5", "--zip", "--out", "sweep"]
    assert scorefield("run", workflow(chain), *words).code == 0
    assert texts("sweep") == {"result_value=2,factor=4.txt": "8", "result_value=3,factor=5.txt": "15"}


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--zip"], "there is none"),
        (["--zip", "--vary", "1.value=1,2", "--vary", "2.factor=1:3"], "1.value has 2, 2.factor has 3"),
        (["--vary", "1.value=1,2", "--vary", "Start.value=3,4"], "vary the same input"),
        (["--vary", "1.value=1,99"], "valid is 1 to 50"),
        (["--vary", "1.valu=1,2"], "did you mean value?"),
        (["--vary", "1.value=1\n2,3"], "cannot be read as a list"),
    ],
)
def test_a_sweep_that_cannot_be_meant_is_refused_and_nothing_is_written(
    scorefield: Scorefield, workflow: Workflow, chain: Api, words: list[str], says: str
) -> None:
    outcome = scorefield("run", workflow(chain), *words)
    assert (outcome.code, outcome.ran) == (2, [])
    assert says in outcome.stderr and "Traceback" not in outcome.stderr
    assert list(Path.cwd().iterdir()) == []


def test_an_output_bears_what_reaches_it_and_nothing_else(
    scorefield: Scorefield, workflow: Workflow, chain: Api
) -> None:
    chain["4"] = {"class_type": "ScorefieldSave", "inputs": {"number": ["1", 0], "name": "start"}}
    chain["5"] = {"class_type": "ScorefieldStart", "inputs": {"value": 9}}
    chain["6"] = {"class_type": "ScorefieldSave", "inputs": {"number": ["5", 0], "name": "same"}}
    words = ["--vary", "1.value=1,2", "--vary", "2.factor=1,2", "--out", "sweep", "--json"]
    report = scorefield("run", workflow(chain), *words).json()
    assert texts("sweep") == {
        **{f"result_value={v},factor={f}.txt": str(v * f) for v in (1, 2) for f in (1, 2)},
        **{f"start_value={v}.txt": str(v) for v in (1, 2)},
        "same.txt": "9",
    }
    for run in report["runs"]:
        assert {Path(path).name for path in run["files"]} == {
            f"result_{run['label']}.txt",
            f"start_value={run['values']['1.value']}.txt",
            "same.txt",
        }
        assert {ui["text"][0] for ui in run["outputs"].values()} == {
            Path(path).read_text() for path in run["files"]
        }


def test_files_that_no_node_shows_lie_in_a_folder_of_the_run(
    scorefield: Scorefield, workflow: Workflow, chain: Api, known: dict[str, Any]
) -> None:
    chain["3"]["class_type"] = "ScorefieldSaveBeside"
    assert scorefield("run", workflow(chain), "--vary", "2.factor=1,2", "--out", "sweep").code == 0
    assert texts("sweep") == {"factor=1/deep/note.txt": "5", "factor=2/deep/note.txt": "10"}


def test_what_was_in_the_folder_stays(scorefield: Scorefield, workflow: Workflow, chain: Api) -> None:
    Path("sweep").mkdir()
    Path("sweep/result_factor=1.txt").write_text("mine")
    words = ["run", workflow(chain), "--vary", "2.factor=1,2", "--out", "sweep"]
    expected = {"result_factor=1.txt": "mine", "result_factor=1_2.txt": "5", "result_factor=2.txt": "10"}
    assert scorefield(*words).code == 0
    assert texts("sweep") == expected
    assert scorefield(*words, "--fresh").code == 0
    assert texts("sweep") == expected


def test_a_failing_variant_does_not_stop_the_others(
    scorefield: Scorefield, workflow: Workflow, chain: Api
) -> None:
    chain["2"]["class_type"] = "ScorefieldFail"
    chain["4"] = {"class_type": "ScorefieldSave", "inputs": {"number": ["1", 0], "name": "start"}}
    outcome = scorefield("run", workflow(chain), "--vary", "Start.value=1,2", "--json")
    report = outcome.json()
    assert (outcome.code, [run["status"] for run in report["runs"]]) == (1, ["failed", "failed"])
    assert outcome.ran == ["start 1", "start 2"]
    assert texts("output") == {"start_value=1.txt": "1", "start_value=2.txt": "2"}


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
