"""The loop: a training that is stopped or killed goes on as if it had not been."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from line import PLAN, LineTask, line_run
from safetensors import safe_open
from safetensors.torch import load_file
from scorefield.training.pocket import loop
from scorefield.training.pocket.log import losses
from scorefield.training.pocket.loop import chance, steps_done, train

SCRIPT = Path(__file__).parent / "train_a_line.py"


class After:
    """Asks to stop after so many steps."""

    def __init__(self, steps: int) -> None:
        self.left = steps

    def is_set(self) -> bool:
        self.left -= 1
        return self.left <= 0


def same(one: Path, other: Path) -> bool:
    ours, theirs = load_file(one), load_file(other)
    return ours.keys() == theirs.keys() and all(torch.equal(ours[name], theirs[name]) for name in ours)


@pytest.fixture(scope="module")
def unbroken(tmp_path_factory):
    run = line_run(tmp_path_factory.mktemp("unbroken"))
    assert train(run)
    return run


def test_it_learns_and_says_where_it_is(unbroken) -> None:
    found = load_file(unbroken.state_file)
    assert int(found["step"]) == PLAN.steps == steps_done(unbroken.state_file)
    assert float(found["average.weight"]) == pytest.approx(2, abs=0.4)
    assert not torch.equal(found["average.weight"], found["network.weight"])
    seen, values = zip(*losses(unbroken.log_file), strict=True)
    assert seen[-1] == PLAN.samples and list(seen) == sorted(seen)
    assert values[-1] < 0.1 * values[0]
    assert unbroken.picture("loss").read_bytes()[:4] == b"\x89PNG"


@pytest.mark.parametrize("stops", [[1], [17], [5, 1, 20]])
def test_a_training_that_was_stopped_ends_at_the_same_bits(unbroken, tmp_path, stops) -> None:
    run = line_run(tmp_path)
    done = 0
    for steps in stops:
        assert not train(run, After(steps))
        done += steps
        assert steps_done(run.state_file) == done
    assert train(run)
    assert same(run.state_file, unbroken.state_file)
    assert {path.name for path in tmp_path.iterdir()} == {
        "line.state.safetensors",
        "line.log.jsonl",
        "line.loss.png",
    }


def test_time_that_is_up_stops_it_after_a_step_saved(tmp_path) -> None:
    assert not train(line_run(tmp_path, deadline=time.monotonic() - 1))
    assert steps_done(line_run(tmp_path).state_file) == 1


def test_what_is_trained_already_is_left_as_it_is_and_goes_on_with_more_samples(unbroken, tmp_path) -> None:
    run = line_run(tmp_path)
    run.state_file.write_bytes(unbroken.state_file.read_bytes())
    assert train(run)
    assert run.state_file.read_bytes() == unbroken.state_file.read_bytes()
    longer = replace(run, plan=PLAN.shortened(2 * PLAN.samples))
    assert train(longer)
    assert steps_done(run.state_file) == 2 * PLAN.steps


def test_the_history_adds_up_over_restarts(tmp_path) -> None:
    run = line_run(tmp_path)

    def history():
        with safe_open(run.state_file, framework="pt") as file:
            return json.loads(file.metadata()["scorefield-training"])

    train(run, After(5))
    first = history()
    train(run)
    last = history()
    assert 0 < first["seconds"] < last["seconds"]
    assert (last["seed"], last["workers"], last["device"]) == (3, 1, "cpu")
    assert last["loss"] == pytest.approx(losses(run.log_file)[-1][1], abs=1e-5)


def test_the_number_of_threads_stays_as_it_was(tmp_path) -> None:
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    try:
        train(line_run(tmp_path, plan=PLAN.shortened(8)))
        assert torch.get_num_threads() == 2
    finally:
        torch.set_num_threads(before)


def test_every_step_and_worker_has_chances_of_its_own(tmp_path) -> None:
    run = line_run(tmp_path)
    seeds = {chance(run, step, rank).initial_seed() for step in range(20) for rank in range(4)}
    seeds |= {chance(replace(run, seed=4), step, 0).initial_seed() for step in range(20)}
    assert len(seeds) == 100


@pytest.mark.parametrize("workers", [1, 2, 3, 8])
def test_the_workers_share_every_example_of_a_batch(tmp_path, workers) -> None:
    run = line_run(tmp_path, workers=workers)
    shares = [run.share(rank) for rank in range(workers)]
    assert sum(shares) == PLAN.batch and max(shares) - min(shares) <= 1


def test_more_workers_than_examples_are_refused(tmp_path) -> None:
    with pytest.raises(ValueError, match="9 workers cannot share 8 examples"):
        train(line_run(tmp_path, workers=9))


def test_two_trainings_of_one_name_do_not_write_over_each_other(tmp_path) -> None:
    class Meanwhile:
        def is_set(self):
            with pytest.raises(ValueError, match="by another process: wait for it"):
                train(line_run(tmp_path))
            return True

    assert not train(line_run(tmp_path), Meanwhile())


def test_weights_that_are_no_numbers_are_never_saved(tmp_path, monkeypatch) -> None:
    run = line_run(tmp_path)
    train(run, After(5))
    before = run.state_file.read_bytes()
    monkeypatch.setattr(
        LineTask, "loss", lambda self, count, generator: self.network.weight.sum() * torch.nan
    )
    with pytest.raises(ValueError, match="the training has come apart"):
        train(run)
    assert run.state_file.read_bytes() == before


def start(
    folder: Path, workers: int, save_seconds: float, where: Path | None = None
) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, str(SCRIPT), str(folder), str(workers), str(save_seconds)],
        cwd=where,
        stderr=subprocess.PIPE,
        text=True,
    )


def kill_after(steps: int, folder: Path, workers: int, save_seconds: float) -> None:
    """Kill a training once its log says that it did so many steps."""
    process = start(folder, workers, save_seconds)
    log = folder / "line.log.jsonl"
    while process.poll() is None and not any(samples >= steps * PLAN.batch for samples, _ in losses(log)):
        time.sleep(0.005)
    assert process.poll() is None, process.stderr.read()
    process.send_signal(signal.SIGKILL)
    process.communicate()


@pytest.mark.parametrize("save_seconds", [0.0, pytest.param(0.1, marks=pytest.mark.slow)])
def test_a_training_that_was_killed_ends_at_the_same_bits(unbroken, tmp_path, save_seconds) -> None:
    kill_after(11, tmp_path, 1, save_seconds)
    assert steps_done(tmp_path / "line.state.safetensors") < PLAN.steps
    train(line_run(tmp_path))
    assert same(tmp_path / "line.state.safetensors", unbroken.state_file)
    assert losses(tmp_path / "line.log.jsonl") == losses(unbroken.log_file)


@pytest.mark.slow
def test_two_workers_that_were_killed_end_at_the_same_bits(tmp_path) -> None:
    whole, broken = tmp_path / "whole", tmp_path / "broken"
    assert start(whole, 2, 0.1).wait() == 0
    kill_after(9, broken, 2, 0.05)
    kill_after(23, broken, 2, 0.05)
    assert start(broken, 2, 0.1).wait() == 0
    assert same(broken / "line.state.safetensors", whole / "line.state.safetensors")


def by_hand(run, workers: int) -> LineTask:
    """Each step's gradient is the mean of the shares', in one process."""
    task = LineTask()
    optimizer = torch.optim.AdamW(task.network.parameters(), betas=(0.9, 0.99), weight_decay=0.01, fused=True)
    for step in range(run.plan.steps):
        optimizer.param_groups[0]["lr"] = run.plan.rate(step)
        optimizer.zero_grad()
        parts = [
            task.loss(run.share(rank), chance(run, step, rank)) * run.share(rank) for rank in range(workers)
        ]
        (sum(parts) / run.plan.batch).backward()
        torch.nn.utils.clip_grad_norm_(task.network.parameters(), loop.LARGEST_GRADIENT)
        optimizer.step()
    return task


def test_three_workers_learn_what_one_learns_from_all_their_shares(tmp_path) -> None:
    folder = Path("runs #1? 100 %")
    assert start(folder, 3, 100, tmp_path).wait() == 0
    found = load_file(tmp_path / folder / "line.state.safetensors")
    expected = by_hand(line_run(tmp_path, workers=3), 3).network.state_dict()
    for name, tensor in expected.items():
        assert torch.allclose(found[f"network.{name}"], tensor, atol=1e-4), name


@pytest.mark.slow
def test_a_worker_that_is_killed_ends_all_of_them_and_says_so(tmp_path) -> None:
    process = start(tmp_path, 2, 0.05)
    while process.poll() is None and not losses(tmp_path / "line.log.jsonl"):
        time.sleep(0.01)
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    workers = [int(each) for each in children if b"spawn_main" in Path(f"/proc/{each}/cmdline").read_bytes()]
    os.kill(workers[-1], signal.SIGKILL)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 1
    assert "a worker of the training of line ended" in said and "goes on from there" in said
    assert "Traceback" not in said
    assert not any(Path(f"/proc/{each}").exists() for each in workers)
    assert steps_done(tmp_path / "line.state.safetensors") >= 1


@pytest.mark.slow
def test_workers_end_with_the_process_that_started_them(tmp_path) -> None:
    process = start(tmp_path, 2, 0.05)
    while process.poll() is None and not losses(tmp_path / "line.log.jsonl"):
        time.sleep(0.01)
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    process.kill()
    process.communicate()
    due = time.monotonic() + 30
    while any(Path(f"/proc/{each}").exists() for each in children) and time.monotonic() < due:
        time.sleep(0.05)
    assert not any(Path(f"/proc/{each}").exists() for each in children)
