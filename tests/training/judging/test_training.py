"""How the judge learns: what it is shown fits what it is told, and anew it becomes the same."""

from __future__ import annotations

import pytest
import torch
from scorefield.models.pocket.checkpoint import load
from scorefield.training.judging.augment import moved, worse
from scorefield.training.judging.classifier import WEIGHTS, SceneClassifier, load_judge
from scorefield.training.judging.task import SceneTask
from scorefield.training.judging.train import Size, rebuild
from scorefield.training.pocket.task import Plan


@pytest.fixture(scope="module")
def task() -> SceneTask:
    return SceneTask(40, 10)


def generator(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def test_what_it_is_told_fits_what_it_is_shown(task):
    # Mirrored, moved and made worse, the examples still say what the trained classifier sees.
    untaught = task.loss(48, generator()).item()
    task.network = load(WEIGHTS, lambda built: SceneClassifier())[0]
    assert task.loss(48, generator()).item() < 0.1 * untaught
    # A batch is moved as one: several, so that it goes every way.
    for seed in range(6):
        pictures, *_, shares = task.draw(48, generator(seed))
        with torch.no_grad():
            seen = task.network(pictures).tree.sigmoid()
        assert (seen - shares).abs().sum() < 0.15 * shares.sum()


def test_the_generator_decides_the_batch(task):
    one, same, other = (task.draw(4, generator(seed)) for seed in (1, 1, 2))
    assert all(torch.equal(a, b) for a, b in zip(one, same, strict=True))
    assert not torch.equal(one[0], other[0])


def test_a_moved_picture_repeats_its_edge():
    picture = torch.arange(9.0).view(3, 3)
    assert moved(picture, (1, 0)).tolist() == [[0, 1, 2], [0, 1, 2], [3, 4, 5]]
    assert moved(picture, (0, -1)).tolist() == [[1, 2, 2], [4, 5, 5], [7, 8, 8]]
    assert torch.equal(moved(picture, (0, 0)), picture)


def test_worse_pictures_are_near_and_never_beyond_the_range():
    pictures = torch.rand(16, 3, 16, 16, generator=generator()) * 2 - 1
    found = worse(pictures, generator(1))
    assert not torch.equal(found, pictures)
    assert found.abs().max() <= 1
    smooth = torch.zeros(16, 3, 16, 16)
    assert worse(smooth, generator(1)).abs().mean() < 0.2


def test_a_training_is_written_whole_and_anew_gives_the_same(tmp_path):
    def size(samples: int) -> Size:
        return Size(20, 4, Plan(samples, batch=8, warmup=1, decay=0), tested=40)

    found = rebuild(tmp_path / "runs", tmp_path / "first.safetensors", size(16))
    assert 0 <= found["thing"] <= 1
    rebuild(tmp_path / "runs", tmp_path / "on.safetensors", size(32))
    rebuild(tmp_path / "other", tmp_path / "once.safetensors", size(32))
    on, once = ((tmp_path / f"{name}.safetensors").read_bytes() for name in ("on", "once"))
    assert on == once
    assert on != (tmp_path / "first.safetensors").read_bytes()
    assert load_judge(tmp_path / "on.safetensors")
    assert not list(tmp_path.glob(".*.part"))
