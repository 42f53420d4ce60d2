"""Packs found and loaded, each by itself."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest
from scorefield.graph.errors import InvalidWorkflow
from scorefield.graph.result import RunResult
from scorefield.packs import Places, load_packs

from .conftest import Load, WritePack, one_node, shown


def reasons(packs: Any) -> dict[str, str]:
    return {skipped.pack: skipped.reason for skipped in packs.skipped}


def test_folders_and_files_are_packs_and_what_is_disabled_is_none(
    folder: Path, write_pack: WritePack, load: Load
) -> None:
    write_pack("folder", one_node("InFolder"))
    write_pack("file.py", one_node("InFile"))
    write_pack("off.disabled", one_node("Off"))
    write_pack("off.py.disabled", one_node("OffToo"))
    write_pack(".hidden", one_node("Hidden"))
    (folder / "no_pack").mkdir()
    (folder / "notes.txt").write_text("no Python")
    packs = load()
    assert {node_id: d.pack for node_id, d in packs.definitions.items()} == {
        "InFile": "file",
        "InFolder": "folder",
    }
    assert packs.definitions["InFile"].title == "A node"
    assert packs.skipped == []


def test_a_folder_that_is_a_pack_itself_is_loaded_as_one(write_pack: WritePack, places: Places) -> None:
    packs = load_packs([write_pack("single", one_node("Single"))], {}, places)
    assert list(packs.definitions) == ["Single"]


def test_a_folder_that_is_not_there_is_refused(tmp_path: Path, places: Places) -> None:
    with pytest.raises(InvalidWorkflow, match="there is no folder"):
        load_packs([tmp_path / "nowhere"], {}, places)


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("raise RuntimeError('it cannot be')", "it raised RuntimeError: it cannot be (__init__.py, line 1)"),
        ("import sys\nsys.exit(3)", "it raised SystemExit: 3 (__init__.py, line 2)"),
        ("def broken(:", "it raised SyntaxError: "),
        ("import no_such_package_at_all", "it needs the Python package 'no_such_package_at_all'"),
        ("import comfy.sd", "it needs comfy.sd, which only ComfyUI itself has"),
        ("import comfy_extras.nodes_mask", "it needs comfy_extras, which only ComfyUI itself has"),
        ("from nodes import LoraLoader", "it needs LoraLoader of nodes, which only ComfyUI itself has"),
        (
            "import comfy.utils\ncomfy.utils.load_torch_file('x')",
            "comfy.utils.load_torch_file is ComfyUI's own",
        ),
        ("from comfy_api.latest import io", "node classes of ComfyUI's V3 form"),
        ("def comfy_entrypoint(): pass", "its nodes are of ComfyUI's V3 form"),
        ("x = 1", "it declares no nodes (NODE_CLASS_MAPPINGS)"),
        ("from .missing import x", "a part of it is missing, missing"),
    ],
)
def test_a_pack_that_cannot_be_loaded_is_named_and_the_others_are_there(
    write_pack: WritePack, load: Load, code: str, told: str
) -> None:
    write_pack("a_good", one_node("Before"))
    write_pack("bad", code)
    write_pack("c_good", one_node("After"))
    packs = load()
    assert set(packs.definitions) == {"Before", "After"}
    assert reasons(packs).keys() == {"bad"}
    assert told in reasons(packs)["bad"]
    assert not [name for name in sys.modules if "scorefield_pack_bad" in name]


def test_a_node_that_cannot_be_read_is_named_alone(write_pack: WritePack, load: Load) -> None:
    code = one_node("Good") + "\nNODE_CLASS_MAPPINGS['Bad'] = object"
    write_pack("pack", code)
    packs = load()
    assert list(packs.definitions) == ["Good"]
    assert [(skipped.pack, skipped.node_id) for skipped in packs.skipped] == [("pack", "Bad")]


def test_of_two_nodes_with_one_id_the_first_stays_and_the_second_is_named(
    write_pack: WritePack, load: Load
) -> None:
    write_pack("a", one_node("Same"))
    write_pack("b", one_node("Same") + "\nNODE_CLASS_MAPPINGS['Own'] = Node")
    packs = load()
    assert {node_id: d.pack for node_id, d in packs.definitions.items()} == {"Same": "a", "Own": "b"}
    assert [str(skipped) for skipped in packs.skipped] == [
        "pack b, node Same: left out: its id is taken by the pack a"
    ]
    again = load(known=dict(packs.definitions))
    assert again.definitions == {}
    assert {skipped.reason for skipped in again.skipped} == {"its id is taken by Scorefield itself"}


def test_relative_imports_work_at_once_and_late(write_pack: WritePack, load: Load, run_packs: Any) -> None:
    work = "def work(value):\n    from .late import answer\n    return answer + base"
    write_pack(
        "with.dots-and signs",
        one_node("N", work, "from .first import base"),
        first="base = 1",
        late="answer = 41",
    )
    result: RunResult = run_packs(load(), {"n": {"class_type": "N", "inputs": {}}})
    assert shown(result) == ["42"]


def test_the_same_folder_loads_twice_with_nothing_shared(
    write_pack: WritePack, load: Load, run_packs: Any
) -> None:
    work = "def work(value):\n    from .state import items\n    items.append('a run')\n    return items"
    write_pack("pack", one_node("N", work, "from .state import items"), state="items = []")
    for packs in (load(), load()):
        assert shown(run_packs(packs, {"n": {"class_type": "N", "inputs": {}}})) == ["['a run']"]
