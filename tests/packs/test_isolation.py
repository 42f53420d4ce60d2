"""What loading and running packs leaves behind in the process: nothing."""

from __future__ import annotations

import importlib.util
import random
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import numpy.random
import pytest
import torch
from scorefield.packs import LoadedPacks

from .conftest import Load, WritePack, one_node, shown

STAND_INS = ("comfy", "comfy.utils", "comfy_api", "comfy_execution.graph", "folder_paths", "nodes", "server")

RESTLESS = """
import os, random, sys
import numpy, torch
import comfy.utils, comfy_execution.graph, folder_paths, nodes, server
random.seed(0), numpy.random.seed(0), torch.manual_seed(0)
print("a pack that talks")
sys.path.insert(0, "/nowhere/at/all")
sys.meta_path.append(object())
os.chdir("/")
"""


def footprint() -> dict[str, Any]:
    return {
        "path": list(sys.path),
        "finders": list(sys.meta_path),
        "folder": Path.cwd(),
        "modules": {name for name in sys.modules if not name.startswith("scorefield_pack_")},
        "random": random.getstate(),
        "numpy": np.random.get_state()[1].tolist(),  # type: ignore[index,union-attr]
        "torch": torch.get_rng_state().tolist(),
    }


@pytest.mark.parametrize("code", [one_node("N", above=RESTLESS), RESTLESS + "raise RuntimeError"])
def test_loading_changes_nothing_in_the_process(
    write_pack: WritePack, load: Load, capsys: pytest.CaptureFixture[str], code: str
) -> None:
    load()
    write_pack("restless", code)
    before = footprint()
    load()
    after = footprint()
    for what, value in before.items():
        assert after[what] == value, what
    told = capsys.readouterr()
    assert (told.out, "a pack that talks" in told.err) == ("", True)


def test_stand_ins_are_there_inside_the_block_and_gone_after_it(write_pack: WritePack, load: Load) -> None:
    write_pack("pack", one_node("N"))
    packs = load()
    assert not set(STAND_INS) & set(sys.modules)
    with packs.offered():
        first = {name: sys.modules[name] for name in STAND_INS}
        with packs.offered():
            pass
        assert {name: sys.modules[name] for name in STAND_INS} == first
    assert not set(STAND_INS) & set(sys.modules)
    with packs.offered():
        assert {name: sys.modules[name] for name in STAND_INS} == first
    with pytest.raises(ModuleNotFoundError):
        import folder_paths  # type: ignore[import-not-found]  # noqa: F401


def test_what_packs_take_for_comfyui_s_folder_is_below_temp(
    write_pack: WritePack, load: Load, run_packs: Callable[..., Any], tmp_path: Path
) -> None:
    above = "import inspect, comfy.utils, folder_paths, nodes, server"
    work = """
    def work(value):
        found = comfy.utils.__file__, folder_paths.__file__, inspect.getfile(nodes)
        return [*found, inspect.getfile(server.PromptServer), folder_paths.base_path]
    """
    write_pack("pack", one_node("N", work, above))
    base = tmp_path / "output" / "temp" / "packs"
    expected = [
        base / "comfy" / "utils.py",
        base / "folder_paths.py",
        base / "nodes.py",
        base / "server.py",
        base,
    ]
    (told,) = shown(run_packs(load(), {"n": {"class_type": "N", "inputs": {}}}))
    assert told == str([str(path) for path in expected])


def test_what_bears_such_a_name_already_comes_back(
    write_pack: WritePack, load: Load, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = type(sys)("server")
    monkeypatch.setitem(sys.modules, "server", other)
    write_pack("pack", one_node("N", "def work(value): return server.PromptServer.__name__", "import server"))
    packs = load()
    assert packs.skipped == []
    with packs.offered():
        assert sys.modules["server"] is not other
    assert sys.modules["server"] is other


def test_where_comfyui_is_present_nothing_is_offered(
    write_pack: WritePack, load: Load, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("folder_paths", "comfy_execution"):
        (tmp_path / f"{name}.py").write_text("import comfyui_itself")
    monkeypatch.syspath_prepend(tmp_path)
    importlib.invalidate_caches()
    write_pack("pack", one_node("N", above="import folder_paths"))
    assert load().skipped[0].reason == "it needs the Python package 'comfyui_itself', which is not installed"
    with load().offered():
        assert "nodes" not in sys.modules


def test_packs_may_be_loaded_while_others_run(write_pack: WritePack, load: Load) -> None:
    write_pack("pack", one_node("N", above="import folder_paths"))
    with load().offered():
        outer = sys.modules["folder_paths"]
        inner = load()
        assert inner.skipped == []
        with inner.offered():
            assert sys.modules["folder_paths"] is not outer
        assert sys.modules["folder_paths"] is outer


LATE = """
def work(value):
    import folder_paths
    from comfy_execution.graph import ExecutionBlocker
    from own_helper import answer
    return f"{folder_paths.get_output_directory()} {ExecutionBlocker.__name__} {answer}"
"""
ADDS_ITSELF = "import os, sys\nsys.path.append(os.path.dirname(__file__))\n"


def test_nodes_import_late_what_their_pack_could(
    write_pack: WritePack, load: Load, run_packs: Callable[..., Any], tmp_path: Path
) -> None:
    write_pack("pack", one_node("N", LATE, ADDS_ITSELF), own_helper="answer = 42")
    result = run_packs(load(), {"n": {"class_type": "N", "inputs": {}}})
    assert shown(result) == [f"{tmp_path / 'run'} ExecutionBlocker 42"]


def test_a_late_import_finds_the_module_that_the_pack_has_already(
    write_pack: WritePack, load: Load, run_packs: Callable[..., Any]
) -> None:
    above = ADDS_ITSELF + "import own_state\nown_state.items.append('from the start')"
    work = "def work(value):\n    import own_state\n    return own_state.items"
    write_pack("pack", one_node("N", work, above), own_state="items = []")
    assert shown(run_packs(load(), {"n": {"class_type": "N", "inputs": {}}})) == ["['from the start']"]


def test_two_packs_may_each_have_a_module_of_the_same_plain_name(
    write_pack: WritePack, load: Load, run_packs: Callable[..., Any]
) -> None:
    above = ADDS_ITSELF + "from plain_name_of_both import who\n"
    for name in ("one", "two"):
        work = "def work(value): return who"
        write_pack(name, one_node(name, work, above), plain_name_of_both=f"who = {name!r}")
    packs = load()
    api = {name: {"class_type": name, "inputs": {}} for name in ("one", "two")}
    result = run_packs(packs, api)
    assert (shown(result, "one"), shown(result, "two")) == (["one"], ["two"])
    assert "plain_name_of_both" not in sys.modules


def test_a_second_thread_waits_until_the_first_has_done_offering(write_pack: WritePack, load: Load) -> None:
    write_pack("pack", one_node("N"))
    one, two = load(), load()
    seen: list[object] = []

    def offer(packs: LoadedPacks) -> None:
        with packs.offered():
            seen.append(sys.modules["nodes"])

    with one.offered():
        mine = sys.modules["nodes"]
        other = threading.Thread(target=offer, args=(two,))
        other.start()
        other.join(0.05)
        assert (other.is_alive(), seen) == (True, [])
        assert sys.modules["nodes"] is mine
    other.join(10)
    assert len(seen) == 1 and seen[0] is not mine
