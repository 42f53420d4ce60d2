"""What nodes give to a page beside their pictures: walks and grids, bounded, nothing without a page."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import torch
from PIL import Image
from scorefield.diffusion.sampling import Trajectory
from scorefield.diffusion.schedule import cosine_betas
from scorefield.nodes.one_of_sweep import one_of_sweep
from scorefield.nodes.shown_grid import MOST_BYTES as MOST_IN_A_GRID
from scorefield.nodes.shown_walk import MOST_BYTES
from scorefield.plots.picture_file import read_workflow

from .graphs import Graph
from .test_film import Plain, film, strip, trajectory

COLOURS = [0.0, 0.25, 0.5, 0.75, 1.0]


def shown(graph: Graph, node: Any, key: str) -> dict[str, Any]:
    [entry] = graph.run(node, has_page=True).ui[node.id][key]
    json.dumps(entry)
    return dict(entry)


def test_nothing_is_written_where_no_page_looks(graph: Graph) -> None:
    grid = graph.add("PictureGrid", images=graph.given(torch.rand(2, 8, 8, 3)))
    sweep = graph.add("SweepGrid", images=graph.given(torch.rand(1, 8, 8, 3)))
    done = graph.run(strip(graph, trajectory()), film(graph, trajectory()), grid, sweep)
    assert not done.ui and not (graph.folder / "temp").exists()


def test_a_strip_gives_its_walk_with_numbers(graph: Graph) -> None:
    entry = shown(graph, strip(graph, trajectory(samples=2), labels="one\ntwo"), "scorefield_walk")
    about = entry["about"]
    assert (about["steps"], about["last"], about["samples"]) == ([0, 1, 2, 3, 4], 4, ["one", "two"])
    assert (about["parts"], about["cell"], about["frames"]) == (["x", "x0"], [8, 8], 1)
    assert about["left_out"] == ""
    assert len(about["sigma"]) == 5
    with Image.open(entry["path"]) as sheet:
        assert sheet.width == about["columns"] * 8 and sheet.width * sheet.height >= 20 * 64


def test_a_film_of_videos_gives_its_frames(graph: Graph) -> None:
    about = shown(graph, film(graph, trajectory(frames=3), frames=2), "scorefield_walk")["about"]
    assert about["frames"] == 3


def test_a_large_walk_is_cut_down_and_says_so(graph: Graph) -> None:
    levels = [cosine_betas(100).at(1 - step / 40) for step in range(41)]
    x = torch.rand(41, 3, 1, 12, 96, 160, generator=torch.Generator().manual_seed(0))
    entry = shown(graph, film(graph, Trajectory(levels, x), Plain(), shown="x", hold=0), "scorefield_walk")
    assert Path(entry["path"]).stat().st_size <= MOST_BYTES
    about = entry["about"]
    assert about["steps"][0] == 0 and about["steps"][-1] == 40
    assert "instead of 160×96 pixels" in about["left_out"] or "of 41 moments" in about["left_out"]


def test_a_grid_gives_every_cell_as_a_file_with_the_graph(graph: Graph) -> None:
    images = torch.tensor(COLOURS)[:, None, None, None].expand(5, 6, 9, 3)
    grid = graph.add("PictureGrid", images=graph.given(images), row_labels="a\nb", columns=3, title="T")
    entry = shown(graph, grid, "scorefield_grid")
    assert entry["about"] == {
        "columns": 3,
        "title": "T",
        "labels": [],
        "row_labels": ["a", "b"],
        "column_labels": [],
        "left_out": "",
    }
    for colour, file in zip(COLOURS, entry["cells"], strict=True):
        path = graph.folder / "temp" / file["subfolder"] / file["filename"]
        with Image.open(path) as picture:
            assert picture.size == (9, 6)
            assert abs(picture.convert("L").getpixel((0, 0)) / 255 - colour) < 0.01
        assert read_workflow(path)["prompt"][grid.id]["class_type"] == "ScorefieldPictureGrid"


def test_a_large_grid_stays_small_and_says_so(graph: Graph) -> None:
    images = torch.rand(120, 64, 64, 3, generator=torch.Generator().manual_seed(0))
    entry = shown(graph, graph.add("PictureGrid", images=graph.given(images)), "scorefield_grid")
    paths = [graph.folder / "temp" / each["subfolder"] / each["filename"] for each in entry["cells"]]
    assert sum(path.stat().st_size for path in paths) <= MOST_IN_A_GRID
    assert entry["about"]["left_out"].startswith("100 of 120 pictures")


def test_a_cell_of_a_sweep_runs_again_as_that_one(graph: Graph) -> None:
    sweep = graph.add("Sweep", values="8:32:8", label="n = ")
    image = graph.add("TextImage", text="A", size=sweep["integer"])
    grid = graph.add("SweepGrid", images=image["image"], labels=sweep["label"])
    entry = shown(graph, grid, "scorefield_grid")
    assert entry["about"]["labels"] == ["n = 8", "n = 16", "n = 24", "n = 32"]
    file = entry["cells"][2]
    again = read_workflow(graph.folder / "temp" / file["subfolder"] / file["filename"])["prompt"]
    assert again[sweep.id]["inputs"]["values"] == "24"
    assert again[image.id] == graph.nodes[image.id]


@pytest.mark.parametrize("widgets", [["1, 2", "α = "], {"values": "1, 2", "label": "α = "}])
def test_the_page_of_a_cell_has_its_value_too(widgets: Any) -> None:
    prompt = {
        "3": {"class_type": "ScorefieldSweep", "inputs": {"values": "1, 2", "label": "α = "}},
        "5": {"class_type": "ScorefieldSweepGrid", "inputs": {"images": ["3", 0]}},
    }
    page = {"nodes": [{"id": 3, "widgets_values": widgets}, {"id": 5, "widgets_values": [0, ""]}]}
    before = json.dumps([prompt, page])
    _, changed = one_of_sweep(prompt, page, "5", 1, 2)
    assert changed is not None
    found = changed["nodes"][0]["widgets_values"]
    assert (found if isinstance(found, dict) else dict(zip(("values", "label"), found, strict=True))) == {
        "values": "2",
        "label": "α = ",
    }
    assert json.dumps([prompt, page]) == before
    # Pictures that no sweep explains keep the whole graph, and so does a sweep inside a subgraph.
    assert one_of_sweep(prompt, page, "5", 1, 3) == (prompt, page)
    assert one_of_sweep(prompt, {"nodes": []}, "5", 1, 2) == (prompt, {"nodes": []})
    assert one_of_sweep(None, page, "5", 1, 2) == (None, page)
