"""A sweep that is killed, at any moment, and started again with the same words: as if nothing had been."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from scorefield.graph.contract import Definition

from .killing import run_until
from .sweep_trees import tree, unlike

Definitions = dict[str, Definition]
Api = dict[str, Any]
Workflow = Callable[[Any], Path]
Scorefield = Callable[..., Any]


@pytest.fixture
def words(workflow: Workflow, chain: Api) -> list[str]:
    """A sweep of four runs with outputs that all, two or none of them share, and one that is not shown."""
    chain["4"] = {"class_type": "ScorefieldSave", "inputs": {"number": ["1", 0], "name": "start"}}
    chain["5"] = {"class_type": "ScorefieldStart", "inputs": {"value": 9}}
    chain["6"] = {"class_type": "ScorefieldSave", "inputs": {"number": ["5", 0], "name": "same"}}
    chain["7"] = {"class_type": "ScorefieldSaveBeside", "inputs": {"number": ["2", 0]}}
    varied = ["--vary", "1.value=1,2", "--vary", "2.factor=3,4"]
    return ["run", str(workflow(chain)), *varied, "--out", "sweep", "--device", "cpu"]


@pytest.mark.parametrize(
    "changes",
    [range(1, 1000, 7), pytest.param(range(1, 1000), marks=pytest.mark.slow)],
    ids=["some", "every"],
)
def test_killed_before_a_change_of_its_folder_it_goes_on_to_the_same_end(
    words: list[str], known: Definitions, changes: range
) -> None:
    assert not run_until(0, words, known)
    expected = tree(Path("sweep"))
    assert len(expected) == 4 + 2 + 1 + 3 * 4 + 1
    for change in changes:
        shutil.rmtree("sweep")
        if not run_until(change, words, known):
            break
        run_until(0, words, known)
        assert unlike(tree(Path("sweep")), expected) == [], f"killed before change {change}"
    assert change > 50, "the hook sees the changes"


def test_killed_again_and_again_it_arrives(words: list[str], known: Definitions) -> None:
    run_until(0, words, known)
    expected = tree(Path("sweep"))
    shutil.rmtree("sweep")
    kills = 0
    # Each attempt gets a little further than taking up costs.
    while run_until(18 + kills % 7, words, known):
        kills += 1
        assert kills < 60
    assert kills > 3
    assert unlike(tree(Path("sweep")), expected) == []


def test_killed_in_the_middle_of_a_line_of_its_journal(words: list[str], known: Definitions) -> None:
    run_until(0, words, known)
    expected = tree(Path("sweep"))
    shutil.rmtree("sweep")
    assert run_until(30, words, known)
    with Path("sweep/.scorefield-sweep/journal.jsonl").open("a") as journal:
        journal.write('{"run": {"label": "value=2,fac')
    run_until(0, words, known)
    assert unlike(tree(Path("sweep")), expected) == []


def test_what_is_done_is_not_run_again(scorefield: Scorefield, words: list[str], known: Definitions) -> None:
    assert scorefield(*words).ran == [
        "start 1",
        "times 3",
        "start 9",
        "times 4",
        "start 2",
        "times 3",
        "times 4",
    ]
    before = tree(Path("sweep"))
    outcome = scorefield(*words, "--json")
    assert (outcome.code, outcome.ran) == (0, [])
    assert "4 of 4 runs are there; --fresh makes them again" in outcome.stderr
    assert (outcome.json()["status"], len(outcome.json()["runs"])) == ("done", 4)
    assert unlike(tree(Path("sweep")), before) == []
    outcome = scorefield(*words)
    assert outcome.stdout.splitlines() == [str(Path("sweep/sweep.json").absolute())]
    assert len(scorefield(*words, "--fresh").ran) == 7
    assert unlike(tree(Path("sweep")), before) == []


@pytest.mark.parametrize(
    ("lost", "ran"),
    [
        ("result_value=2,factor=3.txt", ["start 2", "times 3"]),
        ("start_value=1.txt", ["start 1", "times 3", "times 4"]),
        ("value=1,factor=4/deep/note.txt", ["start 1", "times 4"]),
    ],
)
def test_a_file_that_was_lost_is_made_again(
    scorefield: Scorefield, words: list[str], lost: str, ran: list[str]
) -> None:
    scorefield(*words)
    before = tree(Path("sweep"))
    Path("sweep", lost).unlink()
    assert scorefield(*words).ran == ran
    assert unlike(tree(Path("sweep")), before) == []


def test_more_values_join_those_that_are_there(scorefield: Scorefield, words: list[str]) -> None:
    scorefield(*words)
    longer = [word.replace("factor=3,4", "factor=2,3,4") for word in words]
    outcome = scorefield(*longer)
    assert (outcome.code, outcome.ran) == (0, ["start 1", "times 2", "start 2", "times 2"])
    index = json.loads(Path("sweep/sweep.json").read_text())
    assert [run["label"] for run in index["runs"]] == [
        f"value={v},factor={f}" for v in (1, 2) for f in (2, 3, 4)
    ]
    outcome = scorefield(*words)
    assert outcome.code == 2
    assert "it has values that this one does not have" in outcome.stderr


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda words: [*words, "--set", "5.value=8"], "--set was '' and is '5.value=8'"),
        (lambda words: [*words, "--vary", "5.value=8"], "it varies 1.value, 2.factor, and this one 1.value,"),
        (
            lambda words: [words[0], words[1], *words[4:]],
            "it varies 1.value, 2.factor, and this one 2.factor",
        ),
    ],
)
def test_another_command_is_not_mixed_in(
    scorefield: Scorefield, words: list[str], change: Callable[[list[str]], list[str]], says: str
) -> None:
    scorefield(*words)
    before = tree(Path("sweep"))
    outcome = scorefield(*change(words))
    assert (outcome.code, outcome.ran) == (2, [])
    assert "sweep holds another sweep: " in outcome.stderr and says in outcome.stderr
    assert "give another --out, or --fresh to replace" in outcome.stderr
    assert unlike(tree(Path("sweep")), before) == []
    outcome = scorefield(*change(words), "--fresh")
    assert outcome.code == 0
    fresh = tree(Path("sweep"))
    shutil.rmtree("sweep")
    scorefield(*change(words))
    assert unlike(fresh, tree(Path("sweep"))) == [], "of the first sweep nothing stayed"


def test_a_changed_workflow_is_not_mixed_in_but_a_moved_one_goes_on(
    scorefield: Scorefield, words: list[str]
) -> None:
    scorefield(*words)
    file = Path(words[1])
    content = json.loads(file.read_text())
    content["2"]["_meta"]["title"] = "Thrice"
    file.write_text(json.dumps(content))
    assert scorefield(*words).code == 0
    content["5"]["inputs"]["value"] = 8
    file.write_text(json.dumps(content))
    outcome = scorefield(*words)
    assert outcome.code == 2
    assert "the workflow workflow.json was another one" in outcome.stderr


@pytest.mark.parametrize(
    ("key", "says"), [("torch", "torch was 1.0 and is "), ("device", "device was ray tubes and is cpu")]
)
def test_other_versions_or_devices_are_not_mixed_in(
    scorefield: Scorefield, words: list[str], key: str, says: str
) -> None:
    scorefield(*words)
    index = json.loads(Path("sweep/sweep.json").read_text())
    held = index["made_by"] if key == "device" else index["made_by"]["versions"]
    held[key] = "ray tubes" if key == "device" else "1.0"
    Path("sweep/sweep.json").write_text(json.dumps(index))
    outcome = scorefield(*words)
    assert (outcome.code, outcome.ran) == (2, [])
    assert says in outcome.stderr


def test_runs_that_failed_are_tried_again_and_the_others_stay(
    scorefield: Scorefield, workflow: Workflow, chain: Api, known: Definitions
) -> None:
    chain["2"] = {
        "class_type": "ScorefieldFailOnce",
        "inputs": {"number": ["1", 0]},
        "_meta": {"title": "Twice"},
    }
    words = ["run", workflow(chain), "--vary", "1.value=1,2", "--out", "sweep"]
    Path("trouble").touch()
    first = scorefield(*words)
    assert (first.code, first.ran) == (1, ["start 1", "start 2"])
    Path("trouble").unlink()
    again = scorefield(*words)
    assert (again.code, again.ran) == (0, ["start 1", "start 2"])
    assert sorted(tree(Path("sweep"))) == ["result_value=1.txt", "result_value=2.txt", "sweep.json"]


HEAD = '{"format": 1, "workflow": {}, "set": [], "varied": [], "made_by": {}, "status": "done", '


@pytest.mark.parametrize(
    "content",
    [
        "{",
        "[]",
        '{"vary": ["a.b=1,2"], "runs": []}',
        HEAD + '"sheets": [], "runs": [{"label": "a", "files": ["../precious"]}]}',
        HEAD + '"sheets": ["/precious"], "runs": []}',
    ],
)
@pytest.mark.parametrize("more", [[], ["--fresh"]])
def test_an_index_of_somebody_else_is_left_alone(
    scorefield: Scorefield, words: list[str], content: str, more: list[str]
) -> None:
    Path("sweep").mkdir()
    Path("sweep/sweep.json").write_text(content)
    Path("precious").write_text("precious")
    outcome = scorefield(*words, *more)
    assert (outcome.code, outcome.ran) == (2, [])
    assert "is not an index that this version writes" in outcome.stderr
    assert (Path("sweep/sweep.json").read_text(), Path("precious").read_text()) == (content, "precious")


def test_two_at_once_do_not_share_a_folder(scorefield: Scorefield, words: list[str]) -> None:
    from scorefield.graph.sweep.sole_use import sole_use

    with sole_use(Path("sweep")):
        outcome = scorefield(*words)
    assert (outcome.code, outcome.ran) == (2, [])
    assert "another sweep is writing to sweep" in outcome.stderr
    assert scorefield(*words).code == 0


def test_a_folder_that_cannot_be_made_is_named(scorefield: Scorefield, words: list[str]) -> None:
    Path("sweep").write_text("a file")
    outcome = scorefield(*words)
    assert (outcome.code, outcome.ran) == (2, [])
    assert "the folder sweep cannot be written" in outcome.stderr
