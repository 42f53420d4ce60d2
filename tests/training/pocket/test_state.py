"""State files: all of a training, or an error that names the file."""

from __future__ import annotations

import pytest
import torch
from line import line_run
from safetensors.torch import load_file, save_file
from scorefield.training.pocket.loop import train
from scorefield.training.pocket.state import State, read, write
from torch import nn


@pytest.fixture
def file(tmp_path):
    run = line_run(tmp_path)
    train(run)
    return run.state_file


def fresh() -> State:
    return State(nn.Linear(1, 1))


def test_all_of_it_comes_back(file, tmp_path) -> None:
    state = fresh()
    assert read(state, file)
    again = tmp_path / "again.safetensors"
    write(state, again)
    assert again.read_bytes() == file.read_bytes()
    assert {name.split(".")[0] for name in load_file(file)} == {"step", "network", "average", "optimizer"}


def test_a_state_without_a_history_is_read_too(file) -> None:
    """The first trainings noted none."""
    save_file(load_file(file), file)
    state = fresh()
    assert read(state, file)
    assert state.step == 40 and state.history.seed is None and state.history.seconds == 0


def test_no_file_is_no_error(tmp_path) -> None:
    assert not read(fresh(), tmp_path / "none.safetensors")


def test_the_average_follows_and_early_on_faster() -> None:
    state = fresh()
    with torch.no_grad():
        state.average.weight.zero_()
        state.network.weight.fill_(1)
    state.follow(0.998)
    assert float(state.average.weight) == pytest.approx(0.9)  # keeps 1/10 at step 0
    state.step = 10**9
    state.follow(0.5)
    assert float(state.average.weight) == pytest.approx(0.95)


def damaged(tensors, change):
    tensors = dict(tensors)
    change(tensors)
    return tensors


@pytest.mark.parametrize(
    "change",
    [
        lambda tensors: tensors.pop("step"),
        lambda tensors: tensors.pop("network.bias"),
        lambda tensors: tensors.pop("average.weight"),
        lambda tensors: tensors.pop("optimizer.exp_avg.bias"),
        lambda tensors: tensors.update({"network.weight": torch.zeros(2, 1)}),
        lambda tensors: tensors.update({"network.more": torch.zeros(1)}),
        lambda tensors: tensors.update({"optimizer.exp_avg.weight": torch.zeros(3)}),
    ],
)
def test_a_state_of_another_training_is_refused_and_changes_nothing_of_the_optimizer(file, change) -> None:
    save_file(damaged(load_file(file), change), file)
    state = fresh()
    with pytest.raises(ValueError, match=r"line\.state\.safetensors is not a state of this training.*anew"):
        read(state, file)
    assert state.step == 0 and not state.optimizer.state


@pytest.mark.parametrize("size", [0, 5, 100, -1])
def test_a_file_cut_short_is_refused(file, size) -> None:
    file.write_bytes(file.read_bytes()[:size])
    with pytest.raises(ValueError, match="is not a state of this training"):
        read(fresh(), file)


def test_a_write_that_fails_leaves_the_old_file_and_nothing_else(file, monkeypatch) -> None:
    before, names = file.read_bytes(), {path.name for path in file.parent.iterdir()}
    state = fresh()
    read(state, file)
    with monkeypatch.context() as patch:
        patch.setattr(
            "pathlib.Path.replace", lambda self, target: (_ for _ in ()).throw(OSError("disk full"))
        )
        with pytest.raises(OSError, match="disk full"):
            write(state, file)
    assert file.read_bytes() == before
    assert {path.name for path in file.parent.iterdir()} == names
