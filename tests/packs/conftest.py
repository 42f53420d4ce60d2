"""Packs written by the test, loaded and run as packs of strangers are."""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from scorefield.graph.cache import Cache
from scorefield.graph.contract import Definition
from scorefield.graph.events import Listener
from scorefield.graph.execution.executor import execute
from scorefield.graph.host import Host
from scorefield.graph.result import RunResult
from scorefield.graph.validation import plan
from scorefield.graph.workflow import read_api
from scorefield.packs import LoadedPacks, Places, load_packs

Api = dict[str, Any]
WritePack = Callable[..., Path]
Load = Callable[..., LoadedPacks]

ONE_NODE = """
    class Node:
        CATEGORY, FUNCTION, RETURN_TYPES, OUTPUT_NODE = "test", "run", ("*",), True

        @classmethod
        def INPUT_TYPES(cls):
            return {"required": {}, "optional": {"value": ("*",)}, "hidden": {"id": "UNIQUE_ID"}}

        def run(self, value=None, id=""):
            return {"ui": {"text": (str(work(value)),)}, "result": (value,)}

    NODE_CLASS_MAPPINGS = {NAME: Node}
    NODE_DISPLAY_NAME_MAPPINGS = {NAME: "A node"}
"""


def one_node(name: str, work: str = "def work(value): return value", above: str = "") -> str:
    """The code of a pack with one node, which shows what `work(value)` gives."""
    parts = (above, work, f"NAME = {name!r}", ONE_NODE)
    return "\n".join(textwrap.dedent(part) for part in parts)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where packs are written."""
    made = tmp_path / "custom_nodes"
    made.mkdir()
    return made


@pytest.fixture
def write_pack(folder: Path) -> WritePack:
    """Write a pack: its `__init__.py`, and further files by name; a name that ends in .py is one file."""

    def write(name: str, code: str, **files: str) -> Path:
        place = folder / name
        if name.endswith(".py"):
            place.write_text(textwrap.dedent(code))
            return place
        place.mkdir()
        for file, content in {"__init__": code, **files}.items():
            (place / f"{file}.py").write_text(textwrap.dedent(content))
        return place

    return write


@pytest.fixture
def places(tmp_path: Path) -> Places:
    return Places.of(tmp_path / "output", tmp_path / "input", tmp_path / "models")


@pytest.fixture
def load(folder: Path, places: Places) -> Load:
    """Load the folder's packs, with the nodes that are known."""

    def load(known: dict[str, Definition] | None = None) -> LoadedPacks:
        return load_packs([folder], known or {}, places)

    return load


@pytest.fixture
def run_packs(tmp_path: Path) -> Callable[..., RunResult]:
    """Run a graph of the packs' nodes."""

    def run(
        packs: LoadedPacks, api: Api, cache: Cache | None = None, listener: Listener | None = None
    ) -> RunResult:
        # Not the folders that the packs were told of when they were loaded.
        host = Host(tmp_path / "run", input_folder=tmp_path / "run_input", device="cpu", prompt=api)
        with packs.offered():
            planned = plan(read_api(api), packs.definitions)
            return execute(planned, host, cache=cache, listener=listener)

    return run


def shown(result: RunResult, node_id: str = "n") -> list[str]:
    """The texts that a node showed."""
    assert not result.failures, result.failures
    return list(result.ui[node_id]["text"])
