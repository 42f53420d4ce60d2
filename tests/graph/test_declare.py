"""A typed function becomes a definition, or says which of its annotations is missing."""

from __future__ import annotations

from typing import Annotated, Any

import pytest
from scorefield.graph.context import Context
from scorefield.graph.contract import REQUIRED, Definition, OwnValidation
from scorefield.graph.declare import Choice, Float, Int, Out, Socket, String, node


def declared(function: Any) -> Definition:
    return node("Id", title="Title", category="test")(function)


def test_annotations_become_inputs_and_outputs() -> None:
    def mix(
        model: Annotated[object, Socket("MODEL,OTHER", "A model.")],
        seed: Annotated[int, Int("Seed.", is_seed=True)] = 3,
        mode: Annotated[str, Choice("Mode.", lambda: ("a", "b"))] = "a",
        *,
        context: Context,
    ) -> tuple[Annotated[int, Out("n", "INT", "A number.")], Annotated[str, Out("s", "STRING", "A text.")]]:
        """Mixes.

        Well.
        """
        return seed, f"{model} {context}"

    definition = declared(mix)
    model, seed, mode = definition.inputs
    assert definition.description == "Mixes.\n\nWell."
    assert model.default is REQUIRED
    assert model.types == frozenset({"MODEL", "OTHER"})
    assert (model.is_widget, model.is_required) == (False, True)
    assert (seed.default, seed.is_widget, seed.options["control_after_generate"]) == (3, True, True)
    assert mode.allowed() == ("a", "b")
    assert [output.type for output in definition.outputs] == ["INT", "STRING"]
    assert definition.call("host", model="m", seed=4) == (4, "m host")


def test_one_output_and_none() -> None:
    def one() -> Annotated[tuple[int, int], Out("pair", "PAIR", "")]:
        return 1, 2

    def none() -> None:
        return None

    assert declared(one).call(None) == ((1, 2),)
    assert (declared(none).outputs, declared(none).call(None)) == ((), ())


def test_a_function_that_sees_lists_sees_its_defaults_as_lists_too() -> None:
    @node("Id", title="Title", category="test", input_is_list=True)
    def both(
        a: Annotated[Any, Int("It.")] = 3, b: Annotated[Any, Socket("X", "")] = None
    ) -> Annotated[list[Any], Out("all", "X", "")]:
        """Sees lists."""
        return [*a, *b]

    assert both.call(None, a=[1, 2]) == ([1, 2, None],)
    assert both.call(None) == ([3, None],)


def test_a_link_is_wanted_where_a_socket_has_a_widget_s_type() -> None:
    def takes(text: Annotated[str, Socket("STRING", "A text.")]) -> None: ...

    [text] = declared(takes).inputs
    assert (text.is_widget, text.is_required) == (False, True)


def test_what_is_not_annotated_is_named() -> None:
    def bare(a: int) -> None: ...
    def unset(a: Annotated[int, Int("It.")]) -> None: ...
    def output() -> int:
        return 1

    for function, named in ((bare, "'a'"), (unset, "'a' needs a default"), (output, "output")):
        with pytest.raises(TypeError, match=named):
            declared(function)


def test_a_node_may_need_every_widget_as_comfyuis_own_do() -> None:
    @node("Id", title="Title", category="test", needs_widgets=True)
    def needs(
        size: Annotated[int, Int("It.")] = 3,
        *,
        mode: Annotated[str, Choice("Mode.", ("a", "b"))],
        text: Annotated[str, Socket("STRING", "May be left out.")] = "",
    ) -> None:
        """Needs them."""

    size, mode, text = needs.inputs
    assert (size.is_required, size.options["default"]) == (True, 3)
    assert mode.is_required and "default" not in mode.options
    assert not text.is_required and text.default == ""


def test_further_options_are_the_pages() -> None:
    def more(
        link: Annotated[Any, Socket("X", "", more={"lazy": True})],
        number: Annotated[int, Int("", step=2, more={"step": 4, "display": "slider"})] = 0,
        text: Annotated[str, String("", more={"dynamicPrompts": True})] = "",
        file: Annotated[str, Choice("", ("a",), more={"image_upload": True})] = "a",
        share: Annotated[float, Float("", is_rounded=True)] = 0.0,
        exact: Annotated[float, Float("")] = 0.0,
    ) -> None:
        """More."""

    link, number, text, file, share, exact = declared(more).inputs
    assert link.is_lazy and (number.options["step"], number.options["display"]) == (4, "slider")
    assert text.options == {"multiline": False, "dynamicPrompts": True}
    assert file.options == {"image_upload": True}
    assert "round" not in share.options and exact.options["round"] is False


def test_a_node_may_check_its_own_constants() -> None:
    check = OwnValidation(lambda *_: "no")
    made = node("Id", title="Title", category="test", validation=check)(lambda_node)
    assert made.validation is check


def lambda_node() -> None:
    """Does nothing."""
