"""VALIDATE_INPUTS in all its forms, and IS_CHANGED."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable
from typing import Any

import pytest
from scorefield.graph.cache import MemoryCache
from scorefield.graph.errors import InvalidWorkflow

from .conftest import Api, RunV1, node, shown, value


def checked(validate: Callable[..., Any]) -> type:
    class Checked:
        CATEGORY, FUNCTION, RETURN_TYPES = "test", "run", ("VALUE",)
        VALIDATE_INPUTS = classmethod(validate)

        @classmethod
        def INPUT_TYPES(cls) -> Api:
            numbers = {"min": 0, "max": 5}
            return {"required": {"x": ("INT", numbers), "y": ("INT", numbers), "z": ("OTHER",)}}

        def run(self, x: int, y: int, z: Any) -> tuple[int]:
            return (x + y,)

    return Checked


def graph(**inputs: Any) -> Api:
    given = {"x": 1, "y": 1, "z": "v"} | inputs
    return {"v": value(1), "w": value(2), "c": node("Checked", **given), "out": node("Show", value="c")}


def only_x(cls: type, x: int) -> Any:
    return True if x is None or x < 9 else "x is too much"


def with_kwargs(cls: type, x: int, **others: Any) -> Any:
    return x == 7 or f"x is {x}"


def with_types(cls: type, input_types: Api) -> Any:
    return input_types == {"z": "VALUE"} or f"got {input_types}"


def links_are_none(cls: type, z: Any, input_types: Api) -> Any:
    return z is None


async def later(cls: type, x: int) -> Any:
    await asyncio.sleep(0)
    return x != 4


@pytest.mark.parametrize(
    ("validate", "inputs", "told"),
    [
        (only_x, {"z": 1, "x": 8}, None),  # beyond the maximum, which it checks itself
        (only_x, {"z": 1, "x": 9}, "x is too much"),
        (only_x, {"z": 1, "y": 6}, "above the maximum"),  # which it leaves to others
        (links_are_none, {}, None),
        (only_x, {}, "it takes OTHER"),
        (with_kwargs, {"z": 1, "x": 7, "y": 100}, None),  # all ranges are its own
        (with_kwargs, {"z": 1, "x": 6}, "x is 6"),
        (with_types, {}, None),  # and all types
        (later, {"z": 1, "x": 3}, None),
        (later, {"z": 1, "x": 4}, "does not accept"),
        (lambda cls, x: 1 / 0, {"z": 1}, "own check failed: ZeroDivisionError"),
    ],
)
def test_a_node_checks_what_it_names(
    run_v1: RunV1, nodes: dict[str, type], validate: Callable[..., Any], inputs: Api, told: str | None
) -> None:
    nodes["Checked"] = checked(validate)
    if told is None:
        assert run_v1(graph(**inputs)).status == "done"
    else:
        with pytest.raises(InvalidWorkflow, match=told) as refused:
            run_v1(graph(**inputs))
        assert refused.value.problems[0].node_id == "c"


def test_a_check_of_one_input_names_it(run_v1: RunV1, nodes: dict[str, type]) -> None:
    nodes["Checked"] = checked(only_x)
    with pytest.raises(InvalidWorkflow) as refused:
        run_v1(graph(z=1, x=9))
    assert refused.value.problems[0].input_name == "x"


def changing(found: Callable[..., Any]) -> type:
    class Changing:
        CATEGORY, FUNCTION, RETURN_TYPES = "test", "run", ("VALUE",)
        IS_CHANGED = classmethod(found)

        @classmethod
        def INPUT_TYPES(cls) -> Api:
            return {"required": {"n": ("INT", {}), "v": ("VALUE",)}, "hidden": {"id": "UNIQUE_ID"}}

        def run(self, n: int, v: int, id: str) -> tuple[int]:
            return (n + v,)

    return Changing


STATE = {"file": "first"}


async def awaited(cls: type, **_: Any) -> Any:
    await asyncio.sleep(0)
    return STATE["file"]


@pytest.mark.parametrize(
    ("found", "runs"),
    [
        (lambda cls, n, v, id: STATE["file"], [1, 0, 1]),
        (lambda cls, **_: [STATE["file"]], [1, 0, 1]),
        (awaited, [1, 0, 1]),
        (lambda cls, n, v, id: None, [1, 0, 0]),
        (lambda cls, n, v, id: math.nan, [1, 1, 1]),
        (lambda cls, n: "it does not take what it is given", [1, 1, 1]),
        (lambda cls, **_: object(), [1, 1, 1]),
        (lambda cls, **_: [1, math.nan], [1, 1, 1]),
    ],
    ids=["text", "list", "async", "none", "nan", "wrong arguments", "object", "nan in a list"],
)
def test_is_changed_says_when_to_run_again(
    run_v1: RunV1, nodes: dict[str, type], cache: MemoryCache, found: Callable[..., Any], runs: list[int]
) -> None:
    nodes["Changing"] = changing(found)
    api = {"v": value(1), "c": node("Changing", n=2, v="v"), "out": node("Show", value="c")}
    counts = []
    for content in ("first", "first", "second"):
        STATE["file"] = content
        result = run_v1(api, cache=cache)
        assert shown(result) == ["3"]
        counts.append(result.executed.count("c"))
    assert counts == runs


def test_is_changed_sees_constants_and_no_linked_values(
    run_v1: RunV1, nodes: dict[str, type], cache: MemoryCache
) -> None:
    seen: list[Api] = []
    nodes["Changing"] = changing(lambda cls, **given: seen.append(given))
    run_v1({"v": value(1), "c": node("Changing", n=2, v="v"), "out": node("Show", value="c")}, cache=cache)
    assert seen == [{"n": 2, "v": None, "id": "c"}]


def test_a_check_that_says_no_more_than_no(run_v1: RunV1, nodes: dict[str, type]) -> None:
    nodes["Checked"] = checked(lambda cls, x, y: False)
    with pytest.raises(InvalidWorkflow) as refused:
        run_v1(graph(z=1))
    [problem] = refused.value.problems
    assert (problem.message, problem.input_name) == ("the node does not accept what it is given", None)


def test_any_answer_but_true_is_no(run_v1: RunV1, nodes: dict[str, type]) -> None:
    nodes["Checked"] = checked(lambda cls, x: 1)
    with pytest.raises(InvalidWorkflow, match="what it is given: 1"):
        run_v1(graph(z=1))


def test_a_node_is_not_asked_about_values_that_are_wrong_anyway(
    run_v1: RunV1, nodes: dict[str, type]
) -> None:
    asked: list[int] = []
    nodes["Checked"] = checked(lambda cls, x: asked.append(x))
    with pytest.raises(InvalidWorkflow):
        run_v1(graph(z=1, y=6))
    assert asked == []


def test_an_output_that_is_not_there_is_refused_whoever_checks_the_types(
    run_v1: RunV1, nodes: dict[str, type]
) -> None:
    nodes["Checked"] = checked(lambda cls, input_types: True)
    with pytest.raises(InvalidWorkflow, match="output 7 of node v") as refused:
        run_v1(graph(z=["v", 7]))
    assert [(p.type, p.input_name) for p in refused.value.problems] == [("bad_linked_input", "z")]
