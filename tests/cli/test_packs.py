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


TALKING = """
class Talk:
    CATEGORY, FUNCTION, RETURN_TYPES, OUTPUT_NODE = "strange", "run", (), True

    @classmethod
    def INPUT_TYPES(cls):
        print("types")
        return {"required": {"choice": (["a", "b"],)}}

    @classmethod
    async def VALIDATE_INPUTS(cls, **given):
        print("check")
        return True

    @classmethod
    def IS_CHANGED(cls, **given):
        print("changed")
        return 1

    def run(self, choice):
        return {"ui": {"text": (choice,)}}

NODE_CLASS_MAPPINGS = {"Talk": Talk}
"""


def test_what_they_print_while_they_are_checked_is_no_result(
    packs: Path, workflow: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (packs / "talking.py").write_text(TALKING)
    workflow.write_text(json.dumps({"1": {"class_type": "Talk", "inputs": {"choice": "a"}}}))
    words = ["--packs", str(packs), "--json"]
    for command in (["check"], ["run", "--vary", "1.choice=a,b", "--out", str(tmp_path / "out")], ["nodes"]):
        file = [] if command == ["nodes"] else [str(workflow)]
        assert main([*command, *file, *words]) == 0
        told = capsys.readouterr()
        json.loads(told.out)
        assert "types" in told.err and ("check" in told.err or command == ["nodes"])


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
    assert listed["ScorefieldScoreModel"]["python_module"] == "custom_nodes.scorefield"
    assert listed["SaveImage"]["python_module"] == "nodes"


def test_a_server_has_its_own_nodes(packs: Path, workflow: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["run", str(workflow), "--packs", str(packs), "--to", "http://127.0.0.1:9"]
    assert main(words) == 2
    assert "--packs does not go with --to" in capsys.readouterr().err
