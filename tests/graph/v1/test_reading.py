"""What a V1 class says of itself, read: types, lists, hidden inputs, inputs and outputs that grow."""

from __future__ import annotations

from typing import Any

import pytest
from scorefield.graph.cache import MemoryCache
from scorefield.graph.errors import InvalidWorkflow
from scorefield.graph.v1.reader import read_v1

from .conftest import Api, RunV1, node, shown, text, value


class Anything(str):
    """How packs make a wildcard: a text that is never unequal."""

    __slots__ = ()

    def __ne__(self, other: object) -> bool:
        return False

    __hash__ = str.__hash__


class Every:
    """Every kind of input there is."""

    CATEGORY, FUNCTION, RETURN_TYPES = "a/b", "run", ("INT", Anything("*"), ["x", "y"])
    RETURN_NAMES, OUTPUT_IS_LIST, DESCRIPTION = ("number", "any"), (False, True), "What it does."
    choices = ("one", "two")

    @classmethod
    def INPUT_TYPES(cls) -> Api:
        return {
            "required": {
                "number": ("INT", {"default": 3, "min": 0, "max": 5, "tooltip": "How many."}),
                "choice": (list(cls.choices),),
                "new_choice": ("COMBO", {"options": ["red", "blue"]}),
                "model": ("VALUE",),
            },
            "optional": {
                "text": ("STRING", {"default": "", "multiline": True}),
                "own": ("COLOR", {"default": "#fff"}),
                "forced": ("INT", {"forceInput": True}),
                "union": ("IMAGE,MASK",),
                "anything": (Anything("WHATEVER"),),
            },
            "hidden": {"id": "UNIQUE_ID", "prompt": "PROMPT", "page": "EXTRA_PNGINFO", "graph": "DYNPROMPT"},
        }

    def run(self, **given: Any) -> tuple[Any, ...]:
        return (1, [given], "x")


def test_a_class_is_read_whole() -> None:
    found = read_v1("Every", Every, "Everything")
    assert (found.id, found.title, found.category, found.description) == (
        "Every",
        "Everything",
        "a/b",
        "What it does.",
    )
    types = {declared.name: declared.type for declared in found.inputs}
    assert types == {
        "number": "INT",
        "choice": "COMBO",
        "new_choice": "COMBO",
        "model": "VALUE",
        "text": "STRING",
        "own": "COLOR",
        "forced": "INT",
        "union": "IMAGE,MASK",
        "anything": "WHATEVER",
    }
    assert found.required == ("number", "choice", "new_choice", "model")
    assert [declared.name for declared in found.inputs if declared.is_widget] == [
        "number",
        "choice",
        "new_choice",
        "text",
    ]
    assert [declared.name for declared in found.inputs if declared.is_open] == [
        "model",
        "own",
        "union",
        "anything",
    ]
    assert [(o.name, o.type, o.is_list) for o in found.outputs] == [
        ("number", "INT", False),
        ("any", "*", True),
        ("COMBO", "COMBO", False),
    ]
    number = found.input("number")
    assert number is not None and (number.tooltip, number.options["max"]) == ("How many.", 5)
    assert found.reads_graph and found.knows_its_place and not found.is_async


def test_choices_are_those_of_now(nodes: dict[str, type]) -> None:
    found = read_v1("Every", type("Every", (Every,), {"choices": ("one",)})).input("choice")
    again = read_v1("Every", Every).input("choice")
    assert found is not None and again is not None
    assert (found.allowed(), again.allowed()) == (("one",), ("one", "two"))


def test_optional_inputs_that_are_not_given_are_not_handed_over(
    run_v1: RunV1, nodes: dict[str, type]
) -> None:
    nodes["Every"] = Every
    inputs = {"number": text("4"), "choice": text("two"), "new_choice": text("red"), "own": text("#123")}
    result = run_v1({"7": node("Every", model="v", **inputs), "v": value(1)}, ["7"])
    given = result.outputs["7"][1][0]
    assert given["graph"].get_real_node_id("7") == "7"
    assert set(given["prompt"]) == {"7", "v"}
    del given["graph"], given["prompt"]
    assert given == {
        "number": 4,
        "choice": "two",
        "new_choice": "red",
        "model": 1,
        "own": "#123",
        "id": "7",
        "page": None,
    }


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"number": 6}, "above the maximum"),
        ({"number": text("many")}, "not a whole number"),
        ({"choice": text("three")}, "not one of its choices"),
        ({"new_choice": text("green")}, "not one of its choices"),
        ({"union": "v"}, "it takes IMAGE,MASK"),
    ],
)
def test_what_does_not_fit_is_refused(run_v1: RunV1, nodes: dict[str, type], changed: Api, told: str) -> None:
    nodes["Every"] = Every
    inputs: Api = {"number": 1, "choice": text("one"), "new_choice": text("red"), "model": "v"} | changed
    with pytest.raises(InvalidWorkflow, match=told):
        run_v1({"7": node("Every", **inputs), "v": value(1)}, ["7"])


def test_a_required_input_must_be_there_though_it_has_a_default(
    run_v1: RunV1, nodes: dict[str, type]
) -> None:
    nodes["Every"] = Every
    api = {"7": node("Every", choice=text("one"), new_choice=text("red"))}
    with pytest.raises(InvalidWorkflow) as refused:
        run_v1(api, ["7"])
    assert [(p.type, p.input_name) for p in refused.value.problems] == [
        ("required_input_missing", "number"),
        ("required_input_missing", "model"),
    ]


