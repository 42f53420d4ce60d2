"""Fingerprints, and what the cache keeps."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import pytest
from scorefield.graph.cache import MemoryCache, NodeResult
from scorefield.graph.contract import ABSENT, Definition, Input
from scorefield.graph.declare import Socket, node
from scorefield.graph.execution.executor import execute
from scorefield.graph.execution.shelf import Shelf
from scorefield.graph.host import Host
from scorefield.graph.result import RunResult
from scorefield.graph.signature import is_lasting, sign
from scorefield.graph.validation import plan
from scorefield.graph.workflow import read_api

RunApi = Callable[..., RunResult]
API = {
    "n": {"class_type": "Number", "inputs": {"value": 3}},
    "a": {"class_type": "Add", "inputs": {"a": ["n", 0]}},
    "s": {"class_type": "Show", "inputs": {"value": ["a", 0]}},
}


def result(value: int) -> NodeResult:
    return NodeResult(([value],), {})


def test_a_fingerprint_joins_the_signature(run_api: RunApi, definitions: dict[str, Definition]) -> None:
    seen: list[Mapping[str, Any]] = []
    content = ["first"]

    def fingerprint(_node_id: str, inputs: Mapping[str, Any]) -> str:
        seen.append(inputs)
        return content[0]

    definitions["Add"] = replace(definitions["Add"], fingerprint=fingerprint)
    cache = MemoryCache()
    assert run_api(API, cache=cache).executed == ["n", "a", "s"]
    assert run_api(API, cache=cache).executed == []
    content[0] = "second"
    assert run_api(API, cache=cache).executed == ["a", "s"]
    assert seen[0] == {"a": None, "more": 0}


def signature(definitions: dict[str, Definition], source: dict[str, Any], **links: list[Any]) -> bytes:
    api = {"s": source, "j": {"class_type": "Join", "inputs": links}}
    return sign(plan(read_api(api), definitions, ["j"]))["j"]


def test_the_input_and_the_output_a_link_joins_count(definitions: dict[str, Definition]) -> None:
    @node("Join", title="Join", category="test")
    def join(
        p: Annotated[object, Socket("*", "")] = None, q: Annotated[object, Socket("*", "")] = None
    ) -> None:
        """Takes either."""

    definitions["Join"] = join
    source = {"class_type": "Settings"}
    ways: list[dict[str, list[Any]]] = [{"p": ["s", 0]}, {"p": ["s", 1]}, {"q": ["s", 0]}, {}]
    assert len({signature(definitions, source, **way) for way in ways}) == 4


def changing(_node_id: str, inputs: Mapping[str, Any]) -> None:
    return None


def broken(_node_id: str, inputs: Mapping[str, Any]) -> str:
    raise OSError("the file is gone")


@pytest.mark.parametrize("fingerprint", [changing, broken])
def test_a_node_without_a_lasting_fingerprint_always_runs(
    run_api: RunApi, definitions: dict[str, Definition], fingerprint: Callable[..., Any]
) -> None:
    definitions["Add"] = replace(definitions["Add"], fingerprint=fingerprint)
    cache = MemoryCache()
    run_api(API, cache=cache)
    assert run_api(API, cache=cache).executed == ["a", "s"]


def test_the_result_used_longest_ago_goes_first() -> None:
    cache = MemoryCache(limit=2)
    cache.put(b"a", result(1))
    cache.put(b"b", result(2))
    assert cache.get(b"a") == result(1)
    cache.put(b"c", result(3))
    assert (b"a" in cache, b"b" in cache, b"c" in cache) == (True, False, True)
    assert len(cache) == 2


def test_a_cache_may_be_told_what_is_worth_keeping() -> None:
    cache = MemoryCache(only=frozenset({b"a"}))
    cache.put(b"a", result(1))
    cache.put(b"b", result(2))
    assert (cache.get(b"a"), cache.get(b"b")) == (result(1), None)
    cache.drop(b"a")
    assert len(cache) == 0


def test_a_shelf_holds_what_has_readers_until_the_last_has_read() -> None:
    shelf = Shelf()
    shelf.expect(["a"])
    shelf.expect(["a"])
    shelf.put("a", result(1))
    shelf.put("nobody waits for this", result(2))
    assert (len(shelf), shelf.values("a", 0)) == (1, [1])
    shelf.leave(["a"])
    assert len(shelf) == 1
    shelf.leave(["a"])
    assert len(shelf) == 0


def test_signatures_that_are_known_are_not_worked_out_again(
    definitions: dict[str, Definition], tmp_path: Path
) -> None:
    asked: list[str] = []
    definitions["Add"] = replace(definitions["Add"], fingerprint=lambda node_id, _: asked.append(node_id))
    planned = plan(read_api(API), definitions)
    signatures = sign(planned)
    execute(planned, Host(tmp_path), cache=MemoryCache(), signatures=signatures)
    assert asked == ["a"]


@pytest.mark.parametrize("keep", [False, True])
def test_a_cache_is_told_what_is_worth_keeping_for_other_processes(
    run_api: RunApi, definitions: dict[str, Definition], keep: bool
) -> None:
    told: list[bool] = []

    class Told(MemoryCache):
        def put(self, signature: bytes, result: NodeResult, keep: bool = False) -> None:
            told.append(keep)

    definitions["Number"] = replace(definitions["Number"], keep=keep)
    run_api(API, ["n"], cache=Told())
    assert told == [keep]


def test_a_shelf_takes_nothing_whose_readers_have_all_left() -> None:
    shelf = Shelf()
    shelf.expect(["a"])
    shelf.leave(["a"])
    shelf.put("a", result(1))
    assert len(shelf) == 0


def test_the_class_counts(definitions: dict[str, Definition]) -> None:
    definitions["Other"] = replace(definitions["Number"], id="Other")
    api = {"a": {"class_type": "Number", "inputs": {"value": 3}}, "b": {"class_type": "Other"}}
    api["b"]["inputs"] = api["a"]["inputs"]
    signatures = sign(plan(read_api(api), definitions, ["a", "b"]))
    assert signatures["a"] != signatures["b"]


def test_any_name_can_be_signed(definitions: dict[str, Definition]) -> None:
    """JSON can hold half a letter, and a node's inputs may bear any name."""

    def more(name: str) -> Input:
        return Input(name, "*", default=ABSENT)

    half = "\ud800"
    definitions["Add"] = replace(definitions["Add"], more_inputs=more, knows_its_place=True)
    api = {
        "n": {"class_type": "Number"},
        half: {"class_type": "Add", "inputs": {"a": ["n", 0], half: ["n", 0]}},
    }
    assert len(sign(plan(read_api(api), definitions, [half]))) == 2


