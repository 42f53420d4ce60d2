"""Inputs that bring others with a choice, groups that grow, and sockets that match each other."""

from __future__ import annotations

from typing import Any

from .conftest import Inputs
from .pages import Json, node, page


def resize(values: list[Any], inputs: list[Any] | None = None, **more: Any) -> Json:
    return node(5, "Resize", inputs, values, [("IMAGE", [])], **more)


def picture(id: int, links: list[int]) -> Json:
    return node(id, "Picture", values=["a.png", "image"], outputs=[("IMAGE", links)])


def test_a_choice_brings_the_widgets_that_follow_it(inputs: Inputs) -> None:
    assert inputs(page([resize(["size", 640, 480, "nearest"])]))["5"] == {
        "how": "size",
        "how.width": 640,
        "how.height": 480,
        "method": "nearest",
    }
    assert inputs(page([resize(["factor", 3.5, "nearest"])]))["5"] == {
        "how": "factor",
        "how.by": 3.5,
        "method": "nearest",
    }


def test_without_values_the_first_choice_is_made(inputs: Inputs) -> None:
    expected = {"how": "size", "how.width": 512, "how.height": 512, "method": "area"}
    assert inputs(page([resize([])]))["5"] == expected


def test_a_choice_in_a_choice_and_the_sockets_of_both(inputs: Inputs) -> None:
    sockets = [("picture", "IMAGE", 8), ("how.other", "IMAGE", 9), ("how.width", "INT", 10, "how.width")]
    saved = page(
        [picture(1, [8]), picture(2, [9, 10]), resize(["like", "yes", "right", "area"], sockets)],
        [(8, 1, 0, 5, 0, "IMAGE"), (9, 2, 0, 5, 1, "IMAGE"), (10, 2, 0, 5, 2, "IMAGE")],
    )
    assert inputs(saved)["5"] == {
        "picture": ["1", 0],
        "how": "like",
        "how.other": ["2", 0],
        "how.crop": "yes",
        "how.crop.side": "right",
        "method": "area",
    }


def test_a_choice_that_is_gone_brings_nothing(inputs: Inputs) -> None:
    assert inputs(page([resize(["gone", "nearest"])]))["5"] == {"how": "gone", "method": "nearest"}


def test_a_group_has_an_input_for_each_that_is_linked(inputs: Inputs) -> None:
    sockets = [(f"pictures.picture{n}", "IMAGE", 6 + n) for n in range(3)] + [
        ("pictures.picture3", "IMAGE", None)
    ]
    links = [(6 + n, 1, 0, 5, n, "IMAGE") for n in range(3)]
    batch = node(5, "Batch", sockets, outputs=[("IMAGE", [])])
    expected = {f"pictures.picture{n}": ["1", 0] for n in range(3)}
    assert inputs(page([picture(1, [6, 7, 8]), batch], links))["5"] == expected


def test_the_inputs_of_a_group_may_have_names(inputs: Inputs) -> None:
    named = node(5, "Named", [("parts.one", "IMAGE", 6), ("parts.two", "IMAGE", 7)], outputs=[("IMAGE", [])])
    saved = page([picture(1, [6, 7]), named], [(6, 1, 0, 5, 0, "IMAGE"), (7, 1, 0, 5, 1, "IMAGE")])
    assert inputs(saved)["5"] == {"parts.one": ["1", 0], "parts.two": ["1", 0]}


def test_a_group_that_comes_with_a_choice(inputs: Inputs) -> None:
    sockets = [
        ("how.parts.one", "IMAGE", 6),
        ("how.parts.two", "IMAGE", 7),
        ("how.parts.three", "IMAGE", None),
    ]
    links = [(6, 1, 0, 5, 0, "IMAGE"), (7, 1, 0, 5, 1, "IMAGE")]
    chosen = node(5, "Sorted", sockets, ["all", 2], [("IMAGE", [])])
    expected = {"how": "all", "how.k": 2, "how.parts.one": ["1", 0], "how.parts.two": ["1", 0]}
    assert inputs(page([picture(1, [6, 7]), chosen], links))["5"] == expected


def test_what_came_with_another_choice_is_gone(inputs: Inputs) -> None:
    changed = node(5, "Sorted", [("how.parts.one", "IMAGE", 6)], ["none", 3], [("IMAGE", [])])
    saved = page([picture(1, [6]), changed], [(6, 1, 0, 5, 0, "IMAGE")])
    assert inputs(saved)["5"] == {"how": "none", "how.n": 3}


def test_a_bypassed_node_passes_on_what_its_socket_may_match(inputs: Inputs) -> None:
    sockets = [("how.width", "INT", None, "how.width"), ("picture", "IMAGE", 8)]
    bypassed = resize(["size", 1, 2, "area"], sockets, mode=4)
    bypassed["outputs"][0]["links"] = [9]
    save = node(6, "SaveImage", [("images", "IMAGE", 9)], ["x"], [])
    saved = page([picture(1, [8]), bypassed, save], [(8, 1, 0, 5, 1, "IMAGE"), (9, 5, 0, 6, 0, "IMAGE")])
    assert inputs(saved)["6"]["images"] == ["1", 0]
