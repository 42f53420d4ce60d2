"""What Python writes for the page, and what the page's modules make of it."""

from __future__ import annotations

import dataclasses
import math
from pathlib import Path

import pytest
import torch
from scorefield.graph.host import Host
from scorefield.nodes.page_file import MOST_BYTES, numbers_file, show_numbers_file
from scorefield.plots.style import STYLE

from .node import in_node

READ = """
import { readFileSync } from "node:fs";
const { readTensors } = await web("canvas/tensor_file.js");
const file = readTensors(new Uint8Array(readFileSync(process.argv[1])).buffer);
const plain = Object.fromEntries(Object.entries(file.arrays).map(([name, { shape, values }]) =>
  [name, { shape, values: Array.from(values, (value) => Number.isFinite(value) ? value : String(value)) }]));
console.log(JSON.stringify({ about: file.about, arrays: plain }));
"""


def test_the_page_reads_what_was_written(tmp_path: Path) -> None:
    halves = torch.tensor([0.0, -0.0, 1.5, -2.25, 6e-8, 65504.0, 0.1, 1e-5]).half()
    arrays = {
        "singles": torch.linspace(-3, 3, 10).reshape(5, 2),
        "halves": halves,
        "counts": torch.tensor([-7, 0, 32767], dtype=torch.int16),
        "labels": torch.tensor([0, 255], dtype=torch.uint8),
        "odd": torch.tensor([math.inf, -math.inf, math.nan]).half(),
    }
    file = tmp_path / "numbers.safetensors"
    file.write_bytes(numbers_file({"names": ["α", 'a "dog"'], "levels": [[1, 0.5]]}, arrays))
    read = in_node(READ, str(file))
    assert read["about"] == {"names": ["α", 'a "dog"'], "levels": [[1, 0.5]]}
    assert read["arrays"]["singles"]["shape"] == [5, 2]
    assert read["arrays"]["odd"]["values"] == ["Infinity", "-Infinity", "NaN"]
    for name in ("singles", "halves", "counts", "labels"):
        values = read["arrays"][name]["values"]
        assert torch.equal(torch.tensor(values).to(arrays[name].dtype), arrays[name].flatten()), name


def test_a_file_is_shown_once_and_written_whole(tmp_path: Path) -> None:
    context = Host(tmp_path, has_page=True).context("1")
    for _ in range(2):
        show_numbers_file(context, "scorefield_field", {"kind": "x"}, {"x": torch.zeros(3)})
    first, second = context.ui["scorefield_field"]
    assert first == second
    assert (first["type"], first["subfolder"]) == ("temp", "scorefield")
    assert [each.name for each in Path(first["path"]).parent.iterdir()] == [first["filename"]]


def test_no_file_is_larger_than_a_page_is_sent() -> None:
    with pytest.raises(ValueError, match="more than"):
        numbers_file({}, {"x": torch.zeros(MOST_BYTES // 4)})


def test_the_page_has_the_colours_of_the_pictures() -> None:
    dark = in_node('console.log(JSON.stringify((await web("canvas/palette.js")).DARK))')
    style = {
        name: list(value) if isinstance(value, tuple) else value
        for name, value in dataclasses.asdict(STYLE).items()
    }
    assert dark == {name: value for name, value in style.items() if not isinstance(value, float)}
