"""`scorefield train`: names, needs and options; what is not finished is gone on with."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from scorefield.cli import main
from scorefield.models.pocket.checkpoint import card
from scorefield.training.catalogue import CATALOGUE

AUTOENCODER = "pocket-autoencoder"


def words(folder: Path, *more: str) -> list[str]:
    return [
        "train",
        "--out",
        str(folder / "weights"),
        "--runs",
        str(folder / "runs"),
        "--device",
        "cpu",
        *more,
    ]


@pytest.fixture
def small(monkeypatch) -> None:
    """A smoke of the autoencoder that takes a moment."""
    from dataclasses import replace

    from scorefield.training.pocket import smoke
    from scorefield.training.pocket.smoke import SMOKES, Smoke

    monkeypatch.setitem(SMOKES, AUTOENCODER, Smoke(steps=3, batch=2, falls=100))
    monkeypatch.setattr("scorefield.training.pocket.command.PLACE", replace(smoke.PLACE, scenes=8))


def test_help_names_every_weight_and_imports_no_torch() -> None:
    script = (
        "import sys; from scorefield.cli import main\n"
        "try: main(['train', '--help'])\n"
        "except SystemExit: sys.exit('torch' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert done.returncode == 0
    assert all(name in done.stdout for name in [*CATALOGUE, "pocket-all", "--minutes"])


def test_the_list_says_what_each_needs_and_how_long_it_takes(capsys) -> None:
    assert main(["train", "--list"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == list(CATALOGUE)
    for line, weight in zip(lines, CATALOGUE.values(), strict=True):
        assert weight.summary in line and "about" in line
        assert all(need in line for need in weight.needs)


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (["pocket-vidoe"], "did you mean pocket-video?"),
        ([], "nothing to train was named"),
        (["pocket"], "scorefield train pocket-autoencoder pocket-clip pocket makes them too"),
        (["pocket-video", "pocket-clip"], "pocket-video needs pocket-autoencoder and pocket-flow, and"),
        (
            ["pocket-video"],
            "scorefield train pocket-autoencoder pocket-clip pocket pocket-flow pocket-video makes them too",
        ),
        (["toy-flow", "--smoke"], "--smoke is for pocket models"),
        ([AUTOENCODER, "--samples", "0"], "--samples has to be above 0"),
        ([AUTOENCODER, "--minutes", "nan"], "--minutes has to be above 0"),
        ([AUTOENCODER, "--workers", "-1"], "--workers has to be above 0"),
        (
            [AUTOENCODER, "--smoke", "--workers", "1", "--export"],
            "there is no training of pocket-autoencoder",
        ),
    ],
)
def test_what_cannot_be_is_said_before_anything_is_made(small, tmp_path, capsys, more, said) -> None:
    assert main(words(tmp_path, *more)) == 2
    assert said in capsys.readouterr().err
    assert not (tmp_path / "weights").exists()


def test_time_that_is_up_is_gone_on_with_by_the_same_words(small, tmp_path, capsys) -> None:
    again = words(tmp_path, AUTOENCODER, "--smoke", "--workers", "1")
    assert main([*again, "--minutes", "0.001"]) == 130
    assert "the same command goes on with it" in capsys.readouterr().err
    assert not (tmp_path / "weights").exists()
    assert main(again) == 0
    assert card(tmp_path / "weights" / f"{AUTOENCODER}.safetensors")["samples"] == 6
    assert {path.name for path in (tmp_path / "runs").iterdir()} == {"smoke"}


def test_a_model_can_be_written_before_its_end(small, tmp_path) -> None:
    some = words(tmp_path, AUTOENCODER, "--smoke", "--workers", "1")
    assert main([*some, "--minutes", "0.001"]) == 130
    assert main([*some, "--export"]) == 0
    assert card(tmp_path / "weights" / f"{AUTOENCODER}.safetensors")["samples"] == 2


def test_a_smoke_never_overwrites_what_ships(small, tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["train", AUTOENCODER, "--smoke", "--workers", "1", "--device", "cpu"]) == 0
    assert (tmp_path / "runs" / "smoke" / "weights" / f"{AUTOENCODER}.safetensors").exists()


@pytest.mark.slow
@pytest.mark.parametrize("workers", ["1", "2"])
def test_ctrl_c_saves_and_says_how_to_go_on(tmp_path, workers) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "scorefield", *words(tmp_path, AUTOENCODER, "--smoke", "--workers", workers)],
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    log = tmp_path / "runs" / "smoke" / f"{AUTOENCODER}.log.jsonl"
    while process.poll() is None and not (log.exists() and log.read_text()):
        time.sleep(0.02)
    os.killpg(process.pid, signal.SIGINT)  # as a terminal does: to every process of the command
    _, said = process.communicate(timeout=120)
    assert process.returncode == 130, said
    assert "the same command goes on with it" in said and "Traceback" not in said
    assert (tmp_path / "runs" / "smoke" / f"{AUTOENCODER}.state.safetensors").exists()