def test_what_its_files_hold_joins_the_signature(
    run_api: RunApi, definitions: dict[str, Definition], tmp_path: Path
) -> None:
    path = tmp_path / "weights"
    definitions["Number"] = replace(definitions["Number"], files=lambda given: [path])
    cache, ran = MemoryCache(), []
    for content in ("one", "one", "other"):
        path.write_text(content)
        ran.append(run_api(API, cache=cache).executed)
    assert ran == [["n", "a", "s"], [], ["n", "a", "s"]]


def test_what_nobody_can_vouch_for_is_known_in_this_process_alone(definitions: dict[str, Definition]) -> None:
    """A node that is never the same, a pack's node, and all that follows from either."""
    definitions["Changing"] = replace(definitions["Number"], id="Changing", fingerprint=changing)
    definitions["Strange"] = replace(definitions["Number"], id="Strange", module="custom_nodes.strange")
    api: dict[str, Any] = {
        name: {"class_type": name, "inputs": {"value": 3}} for name in ("Number", "Changing")
    }
    api["Strange"] = {"class_type": "Strange", "inputs": {"value": 3}}
    for name in list(api):
        api[f"after {name}"] = {"class_type": "Add", "inputs": {"a": [name, 0]}}
    signed = sign(plan(read_api(api), definitions, list(api)))
    lasting = {node_id for node_id, signature in signed.items() if is_lasting(signature)}
    assert lasting == {"Number", "after Number"}
    again = sign(plan(read_api(api), definitions, list(api)))
    assert {node_id for node_id in api if signed[node_id] != again[node_id]} == {"Changing", "after Changing"}
