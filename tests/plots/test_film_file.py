"""Films: what is decoded is what was written, as far as the codec keeps it, and the workflow is inside."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import av
import pytest
import torch
from scorefield.plots.film_file import KINDS, write_film
from torch import Tensor
from torch.nn.functional import interpolate

WORKFLOW = {"nodes": [{"title": "色调艳丽 — «a»"}]}
EVERY_KIND = pytest.mark.parametrize("kind", KINDS)


def smooth(frames: int = 9, height: int = 48, width: int = 64) -> Tensor:
    """Colours that change slowly over place and time, as 4:2:0 keeps them."""
    few = torch.rand(1, 3, 3, 3, 4, generator=torch.Generator().manual_seed(3))
    return interpolate(few, (frames, height, width), mode="trilinear")[0].permute(1, 2, 3, 0)


def decoded(path: Path) -> tuple[Tensor, dict[str, str], float]:
    """The frames of a file, its tags by name in small letters, and its rate."""
    with av.open(path) as file:
        tags = {name.lower(): text for name, text in file.metadata.items()}
        rate = file.streams.video[0].average_rate
        frames = [torch.from_numpy(each.to_ndarray(format="rgb24")) for each in file.decode(video=0)]
    return torch.stack(frames).float() / 255, tags, float(rate or 0)


def written(folder: Path, frames: Tensor, **inputs: Any) -> tuple[Tensor, dict[str, str], float]:
    return decoded(write_film(frames, folder, "film", **inputs))


@EVERY_KIND
def test_the_frames_come_back_in_their_order_and_colours(tmp_path: Path, kind: str) -> None:
    frames = smooth()
    found, _, rate = written(tmp_path, frames, kind=kind, frames_per_second=12.5, quality=95)
    assert found.shape == frames.shape and rate == pytest.approx(12.5, rel=1e-3)
    assert float((found - frames).abs().mean()) < 0.01
    # The mean colour has no codec's excuse: another matrix of colours would turn it by more.
    assert float((found - frames).mean(dim=(1, 2)).abs().max()) < 0.008
    far = float((found.flip(0) - frames).abs().mean())
    assert far > 0.05


@EVERY_KIND
def test_more_quality_keeps_more(tmp_path: Path, kind: str) -> None:
    frames = smooth()
    poor, good = (
        float((written(tmp_path, frames, kind=kind, quality=each)[0] - frames).abs().mean())
        for each in (0, 100)
    )
    assert good < poor / 2


@EVERY_KIND
def test_the_workflow_is_inside(tmp_path: Path, kind: str) -> None:
    prompt = {"1": {"class_type": "Loader", "inputs": {"text": "a cat\nby night"}}}
    _, tags, _ = written(tmp_path, smooth(2), kind=kind, prompt=prompt, workflow=WORKFLOW, record={"seed": 1})
    assert json.loads(tags["prompt"]) == prompt
    assert json.loads(tags["workflow"]) == WORKFLOW
    assert json.loads(tags["scorefield"]) == {"seed": 1}


@EVERY_KIND
def test_the_same_frames_give_the_same_bytes(tmp_path: Path, kind: str) -> None:
    first, *others = (write_film(smooth(), tmp_path, "film", kind=kind, workflow=WORKFLOW) for _ in range(8))
    assert first not in others and {path.read_bytes() for path in others} == {first.read_bytes()}


@EVERY_KIND
def test_an_odd_side_is_made_even_by_its_own_edge(tmp_path: Path, kind: str) -> None:
    frames = smooth(3, 33, 47)
    found = written(tmp_path, frames, kind=kind, quality=100)[0]
    assert found.shape == (3, 34, 48, 3)
    assert float((found[:, :33, :47] - frames).abs().mean()) < 0.015
    assert float((found[:, 33] - found[:, 32]).abs().mean()) < 0.02


def test_one_frame_is_a_film_and_transparency_is_left_out(tmp_path: Path) -> None:
    frame = torch.cat([smooth(1), torch.zeros(1, 48, 64, 1)], dim=-1)
    assert written(tmp_path, frame)[0].shape == (1, 48, 64, 3)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"kind": "avi"}, "mp4, webm"),
        ({"frames_per_second": 0.0}, "frames per second"),
        ({"quality": 101}, "quality"),
        ({"frames": torch.full((2, 4, 4, 3), torch.nan)}, "NaN"),
        ({"frames": torch.zeros(0, 4, 4, 3)}, "shape"),
    ],
)
def test_what_makes_no_film_leaves_nothing_behind(tmp_path: Path, wrong: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        write_film(**{"frames": smooth(2), "folder": tmp_path / "out", "prefix": "film", **wrong})
    assert not list(tmp_path.rglob("*.*"))


def test_a_prefix_that_leads_out_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="prefix"):
        write_film(smooth(2), tmp_path / "out", "../film")
    assert not list(tmp_path.rglob("*.mp4"))
