"""Primitives of the page write their value into what they feed."""

from __future__ import annotations

from typing import Any

import pytest

from .conftest import Inputs
from .pages import INSIDE, Json, node, page, subgraph, with_subgraphs

SETTINGS = [5, 1.5, "linear", "a", True]


def primitive(value: Any, links: list[int], kind: str = "INT", **more: Any) -> Json:
    made = node(5, "PrimitiveNode", values=[value, "randomize"], outputs=[(kind, links)], **more)
    made["outputs"][0]["widget"] = {"name": "steps"}
    return made


def settings(id: int, name: str, kind: str, link: int) -> Json:
    return node(id, "Settings", [(name, kind, link, name)], SETTINGS, [("FLOAT", [])])


@pytest.mark.parametrize(("mode", "expected"), [(0, 12), (2, 12), (4, 12)])
def test_the_value_goes_into_the_widgets_whatever_the_mode(inputs: Inputs, mode: int, expected: int) -> None:
    nodes = [
        primitive(12, [9, 10], mode=mode),
        settings(2, "steps", "INT", 9),
        settings(3, "steps", "INT", 10),
    ]
    converted = inputs(page(nodes, [(9, 5, 0, 2, 0, "INT"), (10, 5, 0, 3, 0, "INT")]))
    assert converted["2"]["steps"] == converted["3"]["steps"] == expected
    assert set(converted) == {"2", "3"}


@pytest.mark.parametrize(("value", "expected"), [(0.126, 0.13), (3, 3.0), (0.005, 0.01)])
def test_a_number_is_rounded_as_the_widget_it_goes_into_rounds(
    inputs: Inputs, value: float, expected: float
) -> None:
    nodes = [primitive(value, [9], "FLOAT"), settings(2, "scale", "FLOAT", 9)]
    assert inputs(page(nodes, [(9, 5, 0, 2, 0, "FLOAT")]))["2"]["scale"] == expected


def test_texts_and_choices_go_as_they_are(inputs: Inputs) -> None:
    nodes = [primitive("some // words", [9], "STRING"), settings(2, "text", "STRING", 9)]
    assert inputs(page(nodes, [(9, 5, 0, 2, 0, "STRING")]))["2"]["text"] == "some "
    nodes = [primitive("cosine", [9], "COMBO"), settings(2, "mode", "COMBO", 9)]
    assert inputs(page(nodes, [(9, 5, 0, 2, 0, "COMBO")]))["2"]["mode"] == "cosine"


def test_without_a_value_the_widget_keeps_its_own(inputs: Inputs) -> None:
    empty = {**primitive(1, [9]), "widgets_values": []}
    saved = page([empty, settings(2, "steps", "INT", 9)], [(9, 5, 0, 2, 0, "INT")])
    assert inputs(saved)["2"]["steps"] == 5


def test_a_primitive_inside_a_subgraph(inputs: Inputs) -> None:
    name = "11111111-0000-4000-8000-000000000000"
    inner = subgraph(name, [primitive(12, [9]), settings(2, "steps", "INT", 9)], [(9, 5, 0, 2, 0, "INT")])
    assert inputs(with_subgraphs(page([node(7, name, outputs=[])]), inner))["7:2"]["steps"] == 12


def test_a_primitive_on_a_subgraph_does_not_reach_inside(inputs: Inputs) -> None:
    name = "11111111-0000-4000-8000-000000000000"
    links = [(1, INSIDE, 0, 2, 0, "INT")]
    inner = subgraph(name, [settings(2, "steps", "INT", 1)], links, [("steps", "INT", [1])])
    host = node(7, name, [("steps", "INT", 9, "steps")], [30], [])
    saved = page([primitive(12, [9]), host], [(9, 5, 0, 7, 0, "INT")])
    assert inputs(with_subgraphs(saved, inner))["7:2"]["steps"] == 5
