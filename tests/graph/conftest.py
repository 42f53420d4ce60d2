"""A few small nodes, and short ways to plan and run graphs of them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import pytest
from scorefield.graph.context import Context
from scorefield.graph.contract import Definition
from scorefield.graph.declare import Boolean, Choice, Float, Int, Out, Socket, String, node
from scorefield.graph.execution.executor import execute
from scorefield.graph.host import Host
from scorefield.graph.result import RunResult
from scorefield.graph.validation import plan
from scorefield.graph.workflow import read_api

Number = Annotated[int, Out("number", "NUMBER", "A number.")]


@node("Number", title="A Number", category="test")
def number(
    value: Annotated[int, Int("It.", minimum=-5, maximum=100)] = 1,
    seed: Annotated[int, Int("Seed.", is_seed=True)] = 0,
) -> Number:
    """A number."""
    return value


@node("Add", title="Add", category="test")
def add(
    a: Annotated[int, Socket("NUMBER", "One.")],
    b: Annotated[int, Socket("NUMBER", "The other.")] = 0,
    more: Annotated[int, Int("More.")] = 0,
) -> Number:
    """The sum."""
    return a + b + more


@node("Show", title="Show", category="test", output_node=True)
def show(value: Annotated[object, Socket("*", "Anything.")], *, context: Context) -> None:
    """Shows it."""
    context.show(text=[str(value)])


@node("Fail", title="Fail", category="test")
def fail(a: Annotated[int, Socket("NUMBER", "Ignored.")] = 0) -> Number:
    """Raises."""
    raise ValueError("it was bound to fail")


@node("Numbers", title="Numbers", category="test")
def numbers(
    count: Annotated[int, Int("How many.")] = 3,
) -> Annotated[list[int], Out("n", "NUMBER", "", is_list=True)]:
    """0, 1, 2 … as a list."""
    return list(range(count))


@node("Sum", title="Sum", category="test", input_is_list=True)
def total(
    values: Annotated[list[int], Socket("NUMBER", "All.")], offset: Annotated[object, Int("Offset.")] = 0
) -> Number:
    """Sees whole lists."""
    assert isinstance(offset, list)
    return sum([*values, *offset])


@node("Settings", title="Settings", category="test")
def settings(
    steps: Annotated[int, Int("Steps.", minimum=1, maximum=50)] = 10,
    scale: Annotated[float, Float("Scale.", minimum=0.0, maximum=10.0)] = 1.0,
    mode: Annotated[str, Choice("Mode.", ("linear", "cosine"))] = "linear",
    text: Annotated[str, String("Text.")] = "",
    on: Annotated[bool, Boolean("On.")] = True,
    either: Annotated[object, Socket("FLOAT,NUMBER", "A union.")] = None,
) -> tuple[
    Annotated[tuple[object, ...], Out("all", "SETTINGS", "")], Annotated[float, Out("scale", "FLOAT", "")]
]:
    """Every widget; gives them back."""
    return (steps, scale, mode, text, on, either), scale


DEFINITIONS = {d.id: d for d in (number, add, show, fail, numbers, total, settings)}


@pytest.fixture
def definitions() -> dict[str, Definition]:
    """The small nodes, in a mapping the test may add to."""
    return dict(DEFINITIONS)


@pytest.fixture
def run_api(definitions: dict[str, Definition], tmp_path: Path) -> Callable[..., RunResult]:
    """Run a graph in API format."""

    def run(api: dict[str, Any], targets: list[str] | None = None, **options: Any) -> RunResult:
        return execute(plan(read_api(api), definitions, targets), Host(tmp_path / "out"), **options)

    return run
