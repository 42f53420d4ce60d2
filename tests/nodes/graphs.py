"""Small graphs of nodes: built by name, run headless, and what they gave."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import pytest
import scorefield
from scorefield.graph.contract import Definition, Input, Output
from scorefield.graph.errors import InvalidWorkflow, NodeFailed
from scorefield.nodes import DEFINITIONS

Test = TypeVar("Test", bound=Callable[..., None])
Link = list[Any]


def about(*names: str) -> Callable[[Test], Test]:
    """Say which nodes a test states the behaviour of; the test fails if it does not run them."""
    return about_classes(*(f"Scorefield{name}" for name in names))


def about_classes(*names: str) -> Callable[[Test], Test]:
    """The same for nodes by their whole id."""

    def mark(test: Test) -> Test:
        test.about = frozenset(names)  # type: ignore[attr-defined]
        return test

    return mark


class Node(NamedTuple):
    """A node in a graph."""

    id: str
    definition: Definition

    def __getitem__(self, output: Any) -> Any:
        """The link to its output of that name, as the API format writes it."""
        names = [each.name for each in self.definition.outputs]
        return [self.id, names.index(output)]


class Graph:
    """A workflow that is being built. `given` puts a value of the test's own on a socket."""

    def __init__(self, folder: Path, nodes: Mapping[str, Definition] = DEFINITIONS) -> None:
        self.folder = folder
        self.nodes: dict[str, dict[str, Any]] = {}
        self.ran: set[str] = set()
        self.calls: list[Any] = []
        self._given: list[Any] = []
        self.definitions = {**nodes, **{each.id: each for each in (self._giving(), self._counting())}}

    def add(self, name: str, /, **inputs: Any) -> Node:
        """A node of ours, by its name without the prefix."""
        return self.add_class(f"Scorefield{name}", **inputs)

    def add_class(self, class_type: str, /, **inputs: Any) -> Node:
        """A node by its class."""
        node_id = str(len(self.nodes) + 1)
        self.nodes[node_id] = {"class_type": class_type, "inputs": inputs}
        return Node(node_id, self.definitions[class_type])

    def given(self, value: Any) -> Link:
        """A link to a value, whatever the socket."""
        self._given.append(value)
        return self.add_class("TestGiven", which=len(self._given) - 1)["value"]

    def counted(self, link: Link) -> Link:
        """The same value; `calls` holds one entry for each time that it passes."""
        return self.add_class("TestCounted", value=link)["value"]

    def run(
        self, *wanted: Node, overrides: Mapping[str, Any] | None = None, **words: Any
    ) -> scorefield.api.Run:
        """Run the graph for these nodes; without any, for its output nodes."""
        want = [node.id for node in wanted] or None
        done = scorefield.run(
            self.nodes, overrides, want=want, out=self.folder, definitions=self.definitions, **words
        )
        self.ran |= {self.nodes[node_id]["class_type"] for node_id in done.executed}
        return done

    def value(self, node: Node, output: str | None = None) -> Any:
        """The value of one output, by default the first."""
        name = output or node.definition.outputs[0].name
        return self.run(node).values[node.id][name]

    def failure(self, node: Node) -> str:
        """The message of a node that fails while it runs."""
        with pytest.raises(NodeFailed) as failed:
            self.run(node)
        assert failed.value.node_id == node.id
        return str(failed.value)

    def refusal(self, node: Node) -> str:
        """The message of a graph that is refused before anything runs."""
        with pytest.raises(InvalidWorkflow) as refused:
            self.run(node)
        assert not self.folder.exists() or not any(self.folder.iterdir())
        return str(refused.value)

    def _giving(self) -> Definition:
        which = (Input("which", "INT", default=0),)
        return Definition(
            "TestGiven",
            "Given",
            "test",
            "",
            which,
            (Output("value", "*"),),
            lambda _, which: (self._given[which],),
        )

    def _counting(self) -> Definition:
        def count(_: Any, value: Any) -> tuple[Any]:
            self.calls.append(value)
            return (value,)

        return Definition(
            "TestCounted", "Counted", "test", "", (Input("value", "*"),), (Output("value", "*"),), count
        )
