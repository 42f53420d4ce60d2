"""The class ComfyUI loads, and what its page is told, made from one definition."""

from __future__ import annotations

import inspect
import json
import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated, Any

import pytest
from scorefield.graph.context import Context
from scorefield.graph.contract import Definition, Input, OwnValidation
from scorefield.graph.declare import Choice, Float, Int, Out, Socket, node
from scorefield.graph.object_info import object_info
from scorefield.graph.v1.classes import v1_class

Definitions = dict[str, Definition]
NAMES = ["first.png"]


class FakeContext:
    """Keeps what ComfyUI said about the node, and what the node showed."""

    device = "cpu"
    input_folder = output_folder = temp_folder = None

    def __init__(self, unique_id: str, prompt: Any, extra_pnginfo: Any) -> None:
        self.node_id, self.prompt, self.workflow = unique_id, prompt, extra_pnginfo
        self.ui: dict[str, list[Any]] = {}
        MADE.append(self)

    def progress(self, value: int, total: int, picture: Any = None) -> None:
        pass

    def show(self, **ui: list[Any]) -> None:
        self.ui.update(ui)


MADE: list[FakeContext] = []


@node("Mix", title="Mix It", category="test/mix", output_node=True, aliases=("blend", "stir"))
def mix(
    model: Annotated[object, Socket("SCORE_MODEL,MODEL", "A model.")],
    scale: Annotated[float, Float("Scale.", maximum=9.0)] = 1.5,
    anything: Annotated[object, Socket("*", "Anything.")] = None,
    seed: Annotated[int, Int("Seed.", is_seed=True)] = 0,
    file: Annotated[str, Choice("File.", lambda: tuple(NAMES))] = "first.png",
    prompt: Annotated[int, Int("A name the host uses too.")] = 3,
    *,
    context: Context,
) -> tuple[
    Annotated[str, Out("text", "STRING", "What was seen.")],
    Annotated[list[int], Out("many", "INT", "Several.", is_list=True)],
]:
    """Mixes."""
    if scale > 2:
        context.show(text=[f"{context.node_id} {context.prompt}"])
    return f"{model} {scale} {anything} {seed} {file} {prompt}", [1, 2]


def made(definition: Definition) -> Any:
    return v1_class(definition, FakeContext)  # type: ignore[arg-type]


def test_inputs_are_sorted_into_what_a_graph_must_and_may_give() -> None:
    types = made(mix).INPUT_TYPES()
    assert types["required"] == {"model": ("SCORE_MODEL,MODEL", {"tooltip": "A model."})}
    assert list(types["optional"]) == ["scale", "anything", "seed", "file", "prompt"]
    assert types["optional"]["scale"] == (
        "FLOAT",
        {"min": 0.0, "max": 9.0, "step": 0.01, "round": False, "tooltip": "Scale.", "default": 1.5},
    )
    assert types["optional"]["seed"][1]["control_after_generate"] is True
    assert set(types["hidden"].values()) == {"UNIQUE_ID", "PROMPT", "EXTRA_PNGINFO"}
    assert not set(types["hidden"]) & set(types["optional"])


def test_choices_are_asked_for_each_time() -> None:
    kind = made(mix)
    NAMES.append("second.png")
    try:
        assert kind.INPUT_TYPES()["optional"]["file"][0] == ["first.png", "second.png"]
    finally:
        NAMES.remove("second.png")


def test_a_wildcard_is_equal_to_every_socket() -> None:
    wildcard = made(mix).INPUT_TYPES()["optional"]["anything"][0]
    assert (wildcard != "IMAGE") is False
    assert json.dumps(wildcard) == '"*"'


