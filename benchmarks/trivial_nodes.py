"""The nodes of `trivial_graphs`, declared as our own are."""

from __future__ import annotations

from typing import Annotated

from scorefield.graph.declare import Int, Out, Socket, node


@node("Start", title="Start", category="benchmark")
def start(value: Annotated[int, Int("It.")] = 0) -> Annotated[int, Out("value", "VALUE", "It.")]:
    """A value."""
    return value


@node("Next", title="Next", category="benchmark")
def following(
    value: Annotated[int, Socket("VALUE", "It.")], step: Annotated[int, Int("How far.")] = 1
) -> Annotated[int, Out("value", "VALUE", "The next.")]:
    """The next value."""
    return value + step


@node("End", title="End", category="benchmark", output_node=True)
def end(value: Annotated[int, Socket("VALUE", "It.")], mark: Annotated[int, Int("Which.")] = 0) -> None:
    """Where a run leads."""


DECLARED = {definition.id: definition for definition in (start, following, end)}
