"""The host as our nodes see it inside ComfyUI, with stand-ins for the modules it is made of."""

from __future__ import annotations

import itertools
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import scorefield
import torch
from scorefield.comfyui import ComfyContext, comfy_provenance
from scorefield.nodes import DEFINITIONS


class Stopped(Exception):  # noqa: N818 - not an error
    """What ComfyUI raises when a person presses stop."""


class Comfy:
    """What the context told ComfyUI, and what ComfyUI was asked."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.reports: list[tuple[int, int]] = []
        self.pictures: list[Any] = []
        self.asked = 0
        self.stop_after = 10**9
        package = ModuleType("comfy")
        package.utils, package.model_management = ModuleType("comfy.utils"), ModuleType("management")
        package.utils.ProgressBar = lambda total, node_id: self
        package.model_management.throw_exception_if_processing_interrupted = self.ask
        monkeypatch.setitem(sys.modules, "comfy", package)
        monkeypatch.setitem(sys.modules, "comfy.utils", package.utils)
        monkeypatch.setitem(sys.modules, "comfy.model_management", package.model_management)

    def ask(self) -> None:
        self.asked += 1
        if self.asked > self.stop_after:
            raise Stopped

    def update_absolute(self, value: int, total: int, preview: Any = None) -> None:
        self.reports.append((value, total))
        if preview is not None:
            self.pictures.append(preview)


@pytest.fixture
def comfy(monkeypatch: pytest.MonkeyPatch) -> Comfy:
    return Comfy(monkeypatch)


def test_every_step_can_be_stopped_but_not_every_step_is_drawn(
    comfy: Comfy, monkeypatch: pytest.MonkeyPatch
) -> None:
    """5,000 steps of a millisecond, a report every twentieth of a second."""
    clock = itertools.count()
    monkeypatch.setattr("scorefield.comfyui.time.monotonic", lambda: next(clock) / 1000)
    context = ComfyContext("7", None, None)
    for step in range(1, 5001):
        context.progress(step, 5000)
    assert comfy.asked == 5000
    assert comfy.reports[0] == (1, 5000) and comfy.reports[-1] == (5000, 5000)
    assert 90 <= len(comfy.reports) <= 110


@pytest.mark.parametrize(("slow", "at_most"), [(0, 18), (100, 8)])
def test_a_few_pictures_a_second_are_shown_and_a_slow_one_more_seldom(
    comfy: Comfy, monkeypatch: pytest.MonkeyPatch, slow: int, at_most: int
) -> None:
    """5,000 steps of a millisecond, with pictures that take none or a tenth of a second to make."""
    now = [0.0]
    monkeypatch.setattr("scorefield.comfyui.time.monotonic", lambda: now[0] / 1000)

    def picture() -> torch.Tensor:
        now[0] += slow
        return torch.tensor([[[0.0, 0.5, 1.0]]]).expand(4, 6, 3)

    context = ComfyContext("7", None, None)
    for step in range(1, 5001):
        now[0] += 1
        context.progress(step, 5000, picture)
    assert 4 <= len(comfy.pictures) <= at_most
    kind, shown, longest = comfy.pictures[-1]
    assert (kind, shown.size, longest) == ("JPEG", (6, 4), 6)
    assert shown.getpixel((0, 0)) == (0, 128, 255)


def test_nothing_to_see_is_no_picture(comfy: Comfy) -> None:
    ComfyContext("7", None, None).progress(1, 1, lambda: None)
    assert comfy.reports == [(1, 1)] and comfy.pictures == []


def test_a_stop_is_raised_at_the_next_step(comfy: Comfy) -> None:
    comfy.stop_after = 3
    context = ComfyContext("7", None, None)
    with pytest.raises(Stopped):
        for step in range(1, 10):
            context.progress(step, 9)
    assert step == 4


def test_the_workflow_is_what_the_page_sent() -> None:
    context = ComfyContext("7", {"1": {}}, {"workflow": {"nodes": []}})
    assert (context.prompt, context.workflow) == ({"1": {}}, {"nodes": []})
    context.show(text=["a"])
    context.show(text=["b"])
    assert context.ui == {"text": ["a", "b"]}


def test_the_pack_offers_every_node_under_its_id_and_title() -> None:
    assert set(scorefield.NODE_CLASS_MAPPINGS) == set(DEFINITIONS)
    assert {d.id: d.title for d in DEFINITIONS.values()} == scorefield.NODE_DISPLAY_NAME_MAPPINGS
    assert scorefield.NODE_CLASS_MAPPINGS is scorefield.NODE_CLASS_MAPPINGS


def test_it_knows_what_makes_a_picture_as_far_as_our_nodes_do(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    version = ModuleType("comfyui_version")
    version.__version__ = "0.3.64"  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "comfyui_version", version)
    prompt = {
        "1": {"class_type": "ScorefieldScoreModel", "inputs": {"name": "toy-flow"}},
        "2": {"class_type": "ScorefieldScoreModel", "inputs": {"name": ["9", 0]}},
        "3": {"class_type": "ScorefieldScoreModel", "inputs": {}},
        "4": {"class_type": "CheckpointLoaderSimple", "inputs": {"ckpt_name": "x"}},
    }
    found = comfy_provenance(prompt, "cpu", tmp_path)
    assert found["versions"]["comfyui"] == "0.3.64"
    assert found["device"].startswith("cpu: ")
    assert list(found["files"]) == ["toy-flow.safetensors", "toy-spiral.safetensors"]
    monkeypatch.setitem(sys.modules, "comfyui_version", None)
    assert "comfyui" not in comfy_provenance(prompt, "cpu", tmp_path)["versions"]