def test_the_class_says_what_comfyui_reads() -> None:
    kind = made(mix)
    assert (kind.RETURN_TYPES, kind.RETURN_NAMES) == (("STRING", "INT"), ("text", "many"))
    assert (kind.OUTPUT_IS_LIST, kind.INPUT_IS_LIST) == ((False, True), False)
    assert kind.OUTPUT_TOOLTIPS == ("What was seen.", "Several.")
    assert (kind.CATEGORY, kind.DESCRIPTION, kind.OUTPUT_NODE) == ("test/mix", "Mixes.", True)
    assert kind.SEARCH_ALIASES == ["blend", "stir"]
    assert not hasattr(kind, "IS_CHANGED")


def test_a_call_gives_values_and_what_was_shown_beside_them() -> None:
    kind = made(mix)
    call = getattr(kind(), kind.FUNCTION)
    assert call(model="m", scale=1.0, host_unique_id="4") == ("m 1.0 None 0 first.png 3", [1, 2])
    assert call(
        model="m",
        scale=3.0,
        prompt=5,
        host_unique_id="4",
        host_prompt={"4": {}},
        host_extra_pnginfo={"workflow": {}},
    ) == {"ui": {"text": ["4 {'4': {}}"]}, "result": ("m 3.0 None 0 first.png 5", [1, 2])}
    assert MADE[-1].workflow == {"workflow": {}}


def test_hidden_values_come_out_of_lists_where_the_node_takes_lists(definitions: Definitions) -> None:
    kind = made(definitions["Sum"])
    assert kind.INPUT_IS_LIST is True
    assert kind().run(values=[1, 2, 3], offset=[4], host_unique_id=["9"], host_prompt=[{"9": {}}]) == (10,)
    assert (MADE[-1].node_id, MADE[-1].prompt) == ("9", {"9": {}})


def test_a_fingerprint_becomes_is_changed() -> None:
    def fingerprint(_node_id: str, inputs: Mapping[str, Any]) -> str | None:
        return None if inputs["scale"] > 5 else f"{sorted(inputs)} {inputs['seed']}"

    kind = made(replace(mix, fingerprint=fingerprint))
    assert kind.IS_CHANGED(model=None, seed=4) == repr("['file', 'model', 'prompt', 'scale', 'seed'] 4")
    assert math.isnan(kind.IS_CHANGED(scale=6.0))


def test_names_kept_for_the_host_are_refused() -> None:
    clashing = replace(mix, inputs=(replace(mix.inputs[0], name="host_prompt"),))
    with pytest.raises(ValueError, match="host_prompt"):
        made(clashing)


def test_object_info_has_comfyui_s_shape_and_is_json() -> None:
    info: Mapping[str, Any] = json.loads(json.dumps(object_info(mix)))
    assert info["input"]["required"] == {"model": ["SCORE_MODEL,MODEL", {"tooltip": "A model."}]}
    assert info["input"]["optional"]["file"][0] == ["first.png"]
    assert info["input_order"]["optional"] == ["scale", "anything", "seed", "file", "prompt"]
    assert (info["output"], info["output_name"]) == (["STRING", "INT"], ["text", "many"])
    assert (info["output_is_list"], info["output_node"]) == ([False, True], True)
    assert (info["name"], info["display_name"], info["category"]) == ("Mix", "Mix It", "test/mix")
    assert info["search_aliases"] == ["blend", "stir"]


def test_a_node_that_checks_itself_does_so_inside_comfyui_too() -> None:
    """ComfyUI reads the arguments' names off the check, and leaves those inputs to it."""

    def check(_id: str, given: Any, _types: Any) -> bool | str:
        return given["name"] in (None, "good") or "it is not good"

    whole = Definition("Checks", "Checks", "test", "", (Input("name", "COMBO", default="good"),), (), print)
    checked = v1_class(replace(whole, validation=OwnValidation(check, frozenset({"name"}))), FakeContext)
    assert inspect.getfullargspec(checked.VALIDATE_INPUTS).args == ["cls", "name"]
    assert checked.VALIDATE_INPUTS(name="good") is True and checked.VALIDATE_INPUTS() is True
    assert checked.VALIDATE_INPUTS(name="bad") == "it is not good"
    assert not hasattr(v1_class(whole, FakeContext), "VALIDATE_INPUTS")
