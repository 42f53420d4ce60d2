"""The field that the page computes while one draws is the node's own."""

from __future__ import annotations

import json
import math
from pathlib import Path

import pytest
import torch
from scorefield.diffusion.closed_form import ClosedFormField
from scorefield.diffusion.schedule import Level
from scorefield.models.toy.datasets import from_drawing

from .node import in_node

COMPUTE = """
import { readFileSync } from "node:fs";
const { closedForm } = await web("draw/closed_form.js");
const { data, labels, x, levels, wanted } = JSON.parse(readFileSync(process.argv[1], "utf8"));
const found = levels.map((level) => {
  const [points, places] = [data, x].map((rows) => Float64Array.from(rows.flat()));
  const { x0, epsilon } = closedForm(points, labels, places, level, wanted);
  return { x0: Array.from(x0), epsilon: Array.from(epsilon) };
});
console.log(JSON.stringify(found));
"""

READ = """
import { readFileSync } from "node:fs";
const { parse, write, numbers } = await web("draw/drawing.js");
const text = readFileSync(process.argv[1], "utf8");
const { data, labels } = numbers(parse(text));
console.log(JSON.stringify({ data: Array.from(data), labels: Array.from(labels), text: write(parse(text)) }));
"""

# Beside random levels the ones at the edge: no signal, hardly any noise.
LEVELS = [(1.0, 10.0), (1.0, 1.0), (1.0, 0.158), (1.0, 0.01), (0.8, 0.6), (0.02, 0.98), (0.0, 1.0)]


@pytest.mark.parametrize("wanted", [-1, 1])
def test_the_page_s_field_is_the_node_s(wanted: int, tmp_path: Path) -> None:
    generator = torch.Generator().manual_seed(3)
    data = torch.randn(499, 2, generator=generator, dtype=torch.float64).round(decimals=3)
    labels = torch.randint(3, (499,), generator=generator)
    x = 4 * torch.rand(64, 2, generator=generator, dtype=torch.float64) - 2
    levels = [{"alpha": alpha, "sigma": sigma} for alpha, sigma in LEVELS]
    asked = {
        "data": data.tolist(),
        "labels": labels.tolist(),
        "x": x.tolist(),
        "levels": levels,
        "wanted": wanted,
    }
    file = tmp_path / "asked.json"
    file.write_text(json.dumps(asked), encoding="utf-8")
    field = ClosedFormField(data, labels).given(None if wanted < 0 else torch.tensor([wanted]))
    for (alpha, sigma), found in zip(LEVELS, in_node(COMPUTE, str(file)), strict=True):
        estimate = field(x, Level(alpha, sigma, 0.5))
        for name in ("x0", "epsilon"):
            theirs = torch.tensor(found[name], dtype=torch.float64).view(-1, 2)
            assert (getattr(estimate, name) - theirs).abs().max() < 1e-5, (name, alpha, sigma)


def test_a_drawing_means_the_same_to_the_page_and_to_the_node(tmp_path: Path) -> None:
    text = "0.5 -1.25 1 2;; -3 4e-1 0.001 -0.5"
    file = tmp_path / "drawing.txt"
    file.write_text(text, encoding="utf-8")
    read = in_node(READ, str(file))
    for drawing in (text, read["text"]):
        points = from_drawing(drawing, "a, b, c")
        assert points.labels is not None and points.labels.tolist() == read["labels"]
        assert all(
            math.isclose(a, b, abs_tol=1e-6)
            for a, b in zip(points.xy.flatten().tolist(), read["data"], strict=True)
        )
