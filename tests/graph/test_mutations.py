"""Damaged workflows: whatever is in the file, it is planned or refused by name, and quickly."""

from __future__ import annotations

import copy
import json
import random
import time
from typing import Any

import pytest
from scorefield.graph.contract import Definition
from scorefield.graph.errors import InvalidWorkflow
from scorefield.graph.loading import read_source
from scorefield.graph.run import prepare
from scorefield.graph.signature import sign

PAGE = {
    "nodes": [
        {"id": 1, "type": "Number", "widgets_values": [3, 7, "fixed"], "outputs": [{"type": "NUMBER"}]},
        {"id": 2, "type": "Reroute", "inputs": [{"name": "", "type": "*", "link": 1}], "outputs": [{}]},
        {
            "id": 3,
            "type": "Add",
            "mode": 0,
            "inputs": [
                {"name": "a", "type": "NUMBER", "link": 2},
                {"name": "b", "type": "NUMBER", "link": 5},
            ],
            "outputs": [{"type": "NUMBER"}],
            "widgets_values": [4],
        },
        {"id": 4, "type": "PrimitiveNode", "widgets_values": [2], "outputs": [{"type": "INT"}]},
        {"id": 5, "type": "Show", "inputs": [{"name": "value", "type": "*", "link": 3}]},
        {"id": 6, "type": "Note", "widgets_values": ["hello"]},
    ],
    "links": [[1, 1, 0, 2, 0, "*"], [2, 2, 0, 3, 0, "*"], [3, 3, 0, 5, 0, "*"], [5, 1, 0, 3, 1, "*"]],
}
API = {
    "1": {"class_type": "Number", "inputs": {"value": 3}},
    "2": {"class_type": "Settings", "inputs": {"steps": 4, "mode": "cosine", "either": ["1", 0]}},
    "3": {"class_type": "Show", "inputs": {"value": ["2", 0]}, "_meta": {"title": "Mine"}},
}
JUNK: list[Any] = [
    *(None, True, 0, -1, 4, 2.5, 1e308, float("nan"), float("inf"), 10**30, "", "x", "5", "\ud800", "\0"),
    *([], {}, [1, 2], ["1", 0], ["1", -1], ["1", 99], ["99", 0], [[["1", 0]]], {"__value__": ["1", 0]}),
    *("Reroute", "PrimitiveNode", "Note", "*", "Show", {"a": [float("nan")]}),
]


def places(value: Any) -> list[tuple[Any, Any]]:
    """Every (container, key) in a JSON value."""
    found: list[tuple[Any, Any]] = []
    waiting = [value]
    while waiting:
        part = waiting.pop()
        keys = list(part) if isinstance(part, dict) else range(len(part)) if isinstance(part, list) else ()
        found.extend((part, key) for key in keys)
        waiting.extend(part[key] for key in keys)
    return found


def damage(value: Any, rng: random.Random) -> Any:
    """The value with a few of its parts replaced, exchanged or gone."""
    value = copy.deepcopy(value)
    for _ in range(rng.choice((1, 1, 2, 3, 6))):
        found = places(value)
        if not found:
            break
        container, key = rng.choice(found)
        choice = rng.random()
        if choice < 0.2:
            del container[key]
        elif choice < 0.4:
            other, place = rng.choice(found)
            container[key] = copy.deepcopy(other[place])
        else:
            container[key] = copy.deepcopy(rng.choice(JUNK))
    return value


@pytest.mark.parametrize("whole", [PAGE, API], ids=["page", "api"])
def test_a_damaged_workflow_is_planned_or_refused_by_name(
    whole: Any, definitions: dict[str, Definition]
) -> None:
    rng = random.Random(0)
    planned = refused = 0
    for _ in range(1500):
        damaged = damage(whole, rng)
        start = time.perf_counter()
        try:
            sign(prepare(read_source(damaged, definitions), definitions).plan)
            planned += 1
        except InvalidWorkflow as invalid:
            refused += 1
            assert all(problem.type and problem.message for problem in invalid.problems)
            assert "\n" not in str(invalid.problems[0])
            json.dumps([problem.as_dict() for problem in invalid.problems])
        assert time.perf_counter() - start < 1
    assert min(planned, refused) > 100, "both happen, or the damage is not what it should be"
