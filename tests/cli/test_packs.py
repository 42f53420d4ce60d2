"""`--packs DIR`: nodes of strangers in every command that knows nodes."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest
from scorefield.cli import main

GOOD = """
print("a pack that talks")

class Shout:
    CATEGORY, FUNCTION, RETURN_TYPES, OUTPUT_NODE = "strange", "run", ("STRING",), True

    @classmethod
    def INPUT_TYPES(cls):
        return {"required": {"text": ("STRING", {"default": "hello"})}}

    def run(self, text):
        import folder_paths
        from comfy.utils import ProgressBar
        print("a node that talks")
        ProgressBar(1).update(1)
        text = text.upper()
        return {"ui": {"text": (text, folder_paths.get_output_directory())}, "result": (text,)}

NODE_CLASS_MAPPINGS = {"Shout": Shout, "SaveImage": Shout}
NODE_DISPLAY_NAME_MAPPINGS = {"Shout": "Shout It"}
"""
WORKFLOW = {"1": {"class_type": "Shout", "inputs": {"text": "well"}}}


@pytest.fixture
def packs(tmp_path: Path) -> Path:
    folder = tmp_path / "custom_nodes"
    folder.mkdir()
    (folder / "good.py").write_text(GOOD)
    (folder / "bad.py").write_text("import comfy.samplers")
    return folder


@pytest.fixture
def workflow(tmp_path: Path) -> Path:
    file = tmp_path / "workflow.json"
    file.write_text(json.dumps(WORKFLOW))
    return file


def test_a_workflow_of_their_nodes_runs(
    packs: Path, workflow: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    code = main(["run", str(workflow), "--packs", str(packs), "--out", str(out), "--json"])
    told = capsys.readouterr()
    report: dict[str, Any] = json.loads(told.out)
    assert (code, report["outputs"]["1"]["text"]) == (0, ["WELL", str(out)])
    assert "a pack that talks" in told.err and "a node that talks" in told.err
    assert not {"folder_paths", "comfy", "comfy.utils"} & set(sys.modules)


def test_without_packs_the_node_is_unknown(workflow: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(workflow)]) == 2
    assert "Shout" in capsys.readouterr().err


def test_check_knows_them_and_names_what_was_left_out(
    packs: Path, workflow: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert (
        main(["check", str(workflow), "--packs", str(packs), "--packs", str(packs / "good.py" / "..")]) == 2
    )
    assert "there is no folder" in capsys.readouterr().err
    assert main(["check", str(workflow), "--packs", str(packs)]) == 0
    told = capsys.readouterr()
    assert told.out == "valid: 1 nodes lead to 1 outputs\n"
    assert "note: pack bad: left out: it needs comfy.samplers, which only ComfyUI itself has" in told.err
    assert "note: pack good, node SaveImage: left out: its id is taken by Scorefield itself" in told.err


def test_nodes_says_which_pack_they_are_of(packs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["nodes", "--packs", str(packs)]) == 0
    lines = [line for line in capsys.readouterr().out.splitlines() if "(pack" in line]
    assert [" ".join(line.split()) for line in lines] == ["Shout strange: Shout It (pack good)"]
    assert main(["nodes", "--packs", str(packs), "--json"]) == 0
    listed = json.loads(capsys.readouterr().out)
    assert listed["Shout"]["python_module"] == "custom_nodes.good"
    assert listed["SaveImage"]["python_module"] == "nodes"  # ComfyUI's own, as the page knows it
    assert listed["ScorefieldNoiseSeed"]["python_module"] == "custom_nodes.scorefield"
