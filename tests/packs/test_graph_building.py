"""Graphs that nodes build: ids that are new for every builder, and what can be done with nodes."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from scorefield.graph.current import CURRENT, Call
from scorefield.packs.stand_ins.graph_utils import GraphBuilder, add_graph_prefix, is_link

from .conftest import Load, WritePack, shown

EXPANDING = """
    from comfy_execution.graph_utils import GraphBuilder
    from comfy_execution.graph import ExecutionBlocker

    class Source:
        CATEGORY, FUNCTION, RETURN_TYPES, OUTPUT_IS_LIST = "test", "run", ("*",), (True,)

        @classmethod
        def INPUT_TYPES(cls):
            return {"required": {"count": ("INT", {})}}

        def run(self, count):
            return (list(range(count)),)

    class Twice:
        CATEGORY, FUNCTION, RETURN_TYPES = "test", "run", ("*",)

        @classmethod
        def INPUT_TYPES(cls):
            return {"required": {"value": ("*",)}}

        def run(self, value):
            one, two = GraphBuilder(), GraphBuilder()
            first = one.node("Add", a=value, b=1)
            second = two.node("Add", a=first.out(0), b=10)
            return {"result": (second.out(0),), "expand": {**one.finalize(), **two.finalize()}}

    class Add:
        CATEGORY, FUNCTION, RETURN_TYPES = "test", "run", ("*",)

        @classmethod
        def INPUT_TYPES(cls):
            return {"required": {"a": ("*",), "b": ("*",)}}

        def run(self, a, b):
            return (ExecutionBlocker(None) if a == 1 and b == 10 else a + b,)

    class Show:
        CATEGORY, FUNCTION, RETURN_TYPES, OUTPUT_NODE = "test", "run", (), True
        INPUT_IS_LIST = False

        @classmethod
        def INPUT_TYPES(cls):
            return {"required": {"value": ("*",)}}

        def run(self, value):
            return {"ui": {"text": (str(value),)}}

    NODE_CLASS_MAPPINGS = {"Source": Source, "Twice": Twice, "Add": Add, "Show": Show}
"""


@pytest.fixture
def calling() -> Any:
    """Pretend that a node runs."""
    tokens = []

    def call(node_id: str, index: int = 0) -> Call:
        running = Call(SimpleNamespace(node_id=node_id), index)  # type: ignore[arg-type]
        tokens.append(CURRENT.set(running))
        return running

    yield call
    for token in reversed(tokens):
        CURRENT.reset(token)


def test_every_builder_of_every_call_of_every_node_has_ids_of_its_own(calling: Callable[..., Call]) -> None:
    ids = []
    for node_id in ("7", "8"):
        for index in (0, 1):
            calling(node_id, index)
            for _ in range(3):
                graph = GraphBuilder()
                ids += [graph.node("A").id, graph.node("A").id, graph.node("A", id="named").id]
    assert len(set(ids)) == len(ids) == 36


def test_the_ids_are_the_same_in_the_next_run(calling: Callable[..., Call]) -> None:
    def build() -> list[str]:
        calling("7", 1)
        return [GraphBuilder().node("A").id, GraphBuilder().node("A").id]

    assert build() == build()


def test_a_prefix_may_be_given() -> None:
    graph = GraphBuilder(prefix="x.")
    assert (graph.node("A", id="a").id, graph.node("A").id) == ("x.a", "x.1")
    assert GraphBuilder.alloc_prefix("root", 2, 3) == "root.2.3."


def test_the_graph_is_written_in_api_format() -> None:
    graph = GraphBuilder(prefix="")
    a = graph.node("A", id="a", value=1)
    b = graph.node("B", id="b", left=a.out(0), right=a.out(1))
    b.set_input("more", [1, 2])
    b.set_input("left", None)
    b.set_override_display_id("7")
    assert graph.node("Z", id="a") is graph.lookup_node("a") is a
    assert (b.get_input("more"), b.get_input("left"), graph.lookup_node("none")) == ([1, 2], None, None)
    assert graph.finalize() == {
        "a": {"class_type": "A", "inputs": {"value": 1}},
        "b": {"class_type": "B", "inputs": {"right": ["a", 1], "more": [1, 2]}, "override_display_id": "7"},
    }


def test_an_output_is_replaced_wherever_it_is_taken() -> None:
    graph = GraphBuilder(prefix="p.")
    a = graph.node("A", id="a")
    b = graph.node("B", id="b", x=a.out(0), y=a.out(1), z="p.a")
    graph.replace_node_output("a", 0, 5)
    graph.replace_node_output("a", 1, None)
    graph.remove_node("a")
    assert graph.finalize() == {"p.b": {"class_type": "B", "inputs": {"x": 5, "z": "p.a"}}}
    assert b.id == "p.b"


@pytest.mark.parametrize(
    ("value", "is_one"),
    [
        (["a", 0], True),
        (["a", 0.0], True),
        (["a", "0"], False),
        ([1, 0], False),
        (["a"], False),
        ("a0", False),
    ],
)
def test_a_link_is_an_id_and_a_number(value: Any, is_one: bool) -> None:
    assert is_link(value) is is_one


def test_a_prefix_moves_a_whole_graph() -> None:
    graph = {
        "a": {"class_type": "A", "inputs": {"x": 1}},
        "b": {"class_type": "B", "inputs": {"y": ["a", 0]}},
    }
    assert add_graph_prefix(graph, [["b", 1], 3], "p.") == (
        {
            "p.a": {"class_type": "A", "inputs": {"x": 1}},
            "p.b": {"class_type": "B", "inputs": {"y": ["p.a", 0]}},
        },
        (["p.b", 1], 3),
    )


def test_a_node_expands_once_per_item_and_a_blocker_is_known_by_its_shape(
    write_pack: WritePack, load: Load, run_packs: Callable[..., Any]
) -> None:
    write_pack("pack", EXPANDING)
    api = {
        "source": {"class_type": "Source", "inputs": {"count": 3}},
        "twice": {"class_type": "Twice", "inputs": {"value": ["source", 0]}},
        "n": {"class_type": "Show", "inputs": {"value": ["twice", 0]}},
    }
    # Of 0, 1, 2 the first becomes 1, for which `Add` gives a blocker.
    result = run_packs(load(), api)
    assert shown(result) == ["12", "13"]
    assert len({node_id for node_id in result.executed if node_id.startswith("twice.")}) == 6
