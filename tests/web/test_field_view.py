"""What the viewer draws is what the field says: the page's numbers against the model's."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch
from scorefield.diffusion.closed_form import ClosedFormField
from scorefield.diffusion.field import ScoreModel
from scorefield.diffusion.guidance import GuidedField
from scorefield.diffusion.schedule import Level, flow, log_linear
from scorefield.models.toy.datasets import spiral
from scorefield.nodes.page_file import numbers_file
from scorefield.plots.arrows import ARROW_KINDS, layers_of, probes
from scorefield.plots.field_look import FieldLook
from scorefield.plots.field_view import field_view

from .node import in_node

ARROWS = """
import { readFileSync } from "node:fs";
const { readTensors } = await web("canvas/tensor_file.js");
const { GridField } = await web("field/grid_field.js");
const field = new GridField(readTensors(new Uint8Array(readFileSync(process.argv[1])).buffer));
const [moment, kinds] = JSON.parse(process.argv[2]);
const found = kinds.map((kind) => field.layers.map((layer) => Array.from(field.arrows(kind, layer, moment))));
console.log(JSON.stringify({ layers: field.layers, found }));
"""


@pytest.mark.parametrize("schedule", [log_linear(50), flow(50)], ids=["log-linear", "flow"])
@pytest.mark.parametrize("guided", [False, True])
def test_the_page_s_arrows_are_the_field_s(guided: bool, schedule: object, tmp_path: Path) -> None:
    points = spiral(60, 3)
    every = ClosedFormField(points.xy, points.labels)
    field = GuidedField(every.given(torch.tensor([1])), every, 3.0) if guided else every
    view = field_view(ScoreModel(field, schedule, (2,)), FieldLook(points), t=0.37)  # type: ignore[arg-type]
    file = tmp_path / "view.safetensors"
    file.write_bytes(numbers_file(view.about, view.arrays))
    start = view.about["start"]
    level = Level(*view.about["moments"][start])
    assert level.t == 0.37
    read = in_node(ARROWS, str(file), json.dumps([start, ARROW_KINDS]))
    x, _ = probes(2.0, view.about["side"])
    for kind, found in zip(ARROW_KINDS, read["found"], strict=True):
        wanted = layers_of(field, x, level, kind, parts=True)  # type: ignore[arg-type]
        assert list(wanted) == read["layers"]
        for layer, arrows in zip(wanted, found, strict=True):
            largest = float(wanted[layer].abs().max())
            # Half floats: three digits.
            torch.testing.assert_close(
                torch.tensor(arrows).view(-1, 2), wanted[layer], rtol=2e-3, atol=2e-3 * largest
            )
