"""The record of what made a result: the same each time, nothing private, and what two do not agree on."""

from __future__ import annotations

import getpass
import hashlib
import json
import platform
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from scorefield.graph.contract import Definition
from scorefield.graph.host import Host
from scorefield.graph.loading import read_source
from scorefield.graph.provenance import Difference, code_hash, differences, file_hashes, provenance, record
from scorefield.graph.run import Surroundings, prepare, run_job

API = {"1": {"class_type": "Number", "inputs": {"value": 3}}, "2": {"class_type": "Show", "inputs": {}}}
API["2"]["inputs"] = {"value": ["1", 0]}


@pytest.fixture
def known(definitions: dict[str, Definition], tmp_path: Path) -> dict[str, Definition]:
    """The number node depends on a file in the input folder, and one that lies elsewhere."""
    elsewhere = tmp_path / "secret" / "weights.bin"
    elsewhere.parent.mkdir()
    elsewhere.write_bytes(b"weights")
    (tmp_path / "input").mkdir()
    (tmp_path / "input" / "3.txt").write_bytes(b"three")

    def files(given: Mapping[str, Any]) -> list[Path]:
        return [elsewhere, Path(f"{given['value']}.txt"), Path("missing.txt")]

    return {**definitions, "Number": replace(definitions["Number"], files=files)}


def made(known: dict[str, Definition], tmp_path: Path) -> dict[str, Any]:
    return provenance(prepare(read_source(API, known), known).plan, "cpu", tmp_path / "input")


def test_it_names_versions_code_device_and_files(known: dict[str, Definition], tmp_path: Path) -> None:
    found = made(known, tmp_path)
    assert found["versions"]["python"] == platform.python_version()
    assert {"scorefield", "torch", "numpy", "pillow", "matplotlib"} <= found["versions"].keys()
    assert found["device"].startswith("cpu: ")
    assert found["code"] == code_hash() and len(found["code"]) == 16
    assert found["files"] == {
        "3.txt": hashlib.sha256(b"three").hexdigest(),
        "weights.bin": hashlib.sha256(b"weights").hexdigest(),
    }


def test_it_is_the_same_twice_and_tells_nothing_of_the_machine(
    known: dict[str, Definition], tmp_path: Path
) -> None:
    first = json.dumps(made(known, tmp_path))
    assert first == json.dumps(made(known, tmp_path))
    words = {str(tmp_path), str(Path.home()), "secret", platform.node()}
    assert [word for word in words if len(word) > 3 and word in first] == []
    assert f'"{getpass.getuser()}"' not in first


def test_files_of_one_name_are_told_apart_wherever_they_lie(tmp_path: Path) -> None:
    for folder, content in (("a", b"1"), ("b", b"2"), ("c", b"2")):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "x").write_bytes(content)
    paths = [tmp_path / folder / "x" for folder in "abc"]
    assert list(file_hashes(paths)) == ["x", "x (2)"]
    assert file_hashes(paths) == file_hashes(reversed(paths))


def test_a_run_reads_files_only_if_a_node_asks(known: dict[str, Definition], tmp_path: Path) -> None:
    asked: list[Any] = []

    def files(_: Mapping[str, Any]) -> list[Path]:
        asked.append("files")
        return []

    def call(context: Any, value: Any) -> tuple[()]:
        asked.append(context.provenance)
        asked.append(context.provenance)
        return ()

    known["Number"] = replace(known["Number"], files=files)
    surroundings = Surroundings(tmp_path / "out", device="cpu")
    run_job(prepare(read_source(API, known), known), surroundings)
    assert asked == []
    known["Show"] = replace(known["Show"], call=call)
    run_job(prepare(read_source(API, known), known), surroundings)
    assert asked[0] == "files" and asked.count("files") == 1
    assert asked[1] is asked[2] and asked[1]["device"].startswith("cpu: ")


def test_a_record_says_which_picture_of_which_call_of_which_node_it_is(tmp_path: Path) -> None:
    context = Host(tmp_path, provenance=lambda: {"code": "c"}).context("5:3")
    assert record(context, 2) == {"code": "c", "node": "5:3", "call": 0, "index": 2}
    context.call_index = 4
    assert record(context, 2) == {"code": "c", "node": "5:3", "call": 4, "index": 2}
    assert record(Host(tmp_path).context("1"), 0) is None


def test_differences_name_what_was_otherwise() -> None:
    then = {
        "versions": {"torch": "1", "numpy": "2", "gone": "3"},
        "device": "cpu: A",
        "files": {"a": "1", "elsewhere": "2"},
        "node": "1",
    }
    now = {
        "versions": {"torch": "2", "numpy": "2"},
        "device": "cpu: B",
        "files": {"a": "3", "b": "4"},
        "node": "2",
    }
    assert differences(then, then) == []
    assert differences(then, now) == [
        Difference("torch", "1", "2"),
        Difference("gone", "3", None),
        Difference("file a", "1", "3"),
        Difference("device", "cpu: A", "cpu: B"),
        Difference("file b", None, "4"),
    ]
    assert str(Difference("torch", "1", None)) == "torch was 1 and is not there"
    assert differences({"versions": "nonsense", "files": None}, {}) == []
