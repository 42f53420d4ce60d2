"""Values go when nobody will read them any more, whatever became of their readers."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Annotated, Any

import pytest
from scorefield.graph.cache import MemoryCache, NodeResult
from scorefield.graph.contract import Definition, Expansion
from scorefield.graph.declare import Int, Out, Socket, node
from scorefield.graph.result import RunResult

RunApi = Callable[..., RunResult]
Api = dict[str, Any]


class Thing:
    """Something a weak reference can watch."""


BORN: list[weakref.ref[Thing]] = []
ALIVE: list[int] = []


@node("Make", title="Make", category="test")
def make(number: Annotated[int, Int("")] = 0) -> Annotated[Thing, Out("thing", "NUMBER", "")]:
    """A value that is watched."""
    made = Thing()
    BORN.append(weakref.ref(made))
    return made


@node("Use", title="Use", category="test")
def use(
    thing: Annotated[Thing, Socket("NUMBER", "")], after: Annotated[object, Socket("NUMBER", "")] = None
) -> Annotated[int, Out("number", "NUMBER", "")]:
    """Takes a value and keeps nothing."""
    return 1


@node("Count", title="Count", category="test", output_node=True)
def count(after: Annotated[object, Socket("NUMBER", "")]) -> None:
    """Counts what is alive."""
    gc.collect()
    ALIVE.append(sum(born() is not None for born in BORN))


class Forgetful(MemoryCache):
    """Keeps no thing, so that only the run's own shelf can hold one."""

    def put(self, signature: bytes, result: NodeResult, keep: bool = False) -> None:
        if not any(isinstance(value, Thing) for output in result.outputs for value in output):
            super().put(signature, result, keep)


@pytest.fixture(autouse=True)
def watched(definitions: dict[str, Definition]) -> Iterator[None]:
    definitions |= {definition.id: definition for definition in (make, use, count)}
    BORN.clear()
    ALIVE.clear()
    yield


def body(class_type: str, **inputs: Any) -> Api:
    links = {name: [given, 0] if isinstance(given, str) else given for name, given in inputs.items()}
    return {"class_type": class_type, "inputs": links}


def test_when_the_last_reader_is_lost(run_api: RunApi) -> None:
    api = {
        "bad": body("Fail"),
        "thing": body("Make"),
        "lost": body("Use", thing="thing", after="bad"),
        "n": body("Use", thing="thing"),
        "count": body("Count", after="n"),
    }
    assert run_api(api, ["lost", "count"]).skipped == ["lost"]
    assert ALIVE == [0]


def test_when_the_last_reader_fails(run_api: RunApi) -> None:
    api = {"thing": body("Make"), "bad": body("Fail", a="thing"), "n": body("Number", value=1)}
    run_api(api | {"count": body("Count", after="n")}, ["bad", "count"])
    assert ALIVE == [0]


def test_when_the_last_reader_need_not_run_after_all(run_api: RunApi) -> None:
    """An equal node has run meanwhile."""
    api = {
        "thing": body("Make"),
        "one": body("Use", thing="thing"),
        "other": body("Use", thing="thing"),
        "count": body("Count", after="other"),
    }
    result = run_api(api, ["one", "other", "count"], cache=Forgetful())
    assert (result.cached, ALIVE) == (["other"], [0])


def expanding(definitions: dict[str, Definition], *, fails: bool) -> None:
    """A node "Around" that stands for a Make, which it gives, or for that and a failure, which it gives."""
    graph = {"in": body("Make"), "bad": body("Fail", a="in")}
    given = Expansion(graph, (["bad" if fails else "in", 0],))

    @node("Around", title="Around", category="test")
    def around() -> Annotated[object, Out("thing", "NUMBER", "")]:
        """Stands for a graph."""

    definitions["Around"] = replace(around, call=lambda context, **_: given)


@pytest.mark.parametrize("fails", [False, True])
@pytest.mark.parametrize("kept", [False, True])
def test_when_an_expansion_has_given_it(
    run_api: RunApi, definitions: dict[str, Definition], fails: bool, kept: bool
) -> None:
    expanding(definitions, fails=fails)
    api = {"around": body("Around"), "use": body("Use", thing="around"), "n": body("Number", value=1)}
    api["count"] = body("Count", after="n" if fails else "use")
    result = run_api(api, ["use", "count"], cache=Forgetful() if kept else None)
    assert (len(BORN), ALIVE) == (1, [0])
    assert result.status == ("failed" if fails else "done")


def test_when_the_last_reader_asks_for_what_has_failed(
    run_api: RunApi, definitions: dict[str, Definition]
) -> None:
    late = replace(use.inputs[1], options={"lazy": True})
    wants = replace(use, inputs=(use.inputs[0], late), needs=lambda context, **_: ["after"])
    definitions["Use"] = wants
    api = {
        "bad": body("Fail"),
        "lost": body("Use", thing="thing", after="bad"),
        "thing": body("Make"),
        "n": body("Number", value=1),
        "count": body("Count", after="n"),
    }
    assert run_api(api, ["bad", "lost", "count"]).skipped == ["lost"]
    assert ALIVE == [0]
