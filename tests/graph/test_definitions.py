"""Definitions of nodes that are not installed: enough to read, check and convert, and no more."""

from __future__ import annotations

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from scorefield.graph.contract import ABSENT, REQUIRED, Definition
from scorefield.graph.definitions import definitions_from
from scorefield.graph.definitions_file import read_definitions
from scorefield.graph.errors import InvalidWorkflow, NodeFailed
from scorefield.graph.execution.executor import execute
from scorefield.graph.host import Host
from scorefield.graph.object_info import object_info
from scorefield.graph.validation import plan
from scorefield.graph.workflow import read_api

Entry = dict[str, Any]


def entry(**inputs: Any) -> Entry:
    return {
        "input": inputs,
        "output": ["INT"],
        "output_is_list": [False],
        "output_name": ["n"],
        "name": "Any",
    }


def only(**inputs: Any) -> Definition:
    return definitions_from({"Node": entry(**inputs)})["Node"]


def test_inputs_are_in_the_order_that_is_given() -> None:
    read = definitions_from(
        {"Node": entry(required={"b": ["INT"], "a": ["IMAGE", {}]}, optional={"c": ["*"]})}
    )
    assert [declared.name for declared in read["Node"].inputs] == ["b", "a", "c"]
    ordered = entry(required={"b": ["INT"], "a": ["IMAGE"]}) | {"input_order": {"required": ["a", "gone", 5]}}
    assert [declared.name for declared in definitions_from({"N": ordered})["N"].inputs] == ["a", "b"]


def test_types_choices_and_what_is_required() -> None:
    node = only(
        required={"old": [["x", "y"], {"default": "y"}], "new": ["COMBO", {"options": ["z"]}]},
        optional={"n": ["INT", {"min": 1, "tooltip": "How many."}]},
    )
    old, new, count = node.inputs
    assert (old.type, old.allowed(), old.default) == ("COMBO", ("x", "y"), REQUIRED)
    assert (new.type, new.allowed()) == ("COMBO", ("z",))
    assert (count.default, count.options["min"], count.tooltip) == (ABSENT, 1, "How many.")


def test_a_type_of_its_own_may_have_a_widget_of_its_own() -> None:
    node = only(required={"paint": ["BRUSH"], "count": ["INT"]})
    assert [declared.is_open for declared in node.inputs] == [True, False]


def test_outputs() -> None:
    made = {
        "input": {},
        "output": ["IMAGE", ["a", "b"], "COMFY_MATCHTYPE_V3"],
        "output_is_list": [False, True],
    }
    outputs = definitions_from({"N": {**made, "output_name": ["picture"]}})["N"].outputs
    assert [(o.name, o.type, o.is_list) for o in outputs] == [
        ("picture", "IMAGE", False),
        ("COMBO", "COMBO", True),
        ("*", "*", False),
    ]


def test_what_the_newer_contract_adds() -> None:
    node = only(
        required={
            "like": ["COMFY_MATCHTYPE_V3", {"template": {"template_id": "t", "allowed_types": "IMAGE,MASK"}}],
            "parts": ["COMFY_AUTOGROW_V3", {"template": {"input": {"required": {"part": ["IMAGE"]}}}}],
            "how": ["COMFY_DYNAMICCOMBO_V3", {"options": [{"key": "a", "inputs": {}}]}],
        }
    )
    like, parts, how = node.inputs
    assert like.types == {"IMAGE", "MASK"}
    assert not parts.is_required and how.is_required and how.is_open
    grown = node.input("parts.part7")
    assert grown is not None and grown.is_open and not grown.is_required
    assert node.input("others.part7") is None


def test_our_own_nodes_come_back_from_what_they_say_of_themselves(definitions: dict[str, Definition]) -> None:
    told = json.loads(json.dumps({name: object_info(each) for name, each in definitions.items()}))
    for name, read in definitions_from(told).items():
        own = definitions[name]
        assert (read.title, read.category, read.output_node) == (own.title, own.category, own.output_node)
        assert {(i.name, i.type, i.is_required) for i in read.inputs} == {
            (i.name, i.type, i.is_required) for i in own.inputs
        }
        assert [(o.name, o.type, o.is_list) for o in read.outputs] == [
            (o.name, o.type, o.is_list) for o in own.outputs
        ]


def test_one_that_is_known_from_its_definition_alone_does_not_run(tmp_path: Path) -> None:
    known = definitions_from({"Away": entry(required={"n": ["INT"]}) | {"output_node": True}})
    graph = read_api({"1": {"class_type": "Away", "inputs": {"n": 3}}})
    result = execute(plan(graph, known), Host(tmp_path))
    [failure] = result.failures
    assert isinstance(failure, NodeFailed) and "known from definitions only" in str(failure)


@pytest.mark.parametrize("wrong", [None, [], {}, "text", {"Node": 5}, {"Node": {}}, {"Node": {"input": []}}])
def test_what_is_no_object_info_is_refused(wrong: Any) -> None:
    with pytest.raises(InvalidWorkflow, match="object_info"):
        definitions_from(wrong)


@pytest.mark.parametrize(
    "odd",
    [
        {"required": None},
        {"required": {"a": None, "b": 5, "c": [], "d": [5], "e": ["INT", 5], "f": [None, None]}},
        {"required": {"a": ["COMFY_AUTOGROW_V3"], "b": ["COMFY_MATCHTYPE_V3", {"template": 5}]}},
    ],
)
def test_odd_entries_do_no_harm(odd: Any) -> None:
    assert definitions_from({"Node": entry(**odd)})["Node"].id == "Node"


class _Server(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        answers = {"/object_info": json.dumps({"Node": entry()}), "/text": "hello"}
        self.send_response(200 if self.path in answers else 404)
        self.end_headers()
        self.wfile.write(answers.get(self.path, "").encode())

    def log_message(self, format: str, *args: Any) -> None:
        pass


@pytest.fixture
def address() -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), _Server)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_server_is_asked(address: str) -> None:
    for place in ("", "/", "/object_info"):
        assert list(read_definitions(address + place)) == ["Node"]


def test_addresses_that_give_none_are_refused(address: str) -> None:
    for place, says in (("/gone", "cannot be fetched: Not Found"), ("/text", "is not JSON")):
        with pytest.raises(InvalidWorkflow, match=says):
            read_definitions(address + place)
    for wrong in ("http://127.0.0.1:1/", "http://[::1", "http://127.0.0.1:x/", "http:///"):
        with pytest.raises(InvalidWorkflow, match="cannot be fetched"):
            read_definitions(wrong)


def test_files(tmp_path: Path) -> None:
    path = tmp_path / "nodes.json"
    path.write_text("\ufeff" + json.dumps({"Node": entry()}), encoding="utf-8")
    assert list(read_definitions(str(path))) == ["Node"]
    path.write_bytes(b"\xff\xff")
    with pytest.raises(InvalidWorkflow, match=r"nodes.json is not JSON"):
        read_definitions(str(path))
    for missing in (tmp_path, tmp_path / "gone", Path("nul\0l")):
        with pytest.raises(InvalidWorkflow, match="cannot be read"):
            read_definitions(str(missing))
