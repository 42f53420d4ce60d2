"""Damaged pages with everything on them: converted or refused by name, never anything else."""

from __future__ import annotations

import copy
import random
from typing import Any

import pytest
from scorefield.graph.definitions import definitions_from
from scorefield.graph.errors import InvalidWorkflow
from scorefield.graph.overrides import Address
from scorefield.graph.page.format import page_to_api
from scorefield.graph.page.settings import page_with_settings

from .pages import DEFINITIONS, INSIDE, OBJECT_INFO, OUTSIDE, Json, add, node, number, page, subgraph

INNER, OUTER = (f"{digit * 8}-0000-4000-8000-000000000000" for digit in "12")
JUNK: list[Any] = [
    *(None, True, 0, -1, 3, 2.5, float("nan"), float("inf"), 10**30, "", "x", "3", "\ud800", "-10", -10, -20),
    *([], {}, [1, 2], [[]], {"a": [1]}, ["-1", "x"], INNER, OUTER, "*", "INT", "COMBO", "COMFY_AUTOGROW_V3"),
    *("Reroute", "PrimitiveNode", "GetNode", "SetNode", "Resize", "CustomCombo", "{a|b}", "%date:yy%%S.x%"),
]


def everything() -> Json:
    """A page on which every kind of node, link and widget stands."""
    sockets = [("steps", "INT", 1, "steps"), ("text", "STRING", None, "text")]
    settings = node(21, "Settings", sockets, [7, 1.5, "linear", "a", True], [("FLOAT", [2])])
    primitive = node(22, "PrimitiveNode", values=[4, "fixed"], outputs=[("INT", [3])])
    fed = node(23, "Number", [("seed", "INT", 3, "seed")], [1, 2, "fixed"])
    links = [(1, INSIDE, 0, 21, 0, "INT"), (2, 21, 0, OUTSIDE, 0, "FLOAT"), (3, 22, 0, 23, 1, "INT")]
    inner = subgraph(INNER, [settings, primitive, fed], links, [("n", "INT", [1])], [("y", "FLOAT", [2])])
    proxies = {"proxyWidgets": [["21", "text"], ["22", "value"], ["-1", "n"]]}
    middle = node(31, INNER, [("n", "INT", 1)], ["b", 5, 6], [("FLOAT", [2])], properties=proxies)
    links = [(1, INSIDE, 0, 31, 0, "INT"), (2, 31, 0, OUTSIDE, 0, "FLOAT")]
    outer = subgraph(OUTER, [middle], links, [("n", "INT", [1])], [("y", "FLOAT", [2])])
    pictures = [("pictures.picture0", "IMAGE", 14), ("pictures.picture1", "IMAGE", 15)]
    nodes = [
        number(1, links=[10]),
        node(2, "Reroute", [("", "*", 10)], outputs=[("NUMBER", [11])]),
        add(3, 11, None, [12], mode=4),
        add(4, 12),
        node(5, OUTER, [("n", "INT", None, "n")], [8], [("FLOAT", [13])]),
        node(6, INNER, [("n", "INT", None, "n")], ["b"], properties=copy.deepcopy(proxies)),
        node(7, "Show", [("value", "*", 13)], outputs=[]),
        node(8, "Picture", values=["a.png", "image"], outputs=[("IMAGE", [14, 15, 16])]),
        node(9, "Batch", pictures, outputs=[("IMAGE", [])]),
        node(10, "Resize", [("picture", "IMAGE", 17)], ["like", "yes", "left", "area"], [("IMAGE", [18])]),
        node(11, "SetNode", [("IMAGE", "IMAGE", 16)], ["shared"]),
        node(12, "GetNode", values=["shared"], outputs=[("IMAGE", [17])]),
        node(13, "SaveImage", [("images", "IMAGE", 18)], ["%date:yyyy%-%A Number.value%"], []),
        node(14, "CustomCombo", values=["b", 0, "a", "b", ""], outputs=[("STRING", [])]),
        node(15, "Shapes"),
    ]
    links = [(10, 1, 0, 2, 0), (11, 2, 0, 3, 0), (12, 3, 0, 4, 0), (13, 5, 0, 7, 0, "FLOAT")]
    links += [(14, 8, 0, 9, 0, "IMAGE"), (15, 8, 0, 9, 1, "IMAGE"), (16, 8, 0, 11, 0, "IMAGE")]
    links += [(17, 12, 0, 10, 0, "IMAGE"), (18, 10, 0, 13, 0, "IMAGE")]
    return {**page(nodes, links), "definitions": {"subgraphs": [inner, outer]}}


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


def damaged(value: Any, rng: random.Random) -> Any:
    """The value with a few of its parts replaced, exchanged or gone."""
    value = copy.deepcopy(value)
    for _ in range(rng.choice((1, 2, 3, 6))):
        container, key = rng.choice(places(value))
        choice = rng.random()
        if choice < 0.2:
            del container[key]
        elif choice < 0.4:
            other, place = rng.choice(places(value))
            container[key] = copy.deepcopy(other[place])
        else:
            container[key] = copy.deepcopy(rng.choice(JUNK))
    return value


def test_the_whole_page_is_converted() -> None:
    converted = page_to_api(everything(), DEFINITIONS)
    assert converted["5:31:21"]["inputs"]["steps"] == 8 and converted["6:21"]["inputs"]["text"] == "b"
    assert converted["4"]["inputs"]["a"] == ["1", 0] and converted["10"]["inputs"]["picture"] == ["8", 0]
    assert converted["7"]["inputs"] == {"value": ["5:31:21", 0]}


@pytest.mark.parametrize("seed", [0, 1, *(pytest.param(seed, marks=pytest.mark.slow) for seed in (2, 3))])
def test_a_damaged_page_is_converted_or_refused_by_name(seed: int) -> None:
    rng = random.Random(seed)
    whole, done, refused = everything(), 0, 0
    for _ in range(250):
        broken = damaged(whole, rng)
        try:
            converted = page_to_api(broken, DEFINITIONS)
            done += 1
        except InvalidWorkflow as invalid:
            refused += 1
            assert all(problem.type and problem.message for problem in invalid.problems)
            assert "\n" not in str(invalid.problems[0])
            continue
        links = [v for each in converted.values() for v in each["inputs"].values() if isinstance(v, list)]
        assert all(len(link) == 2 and type(link[1]) is int for link in links)
        id = rng.choice(list(converted))
        for name in list(converted[id]["inputs"])[:1]:
            page_with_settings(broken, {Address(id, name): rng.choice(JUNK)}, DEFINITIONS)
    assert min(done, refused) > 40, "both happen, or the damage is not what it should be"


def test_damaged_definitions_are_read_or_refused_by_name() -> None:
    rng = random.Random(0)
    whole, read = everything(), 0
    for _ in range(300):
        try:
            page_to_api(whole, definitions_from(damaged(OBJECT_INFO, rng)))
            read += 1
        except InvalidWorkflow as invalid:
            assert "\n" not in str(invalid.problems[0])
    assert read > 40
