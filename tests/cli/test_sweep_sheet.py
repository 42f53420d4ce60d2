"""The contact sheets beside a sweep: one for each output whose pictures vary."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from scorefield.cli import main
from scorefield.nodes import DEFINITIONS

from .killing import run_until
from .sweep_trees import tree, unlike

Api = dict[str, Any]


def node(class_type: str, **inputs: Any) -> Api:
    return {"class_type": f"Scorefield{class_type}", "inputs": inputs}


API = {
    "1": node("Spiral", count=9),
    "2": node("CloudPlot", samples=["1", 0], size=64),
    "3": node("SaveImage", images=["2", 0], filename_prefix="plots/cloud"),
    "4": node("Circle", count=9),
    "5": node("CloudPlot", samples=["4", 0], size=64),
    "6": node("SaveImage", images=["5", 0], filename_prefix="circle"),
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "sweep"


def sweep(folder: Path, api: Api, *words: str) -> int:
    file = folder.parent / "my.json"
    file.write_text(json.dumps(api))
    return main(["run", str(file), "--out", str(folder), "--device", "cpu", *words], DEFINITIONS)


def names(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_what_varies_is_on_the_sheet_and_what_does_not_is_not(folder: Path) -> None:
    assert sweep(folder, API, "--vary", "Spiral.count=5:7", "--vary", "2.extent=1,2") == 0
    plots = {f"plots/cloud_00001_count={c},extent={e}.png" for c in (5, 6, 7) for e in (1, 2)}
    assert names(folder) == {*plots, "circle_00001_.png", "sheet.png", "sweep.json"}
    assert json.loads((folder / "sweep.json").read_text())["sheets"] == ["sheet.png"]
    with Image.open(folder / "sheet.png") as sheet:
        assert sheet.height > sheet.width, "three rows of two"


def test_several_outputs_have_a_sheet_each(folder: Path) -> None:
    api = {**API, "7": node("SaveImage", images=["2", 0], filename_prefix="plots/more")}
    api["8"] = node("SaveImage", images=["2", 0], filename_prefix="else/more")
    assert sweep(folder, api, "--vary", "Spiral.count=5,6") == 0
    assert {name for name in names(folder) if "sheet" in name} == {
        "sheet_cloud.png",
        "sheet_more_7.png",
        "sheet_more_8.png",
    }


@pytest.mark.parametrize(
    "changes",
    [range(2, 1000, 9), pytest.param(range(1, 1000), marks=pytest.mark.slow)],
    ids=["some", "every"],
)
def test_a_killed_sweep_has_all_its_pictures_and_sheets_in_the_end(folder: Path, changes: range) -> None:
    api = {**API, "7": node("SaveImage", images=["2", 0], filename_prefix="plots/more")}
    words = ["--vary", "Spiral.count=5,6"]
    sweep(folder, api, *words)
    expected = tree(folder)
    assert len([name for name in expected if "sheet" in name]) == 2
    command = ["run", str(folder.parent / "my.json"), "--out", str(folder), "--device", "cpu", *words]
    for change in changes:
        shutil.rmtree(folder)
        if not run_until(change, command, DEFINITIONS):
            break
        run_until(0, command, DEFINITIONS)
        assert unlike(tree(folder), expected) == [], f"killed before change {change}"
    assert change > 50, "the hook sees the changes"


def test_a_sheet_is_drawn_again_when_it_is_lost_or_old(folder: Path) -> None:
    words = ["--vary", "Spiral.count=5,6"]
    sweep(folder, API, *words)
    before = tree(folder)
    (folder / "sheet.png").unlink()
    assert sweep(folder, API, *words) == 0
    assert unlike(tree(folder), before) == []
    assert sweep(folder, API, "--vary", "Spiral.count=5,6,7") == 0
    longer = tree(folder)
    assert longer["sheet.png"] != before["sheet.png"]
    assert sweep(folder, API, "--vary", "Spiral.count=5,6,7", "--fresh") == 0
    assert unlike(tree(folder), longer) == []


def test_a_sheet_of_the_users_own_is_not_written_over(folder: Path) -> None:
    folder.mkdir()
    (folder / "sheet.png").write_text("mine")
    sweep(folder, API, "--vary", "Spiral.count=5,6")
    assert (folder / "sheet.png").read_text() == "mine"
    assert (folder / "sheet_2.png").is_file()
    assert sweep(folder, API, "--vary", "Spiral.count=8,9", "--fresh") == 0
    assert (folder / "sheet.png").read_text() == "mine"
    assert {name for name in names(folder) if "sheet" in name} == {"sheet.png", "sheet_2.png"}