@pytest.mark.parametrize("group", ["required", "optional", "hidden"])
def test_groups_may_be_left_out(group: str) -> None:
    groups = {name: {} for name in ("required", "optional", "hidden") if name != group}
    kind = type(
        "Bare", (), {"INPUT_TYPES": lambda: groups, "FUNCTION": "run", "RETURN_TYPES": (), "run": print}
    )
    assert read_v1("Bare", kind).inputs == ()


def test_an_input_type_that_holds_every_name_lets_inputs_grow(run_v1: RunV1, nodes: dict[str, type]) -> None:
    class AnyName(dict):  # type: ignore[type-arg]
        def __contains__(self, name: object) -> bool:
            return True

        def __getitem__(self, name: str) -> tuple[str]:
            return ("*",)

    class Grow:
        CATEGORY, FUNCTION, RETURN_TYPES = "test", "run", ("VALUE",)

        @classmethod
        def INPUT_TYPES(cls) -> Api:
            return {"required": {}, "optional": AnyName()}

        def run(self, **given: Any) -> tuple[str]:
            return (str(sorted(given.items())),)

    nodes["Grow"] = Grow
    api = {"v": value(1), "g": node("Grow", any_1="v", any_2="v", size=12), "out": node("Show", value="g")}
    assert shown(run_v1(api)) == ["[('any_1', 1), ('any_2', 1), ('size', 12)]"]


def test_links_into_undeclared_inputs_arrive_and_constants_do_not(run_v1: RunV1) -> None:
    api = {"v": value(2), "s": node("Sum", a="v", more="v", ignored=5), "out": node("Show", value="s")}
    assert shown(run_v1(api)) == ["4"]


def test_outputs_may_grow_too(run_v1: RunV1, nodes: dict[str, type]) -> None:
    class Every(tuple[str, ...]):
        def __getitem__(self, place: Any) -> Any:
            return "*"

    class Many:
        CATEGORY, FUNCTION, RETURN_TYPES = "test", "run", Every(("VALUE",))

        @classmethod
        def INPUT_TYPES(cls) -> Api:
            return {"required": {}}

        def run(self) -> tuple[int, ...]:
            return 1, 2, 3

    nodes["Many"] = Many
    api = {"m": node("Many"), "out": {"class_type": "Show", "inputs": {"value": ["m", 2]}}}
    assert shown(run_v1(api)) == ["3"]


def test_a_node_s_object_lives_from_run_to_run(run_v1: RunV1, nodes: dict[str, type]) -> None:
    class Count:
        CATEGORY, FUNCTION, RETURN_TYPES, OUTPUT_NODE = "test", "run", ("VALUE",), True

        def __init__(self) -> None:
            self.times = 0

        @classmethod
        def INPUT_TYPES(cls) -> Api:
            return {"required": {}}

        def run(self) -> Api:
            self.times += 1
            return {"ui": {"text": [str(self.times)]}, "result": (self.times,)}

    nodes["Count"] = Count
    api = {"a": node("Count"), "b": node("Count")}
    assert [shown(run_v1(api), "a"), shown(run_v1(api), "a"), shown(run_v1(api), "b")] == [
        ["1"],
        ["2"],
        ["3"],
    ]


def test_an_output_node_with_sockets_feeds_others(run_v1: RunV1, nodes: dict[str, type]) -> None:
    show: Any = nodes["Show"]
    members = {
        "RETURN_TYPES": ("VALUE",),
        "run": lambda self, value: {"ui": {"text": [value]}, "result": (value,)},
    }
    nodes["Both"] = type("Both", (show,), members)
    api = {"v": value(3), "b": node("Both", value="v"), "s": node("Sum", a="b", b="b")}
    result = run_v1(api | {"out": node("Show", value="s")})
    assert (shown(result, "b"), shown(result)) == ([3], ["6"])


def test_only_the_wanted_targets_run(run_v1: RunV1) -> None:
    api = {"v": value(3), "w": value(4), "out": node("Show", value="v"), "out2": node("Show", value="w")}
    assert set(run_v1(api, ["out2"]).executed) == {"w", "out2"}
    with pytest.raises(InvalidWorkflow, match="no output"):
        run_v1(api, [])


def test_a_node_that_takes_lists_gets_hidden_values_in_lists(run_v1: RunV1, nodes: dict[str, type]) -> None:
    class Lists:
        CATEGORY, FUNCTION, RETURN_TYPES, INPUT_IS_LIST = "test", "run", ("VALUE",), (True,)

        @classmethod
        def INPUT_TYPES(cls) -> Api:
            return {"required": {"a": ("VALUE",), "n": ("INT", {})}, "hidden": {"id": "UNIQUE_ID"}}

        def run(self, a: list[int], n: list[int], id: list[str]) -> tuple[str]:
            return (f"{a} {n} {id}",)

    nodes["Lists"] = Lists
    api = {"v": value(3), "l": node("Lists", a="v", n=1), "out": node("Show", value="l")}
    assert shown(run_v1(api)) == ["[3] [1] ['l']"]


def test_results_are_found_again_under_other_ids_unless_the_node_knows_its_place(
    run_v1: RunV1, nodes: dict[str, type]
) -> None:
    sums: Any = nodes["Sum"]
    nodes["Placed"] = type("Placed", (sums,), {"NOT_IDEMPOTENT": True})
    cache = MemoryCache()
    api = {"v": value(3), "p": node("Placed", a="v"), "out": node("Show", value="p")}
    run_v1(api, cache=cache)
    renamed = {"v2": value(3), "p2": node("Placed", a="v2"), "out": node("Show", value="p2")}
    assert run_v1(renamed, cache=cache).executed == ["p2", "out"]
