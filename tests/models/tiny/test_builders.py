"""Stand-ins of the large models: the same to the byte in every process, and nothing else is touched."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from pathlib import Path

import pytest
from scorefield.cli import main
from scorefield.models.tiny import BUILDERS, build

BUILDS = """
import sys, torch
from scorefield.cli import main
before = torch.get_rng_state()
assert main(["tiny", sys.argv[1]]) == 0
assert torch.equal(torch.get_rng_state(), before)
"""


def content(folder: Path) -> dict[str, str]:
    """The hash of every file by its place."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_another_process_builds_the_same_bytes_and_draws_from_no_generator_of_others(
    tmp_path: Path, built_stand_ins: Path
) -> None:
    done = subprocess.run([sys.executable, "-c", BUILDS, tmp_path / "there"], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == [str(tmp_path / "there" / name) for name in BUILDERS]
    assert content(built_stand_ins) == content(tmp_path / "there")


def test_what_is_there_is_built_anew_and_nothing_is_left_beside_it(tmp_path: Path) -> None:
    (path,) = [build("tiny-sd", tmp_path)]
    first = content(path)
    (path / "unet" / "config.json").write_text("{}")
    (path / "more.txt").write_text("")
    assert content(build("tiny-sd", tmp_path)) == first
    assert [each.name for each in tmp_path.iterdir()] == ["tiny-sd"]
    assert content(build("tiny-sd", tmp_path, seed=7)) != first


def test_another_thing_of_that_name_stays(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "tiny-sd").mkdir()
    (tmp_path / "tiny-sd" / "mine.txt").write_text("mine")
    assert main(["tiny", str(tmp_path), "tiny-sd"]) == 2
    assert "is there already" in capsys.readouterr().err
    assert (tmp_path / "tiny-sd" / "mine.txt").exists()


def test_an_unknown_name_is_refused_before_anything_is_built(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["tiny", str(tmp_path), "tiny-sd", "tiny-sd3"]) == 2
    assert "tiny-sd" in capsys.readouterr().err and not any(tmp_path.iterdir())
