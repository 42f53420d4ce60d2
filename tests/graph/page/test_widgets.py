"""Values of widgets: their order in the file, what stands between them, and what the page makes of them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from scorefield.graph.page.format import page_to_api
from scorefield.graph.page.widgets import widget_places

from .conftest import Inputs, Refusal
from .pages import DEFINITIONS, Json, node, number, page

SETTINGS = {"steps": 5, "scale": 2.5, "mode": "cosine", "text": "a", "on": False}


def settings(values: Any, inputs: list[Any] | None = None, id: int = 2) -> Json:
    return node(id, "Settings", inputs, values, [("FLOAT", [])])


def test_values_are_in_the_order_of_the_definition(inputs: Inputs) -> None:
    assert inputs(page([settings([5, 2.5, "cosine", "a", False])]))["2"] == SETTINGS


def test_widgets_newer_than_the_file_have_their_defaults(inputs: Inputs) -> None:
    defaults = {"steps": 10, "scale": 1.5, "mode": "linear", "text": "", "on": True}
    assert inputs(page([settings([5])]))["2"] == {**defaults, "steps": 5}
    assert inputs(page([settings(None)]))["2"] == defaults


def test_values_that_are_left_over_are_dropped(inputs: Inputs) -> None:
    assert inputs(page([settings([5, 2.5, "cosine", "a", False, "old", 3])]))["2"] == SETTINGS


def test_values_that_are_left_over_on_a_pack_s_node_are_refused(inputs: Inputs, refusal: Refusal) -> None:
    # Its own script may draw widgets of which the definition says nothing.
    refused = refusal(page([node(1, "Packed", values=[4, {"lora": "a"}, "x"], outputs=[("INT", [])])]))
    assert "node 1 (Packed): the page holds 3 widget values for a node with 1 widgets" in str(refused)
    assert inputs(page([node(1, "Packed", values=[4, None], outputs=[("INT", [])])]))["1"] == {"n": 4}


def test_null_is_sent_but_for_choices_which_take_the_first(inputs: Inputs) -> None:
    assert inputs(page([settings([None, 2.5, None, "a", False])]))["2"] == {
        **SETTINGS,
        "steps": None,
        "mode": "linear",
    }


@pytest.mark.parametrize("control", ["fixed", "randomize", "increment", "decrement"])
def test_the_control_behind_a_seed_is_not_the_next_widget(inputs: Inputs, control: str) -> None:
    saved = page([node(1, "Number", values=[4, 77, control])])
    assert inputs(saved)["1"] == {"value": 4, "seed": 77}


def test_a_number_called_seed_has_a_control_without_asking(inputs: Inputs) -> None:
    saved = page([node(1, "Seeded", values=[77, "randomize", 4], outputs=[("INT", [])])])
    assert inputs(saved)["1"] == {"seed": 77, "n": 4}


def test_a_choice_with_a_control_has_a_filter_too(inputs: Inputs) -> None:
    saved = page([node(1, "Choice", values=["y", "increment-wrap", "/a/", 3], outputs=[("INT", [])])])
    assert inputs(saved)["1"] == {"kind": "y", "n": 3}


def test_an_upload_button_holds_a_value_of_its_own(inputs: Inputs) -> None:
    saved = page([node(1, "Picture", values=["b.png", "image"], outputs=[("IMAGE", [])])])
    assert inputs(saved)["1"] == {"image": "b.png"}


def test_values_of_old_pages_for_what_is_a_socket_now(inputs: Inputs) -> None:
    forced = [("first", "INT", None)]
    assert inputs(page([node(1, "Forced", forced, [3, 9], [("INT", [])])]))["1"] == {"second": 9}
    assert inputs(page([node(1, "Forced", forced, [9], [("INT", [])])]))["1"] == {"second": 9}


def test_a_widget_turned_into_a_socket_keeps_its_place_and_the_link_wins(inputs: Inputs) -> None:
    turned = settings(
        [5, 2.5, "cosine", "a", False], [("steps", "INT", 9, "steps"), ("mode", "COMBO", None, "mode")]
    )
    saved = page([number(1, links=[9]), turned], [(9, 1, 0, 2, 0, "INT")])
    assert inputs(saved)["2"] == {**SETTINGS, "steps": ["1", 0]}


def test_every_widget_may_have_a_socket(inputs: Inputs) -> None:
    kinds = {"steps": "INT", "scale": "FLOAT", "mode": "COMBO", "text": "STRING", "on": "BOOLEAN"}
    sockets = [(name, kind, 9 if name == "on" else None, name) for name, kind in kinds.items()]
    turned = settings([5, 2.5, "cosine", "a", False], sockets)
    saved = page([number(1, links=[9]), turned], [(9, 1, 0, 2, 4, "BOOLEAN")])
    assert inputs(saved)["2"] == {**SETTINGS, "on": ["1", 0]}


def test_old_pages_hold_the_choices_as_the_type_of_a_socket(inputs: Inputs) -> None:
    turned = settings([5, 2.5, "cosine", "a", False], [("mode", ["linear", "cosine"], 9, "mode")])
    saved = page(
        [node(1, "CustomCombo", values=["cosine", 0, "cosine", ""]), turned], [(9, 1, 0, 2, 0, "COMBO")]
    )
    saved["nodes"][0]["outputs"] = [
        {"name": "S", "type": "STRING", "links": [9]},
        {"name": "I", "type": "INT"},
    ]
    assert inputs(saved)["2"]["mode"] == ["1", 0]


def test_values_that_are_objects_go_as_they_are_and_lists_are_guarded(inputs: Inputs) -> None:
    curve = {"points": [[0, 0], [1, 1]], "interpolation": "linear"}
    box = {"x": 9, "y": 8, "width": 7, "height": 6}
    saved = page([node(1, "Shapes", values=[curve, box, 9, 8, 7, 6, "#00ff00", 3])])
    assert inputs(saved)["1"] == {"curve": curve, "box": box, "tint": "#00ff00", "after": 3}
    assert inputs(page([settings([5, 2.5, ["a", 0], "a", False])]))["2"]["mode"] == {"__value__": ["a", 0]}


def test_a_list_of_points_says_that_it_is_a_curve() -> None:
    saved = page([node(1, "Shapes", values=[[[0, 0], [1, 1]]])])
    curve = page_to_api(saved, DEFINITIONS)["1"]["inputs"]["curve"]
    assert curve == {"__type__": "CURVE", "__value__": [[0, 0], [1, 1]]}


def test_widgets_of_a_type_the_page_draws_start_as_it_starts_them(inputs: Inputs) -> None:
    assert inputs(page([node(1, "Shapes")]))["1"] == {
        "curve": {"points": [[0, 0], [1, 1]], "interpolation": "monotone_cubic"},
        "box": {"x": 1, "y": 2, "width": 3, "height": 4},
        "tint": "#ff0000",
        "after": 5,
    }


def test_options_of_ones_own_grow_and_tell_which_is_chosen(inputs: Inputs) -> None:
    combo = node(1, "CustomCombo", values=["b", 0, "a", "b", "c", ""])
    combo["outputs"] = [{"name": "S", "type": "STRING"}, {"name": "I", "type": "INT"}]
    expected = {"choice": "b", "index": 1, "option1": "a", "option2": "b", "option3": "c", "option4": ""}
    assert inputs(page([combo]))["1"] == expected


def test_an_old_name_of_a_sampler_is_mended(inputs: Inputs) -> None:
    saved = page([node(1, "KSampler", values=["sample_ddim", 7.0], outputs=[("LATENT", [])])])
    assert inputs(saved)["1"] == {"sampler_name": "ddim", "cfg": 7.0}


@pytest.mark.parametrize(
    ("text", "sent"),
    [
        ("a {red} cat", "a red cat"),
        ("a // not this\nb /* nor\n this */ c", "a \nb  c"),
        (r"a \{b\|c\} d\e", r"a {b|c} d\e"),
        ("{a {b} c", "a b c"),
        ("a } b | c", "a } b | c"),
        (r"{a \} b} c", "a } b c"),
    ],
)
def test_texts_lose_their_comments_and_braces(inputs: Inputs, text: str, sent: str) -> None:
    assert inputs(page([settings([5, 2.5, "linear", text, True])]))["2"]["text"] == sent


@pytest.mark.parametrize("text", ["a {red|blue} cat", "{a {b|c}}", "{|}"])
def test_a_choice_by_chance_is_refused(refusal: Refusal, text: str) -> None:
    refused = refusal(page([settings([5, 2.5, "linear", text, True])]))
    assert "node 2 (Settings)" in str(refused) and "by chance" in str(refused)


def test_names_of_files_may_name_other_widgets(inputs: Inputs) -> None:
    picture = node(1, "Picture", values=["a.png"], outputs=[("IMAGE", [9])], title="My picture")
    other = settings([5, 2.0, "linear", "", True], id=3) | {"properties": {"Node name for S&R": "S"}}
    prefix = "%My picture.image%-%S.steps%-%Settings.steps%-%S.scale%-%S.on%-%width%-%S.none%-100%"
    save = node(2, "SaveImage", [("images", "IMAGE", 9)], [prefix], [])
    saved = page([picture, save, other], [(9, 1, 0, 2, 0, "IMAGE")])
    expected = "a.png-5-5-2-true-%width%-%S.none%-100%"
    assert inputs(saved)["2"]["filename_prefix"] == expected


def test_what_a_name_of_a_file_may_not_hold_is_replaced(inputs: Inputs) -> None:
    other = settings([5, 2.0, "linear", 'a/b:c?"<>|*', True], id=3)
    save = node(2, "SaveImage", [], ["%Settings.text%"], [])
    assert inputs(page([save, other]))["2"]["filename_prefix"] == "a_b_c______"


def test_names_of_files_may_hold_the_date() -> None:
    save = node(2, "SaveImage", [], ["%date:yyyy-MM-dd%/%date:yy M d hhmmss%"], [])
    api = page_to_api(page([save]), DEFINITIONS, datetime(2031, 2, 3, 4, 5, 6))
    assert api["2"]["inputs"]["filename_prefix"] == "2031-02-03/31 2 3 040506"


def test_values_by_name() -> None:
    saved = page([settings({"text": "a", "steps": 3, "preview": {}})])
    expected = {"steps": 3, "scale": 1.5, "mode": "linear", "text": "a", "on": True}
    assert page_to_api(saved, DEFINITIONS)["2"]["inputs"] == expected


def test_places_of_inputs_among_the_values() -> None:
    assert widget_places(DEFINITIONS["Number"], [1, 2, "fixed"]) == {"value": 0, "seed": 1}
    assert widget_places(DEFINITIONS["Choice"], ["x", "fixed", "", 3]) == {"kind": 0, "n": 3}
    assert widget_places(DEFINITIONS["Choice"], ["x"]) == {"kind": 0}


def test_what_only_the_page_can_make_is_refused(refusal: Refusal) -> None:
    refused = refusal(page([node(1, "Film", values=["x", 5], outputs=[("IMAGE", [])])]))
    assert "node 1 (Film): view is made by a 3D view on the page" in str(refused)
