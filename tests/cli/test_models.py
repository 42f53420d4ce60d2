"""--models: the folders where a command looks for models."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from scorefield.cli import main

WORKFLOW = {
    "1": {"class_type": "ScorefieldScoreModel", "inputs": {"name": "mine"}},
    "2": {"class_type": "ScorefieldNoiseSeed", "inputs": {"model": ["1", 0]}},
    "3": {"class_type": "SaveLatent", "inputs": {"samples": ["2", 1], "filename_prefix": "x"}},
}


@pytest.fixture
def models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A model folder with a model that is not whole."""
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "elsewhere" / "mine"
    folder.mkdir(parents=True)
    (folder / "model_index.json").write_text('{"_class_name": "StableDiffusionPipeline"}')
    return folder.parent


def choices(capsys: pytest.CaptureFixture[str], *words: str) -> list[str]:
    assert main(["nodes", "--json", *words]) == 0
    declared = json.loads(capsys.readouterr().out)["ScorefieldScoreModel"]["input"]
    found: list[str] = {**declared.get("required", {}), **declared["optional"]}["name"][0]
    return found


def test_what_lies_in_a_model_folder_can_be_chosen(
    models: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "mine" in choices(capsys, "--models", str(models)) and "mine" not in choices(capsys)
    monkeypatch.setenv("SCOREFIELD_MODELS", str(models))
    assert "mine" in choices(capsys) and "toy-spiral" in choices(capsys)


@pytest.mark.parametrize("command", ["run", "check"])
def test_a_model_that_is_not_whole_is_refused_before_anything_runs(
    models: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], command: str
) -> None:
    (tmp_path / "workflow.json").write_text(json.dumps(WORKFLOW))
    assert main([command, "workflow.json", "--models", str(models)]) == 2
    error = capsys.readouterr().err
    assert "mine/model_index.json names no unet" in error and "sd2-community" in error
    assert not (tmp_path / "output").exists()
