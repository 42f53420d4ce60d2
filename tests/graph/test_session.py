"""A session: only what has changed is checked and run again, and nothing stale is ever used."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import pytest
from scorefield.graph.cache import MemoryCache
from scorefield.graph.contract import Definition
from scorefield.graph.declare import Choice, Out, node
from scorefield.graph.errors import InvalidWorkflow
from scorefield.graph.overrides import Override
from scorefield.graph.result import RunResult
from scorefield.graph.run import Surroundings
from scorefield.graph.session import Session

Api = dict[str, Any]
FILES = ["a.png"]
API = {
    "n": {"class_type": "Number", "inputs": {"value": 3}},
    "a": {"class_type": "Add", "inputs": {"a": ["n", 0]}},
    "s": {"class_type": "Show", "inputs": {"value": ["a", 0]}},
}


@pytest.fixture
def session(definitions: dict[str, Definition]) -> Session:
    return Session(definitions, MemoryCache())


@pytest.fixture
def run(session: Session, tmp_path: Path) -> Callable[..., RunResult]:
    def run(api: Api, *overrides: Override, want: list[str] | None = None) -> RunResult:
        return session.run(session.prepare(api, overrides, want), Surroundings(tmp_path))

    return run


def test_the_same_workflow_is_checked_once(session: Session) -> None:
    again = {key: {**node, "inputs": dict(node["inputs"])} for key, node in API.items()}  # type: ignore[call-overload]
    assert session.prepare(API) is session.prepare(again)


def test_what_comes_again_is_cached(run: Callable[..., RunResult]) -> None:
    assert run(API).executed == ["n", "a", "s"]
    result = run(API)
    assert (result.executed, sorted(result.cached), result.ui["s"]["text"]) == ([], ["a", "n", "s"], ["3"])


def test_a_workflow_changed_in_place_is_seen_as_changed(run: Callable[..., RunResult]) -> None:
    api = {key: {**node, "inputs": dict(node["inputs"])} for key, node in API.items()}  # type: ignore[call-overload]
    run(api)
    api["n"]["inputs"]["value"] = 4
    assert run(api).ui["s"]["text"] == ["4"]


def test_numbers_that_are_equal_but_not_the_same_are_told_apart(session: Session) -> None:
    """True == 1 == 1.0 in Python; a workflow that says one of them does not say the others."""
    plans = [
        session.prepare({**API, "n": {"class_type": "Number", "inputs": {"value": v}}}) for v in (1, 1.0)
    ]
    assert plans[0] is not plans[1]
    with pytest.raises(InvalidWorkflow):
        session.prepare({**API, "n": {"class_type": "Number", "inputs": {"value": True}}})


def test_other_overrides_or_targets_are_another_plan(run: Callable[..., RunResult]) -> None:
    run(API)
    assert run(API, Override("n.value", 5)).ui["s"]["text"] == ["5"]
    assert set(run(API, want=["a"]).outputs) == {"a"}


def test_a_node_whose_choices_change_is_checked_each_time(
    session: Session, definitions: dict[str, Definition], monkeypatch: pytest.MonkeyPatch
) -> None:
    @node("File", title="File", category="test", output_node=True)
    def file(
        name: Annotated[str, Choice("", lambda: tuple(FILES))] = "a.png",
    ) -> Annotated[str, Out("name", "NAME", "")]:
        """A file that is there."""
        return name

    definitions["File"] = file
    api = {"f": {"class_type": "File", "inputs": {"name": "a.png"}}}
    session.prepare(api)
    monkeypatch.setitem(globals(), "FILES", [])
    with pytest.raises(InvalidWorkflow, match="not one of its choices"):
        session.prepare(api)


def test_a_node_with_a_fingerprint_is_signed_each_time(
    run: Callable[..., RunResult], definitions: dict[str, Definition]
) -> None:
    content = ["first"]
    definitions["Add"] = replace(definitions["Add"], fingerprint=lambda _id, _given: content[0])
    run(API)
    content[0] = "second"
    assert run(API).executed == ["a", "s"]


def test_the_objects_of_nodes_live_from_run_to_run(
    run: Callable[..., RunResult], definitions: dict[str, Definition]
) -> None:
    class Counter:
        times = 0

    def call(context: Any, **_: Any) -> tuple[int]:
        counter = context.instance(Counter)
        counter.times += 1
        return (counter.times,)

    definitions["Number"] = replace(definitions["Number"], call=call)
    found = [run({"n": {"class_type": "Number", "inputs": {"value": n}}}, want=["n"]) for n in (1, 2)]
    assert [result.outputs["n"] for result in found] == [([1],), ([2],)]
