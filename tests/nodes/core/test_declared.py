"""What every core node owes to whoever meets it, and that its declaration has ComfyUI's form."""

from __future__ import annotations

import importlib
import re
import subprocess
import sys
from pathlib import Path

import pytest
import scorefield
from scorefield.graph.contract import Definition
from scorefield.graph.object_info import object_info
from scorefield.graph.page.core_nodes import is_core
from scorefield.graph.widget_values import coerce
from scorefield.nodes import DEFINITIONS
from scorefield.nodes.core import CORE_DEFINITIONS, core_definitions
from scorefield.nodes.core.folders import Folders
from scorefield.nodes.headless import headless_definitions

from ..graphs import Graph

NODES = pytest.mark.parametrize("definition", CORE_DEFINITIONS.values(), ids=CORE_DEFINITIONS)


def test_they_stand_beside_our_own_and_are_never_given_to_comfyui() -> None:
    assert not CORE_DEFINITIONS.keys() & DEFINITIONS.keys()
    assert headless_definitions().keys() == CORE_DEFINITIONS.keys() | DEFINITIONS.keys()
    assert not CORE_DEFINITIONS.keys() & scorefield.NODE_CLASS_MAPPINGS.keys()
    assert len({each.title for each in CORE_DEFINITIONS.values()}) == len(CORE_DEFINITIONS)


@NODES
def test_a_node_says_what_it_is_and_what_it_takes(definition: Definition) -> None:
    assert definition.title and definition.search_aliases and definition.description.endswith(".")
    for each in (*definition.inputs, *definition.outputs):
        assert re.search(r"\w.*\w", each.tooltip), each.name


@NODES
def test_what_a_widget_starts_with_is_a_value_that_it_takes(definition: Definition) -> None:
    for each in definition.inputs:
        if "default" in each.options:
            assert each.is_required and coerce(each, each.options["default"]) == each.options["default"]


@NODES
def test_a_test_says_what_it_does(definition: Definition) -> None:
    """A test marked with a node fails unless the node runs in it (see conftest.py)."""
    stems = [path.stem for path in Path(__file__).parent.glob("test_*.py")]
    modules = [importlib.import_module(f".{stem}", __package__) for stem in stems]
    tests = [value for module in modules for name, value in vars(module).items() if name.startswith("test_")]
    assert any(definition.id in getattr(test, "about", ()) for test in tests)


def test_a_graph_must_give_every_widget_as_for_comfyui(graph: Graph) -> None:
    node = graph.add_class("EmptyImage", width=8, height=8, batch_size=1)
    message = graph.refusal(node)
    assert "color" in message and "required" in message


def test_object_info_is_of_comfyuis_form(tmp_path: Path) -> None:
    (tmp_path / "a.png").touch()
    known = core_definitions(Folders(tmp_path))
    assert object_info(known["LoadImage"])["input"]["required"]["image"][0] == ["a.png"]
    assert object_info(known["LoadImage"])["input"]["required"]["image"][1]["image_upload"] is True
    width = object_info(known["ImageScale"])["input"]["required"]["width"]
    assert width[0] == "INT"
    assert {key: width[1][key] for key in ("default", "min", "max")} == {
        "default": 512,
        "min": 0,
        "max": 16384,
    }
    seed = object_info(known["RandomNoise"])["input"]["required"]["noise_seed"][1]
    assert (seed["max"], seed["control_after_generate"]) == (2**64 - 1, True)
    assert "round" not in object_info(known["SolidMask"])["input"]["required"]["value"][1]


def test_importing_them_imports_neither_torch_nor_pillow() -> None:
    code = "import sys, scorefield.nodes.core; print(*({'torch', 'numpy', 'PIL'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []


@NODES
def test_its_pages_are_read_as_the_official_page_reads_them(definition: Definition) -> None:
    assert is_core(definition)
