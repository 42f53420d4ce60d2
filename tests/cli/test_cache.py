"""The cache on the command line: what is found again, how it is turned off, where it is and how large."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from scorefield.kept import default_folder

Scorefield = Callable[..., Any]
Workflow = Callable[[Any], Path]
Api = dict[str, Any]


@pytest.fixture
def keeping(known: Api) -> Api:
    """Times is worth keeping."""
    known["ScorefieldTimes"] = replace(known["ScorefieldTimes"], keep=True)
    return known


@pytest.mark.usefixtures("keeping")
def test_a_second_run_does_only_what_is_not_kept(
    scorefield: Scorefield, workflow: Workflow, chain: Api
) -> None:
    path = workflow(chain)
    first = scorefield("run", path, "--cache", "kept", "--json").json()
    assert (first["executed"], first["cached"]) == (["1", "2", "3"], [])
    again = scorefield("run", path, "--cache", "kept", "--json")
    assert (again.json()["executed"], again.json()["cached"], again.ran) == (["3"], ["2"], [])
    assert Path("output/result.txt").read_text() == "10"
    changed = scorefield("run", path, "--cache", "kept", "--set", "Twice.factor=3")
    assert changed.ran == ["start 5", "times 3"]


@pytest.mark.usefixtures("keeping")
def test_no_cache_neither_reads_nor_writes(scorefield: Scorefield, workflow: Workflow, chain: Api) -> None:
    path = workflow(chain)
    scorefield("run", path, "--cache", "kept", "--no-cache")
    assert not Path("kept").exists()
    scorefield("run", path, "--cache", "kept")
    assert scorefield("run", path, "--cache", "kept", "--no-cache").ran == ["start 5", "times 2"]


@pytest.mark.usefixtures("keeping")
def test_the_environment_names_the_folder(
    scorefield: Scorefield, workflow: Workflow, chain: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SCOREFIELD_CACHE", str(Path("mine").absolute()))
    scorefield("run", workflow(chain))
    assert len(list(Path("mine").iterdir())) == 1
    monkeypatch.setenv("SCOREFIELD_CACHE", "off")
    assert scorefield("run", workflow(chain)).ran == ["start 5", "times 2"]


def test_the_folder_is_the_users_own_by_default() -> None:
    assert default_folder({"XDG_CACHE_HOME": "/caches"}) == Path("/caches/scorefield/results")
    home = Path.home() / ".cache" / "scorefield" / "results"
    assert default_folder({}) == default_folder({"XDG_CACHE_HOME": "relative"}) == home
    assert default_folder({"SCOREFIELD_CACHE": "/mine", "XDG_CACHE_HOME": "/caches"}) == Path("/mine")
    assert default_folder({"SCOREFIELD_CACHE": "off"}) is None


@pytest.mark.usefixtures("keeping")
def test_the_cache_says_what_it_holds_and_is_cleared(
    scorefield: Scorefield, workflow: Workflow, chain: Api
) -> None:
    scorefield("run", workflow(chain), "--cache", "kept")
    folder = Path("kept").absolute()
    [entry] = folder.iterdir()
    size = entry.stat().st_size
    expected = {"folder": str(folder), "cleared": False, "results": 1, "bytes": size}
    assert scorefield("cache", "--cache", "kept", "--json").json() == expected
    assert scorefield("cache", "--cache", "kept").stdout == f"{folder}: 1 results kept, {size} bytes\n"
    (folder / "mine.txt").write_text("stays")
    assert (
        scorefield("cache", "--cache", "kept", "--clear").stdout
        == f"{folder}: 1 results deleted, {size} bytes\n"
    )
    assert [path.name for path in folder.iterdir()] == ["mine.txt"]
    assert scorefield("cache", "--cache", "kept", "--json").json()["results"] == 0


def test_a_cache_that_is_not_there_is_empty_and_one_that_is_off_is_refused(scorefield: Scorefield) -> None:
    assert scorefield("cache", "--cache", "nowhere").stdout.endswith("0 results kept, 0 bytes\n")
    assert not Path("nowhere").exists()
    outcome = scorefield("cache", "--json")
    assert (outcome.code, outcome.json()["errors"][0]["type"]) == (2, "no_cache")
    Path("file").write_text("")
    outcome = scorefield("cache", "--cache", "file")
    assert (outcome.code, "cannot be read" in outcome.stderr) == (2, True)


@pytest.mark.usefixtures("keeping")
def test_a_folder_that_cannot_be_written_costs_one_line(
    scorefield: Scorefield, workflow: Workflow, chain: Api
) -> None:
    chain["4"] = {"class_type": "ScorefieldTimes", "inputs": {"number": ["2", 0]}}
    chain["3"]["inputs"]["number"] = ["4", 0]
    Path("file").write_text("not a folder")
    outcome = scorefield("run", workflow(chain), "--cache", "file/kept")
    assert (outcome.code, outcome.ran) == (0, ["start 5", "times 2", "times 2"])
    warnings = [line for line in outcome.stderr.splitlines() if line.startswith("warning: ")]
    assert len(warnings) == 1 and "results are not kept for later runs" in warnings[0]


@pytest.mark.parametrize("option", ["--cache-size", "--max-memory"])
def test_sizes_are_amounts_of_memory(
    scorefield: Scorefield, workflow: Workflow, chain: Api, option: str
) -> None:
    assert scorefield("run", workflow(chain), option, "1.5G").code == 0
    outcome = scorefield("run", workflow(chain), option, "much")
    assert (outcome.code, outcome.ran) == (2, [])
    assert f"argument {option}: 'much' is no amount of memory; write 512M, 4G or 1.5G" in outcome.stderr


@pytest.mark.usefixtures("keeping")
def test_the_folder_stays_below_its_size(scorefield: Scorefield, workflow: Workflow, chain: Api) -> None:
    for value in range(1, 30):
        scorefield(
            "run", workflow(chain), "--cache", "kept", "--cache-size", "4K", "--set", f"Start.value={value}"
        )
    assert 0 < sum(path.stat().st_size for path in Path("kept").iterdir()) <= 4096


@pytest.mark.usefixtures("keeping")
def test_a_sweep_uses_and_keeps_results_too(scorefield: Scorefield, workflow: Workflow, chain: Api) -> None:
    words = ["run", workflow(chain), "--cache", "kept", "--max-memory", "1G"]
    scorefield(*words, "--set", "Start.value=2")
    swept = scorefield(*words, "--vary", "Start.value=1:3")
    assert swept.ran == ["start 1", "times 2", "start 3", "times 2"]
    assert scorefield(*words, "--vary", "Start.value=1:3", "--fresh").ran == []
    assert len(list(Path("kept").iterdir())) == 3
