"""The forms in which V1 classes declare things, each as it is read."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from scorefield.graph.cache import MemoryCache
from scorefield.graph.contract import Definition, Input
from scorefield.graph.errors import InvalidWorkflow
from scorefield.graph.execution.executor import execute
from scorefield.graph.host import Host
from scorefield.graph.v1.reader import read_v1
from scorefield.graph.validation import plan
from scorefield.graph.workflow import read_api

from .conftest import Api, RunV1, node, shown, value


def kind(
    run: Any = None, required: Any = None, optional: Any = None, hidden: Any = None, **members: Any
) -> type:
    """A class of one output that declares that."""
    groups = {
        "required": required or {},
        "optional": {} if optional is None else optional,
        "hidden": hidden or {},
    }
    given = {"FUNCTION": "run", "RETURN_TYPES": ("VALUE",), "INPUT_TYPES": classmethod(lambda cls: groups)}
    return type("Kind", (), {**given, "run": run or (lambda self, **_: (0,)), **members})


def read(**declared: Any) -> Definition:
    return read_v1("Kind", kind(**declared))


def only_input(entry: Any) -> Input:
    found = read(required={"a": entry}).input("a")
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("entry", "type_name", "choices"),
    [
        ("VALUE", "VALUE", ()),
        (("VALUE",), "VALUE", ()),
        (("VALUE", None), "VALUE", ()),
        (("VALUE", "no options"), "VALUE", ()),
        (["VALUE", {}], "VALUE", ()),
        ((("one", "two"),), "COMBO", ("one", "two")),
        ((["one", "two"], {}), "COMBO", ("one", "two")),
        (("COMBO", {"options": ("one", "two")}), "COMBO", ("one", "two")),
        (("COMBO", {}), "COMBO", ()),
        (5, "*", ()),
        ((), "*", ()),
    ],
)
def test_an_input_in_every_form(entry: Any, type_name: str, choices: tuple[str, ...]) -> None:
    found = only_input(entry)
    assert (found.type, found.allowed()) == (type_name, choices)


@pytest.mark.parametrize("option", ["multi_select", "multiselect", "remote"])
def test_choices_that_only_the_page_knows_are_not_checked(option: str) -> None:
    assert only_input((["one"], {option: True})).is_open
    assert not only_input((["one"], {})).is_open


def test_choices_are_asked_for_each_time() -> None:
    names = ["one"]
    found = read(required={"a": (names,)}).input("a")
    assert found is not None
    names.append("two")
    assert found.allowed() == ("one", "two")


@pytest.mark.parametrize("group", ["required", "optional"])
def test_groups_that_are_no_mappings_are_refused(group: str) -> None:
    declared = type("Kind", (kind(),), {"INPUT_TYPES": classmethod(lambda cls: {group: ["a"]})})
    with pytest.raises(TypeError, match=f"no mapping of {group} inputs"):
        read_v1("Kind", declared)


def test_what_the_page_shows() -> None:
    found = read(
        required={"a": ("INT", {"tooltip": "How many."})},
        SEARCH_ALIASES=["count"],
        OUTPUT_TOOLTIPS=("The count.",),
    )
    assert (found.inputs[0].tooltip, found.outputs[0].tooltip) == ("How many.", "The count.")
    assert found.search_aliases == ("count",)


def test_hidden_inputs_may_be_in_tuples(run_v1: RunV1, nodes: dict[str, type]) -> None:
    nodes["Kind"] = kind(lambda self, id: (id,), hidden={"id": ("UNIQUE_ID",)})
    assert shown(run_v1({"7": node("Kind"), "out": node("Show", value="7")})) == ["7"]


def test_a_parameter_that_is_not_declared_takes_a_link(run_v1: RunV1, nodes: dict[str, type]) -> None:
    nodes["Kind"] = kind(lambda self, a, extra=0: (a + extra,), required={"a": ("VALUE",)})
    api = {"v": value(2), "k": node("Kind", a="v", extra="v"), "out": node("Show", value="k")}
    assert shown(run_v1(api)) == ["4"]


def test_inputs_that_grow_may_be_lazy(run_v1: RunV1, nodes: dict[str, type]) -> None:
    class AnyName(dict):  # type: ignore[type-arg]
        def __contains__(self, name: object) -> bool:
            return True

        def __getitem__(self, name: str) -> Any:
            return ("VALUE", {"lazy": True})

    ask = lambda self, **given: ["b"] if given["b"] is None else []  # noqa: E731
    nodes["Kind"] = kind(lambda self, **given: (given["b"],), optional=AnyName(), check_lazy_status=ask)
    api = {"one": value(1), "two": value(2), "k": node("Kind", a="one", b="two")}
    result = run_v1(api | {"out": node("Show", value="k")})
    assert (shown(result), "one" in result.executed) == (["2"], False)


def test_an_output_beyond_those_that_grow_is_refused(run_v1: RunV1, nodes: dict[str, type]) -> None:
    class Two(tuple[str, ...]):
        def __getitem__(self, place: Any) -> Any:
            return ("A", "B")[place]

    nodes["Kind"] = kind(RETURN_TYPES=Two(("A",)))
    api = {"k": node("Kind"), "out": {"class_type": "Show", "inputs": {"value": ["k", 2]}}}
    with pytest.raises(InvalidWorkflow, match="output 2 of node k"):
        run_v1(api)


@pytest.mark.parametrize(
    ("returned", "texts"),
    [
        ({"ui": {"text": "one"}, "result": (1,)}, ["one"]),
        ({"ui": {"text": ["one", "two"]}, "result": (1,)}, ["one", "two"]),
        ({"ui": ["not a mapping"], "result": (1,)}, []),
        ({"result": (1,)}, []),
    ],
)
def test_what_a_node_shows_in_every_form(
    run_v1: RunV1, nodes: dict[str, type], returned: Api, texts: list[str]
) -> None:
    nodes["Kind"] = kind(lambda self: returned, OUTPUT_NODE=True)
    result = run_v1({"out": node("Kind")})
    assert (result.status, shown(result)) == ("done", texts)


def test_a_node_that_returns_nothing_gives_no_values(run_v1: RunV1, nodes: dict[str, type]) -> None:
    nodes["Kind"] = kind(lambda self: None)
    result = run_v1({"k": node("Kind"), "out": node("Show", value="k")})
    assert result.executed == ["k"]
    assert "gave 0 values" in str(result.failures[0])


def test_the_checks_of_a_node_that_takes_lists_get_lists(run_v1: RunV1, nodes: dict[str, type]) -> None:
    seen: list[Api] = []

    def note(cls: type, **given: Any) -> bool:
        seen.append(given)
        return True

    def validate(cls: type, n: Any, id: Any, input_types: Any) -> bool:
        return note(cls, n=n, id=id, input_types=input_types)

    nodes["Kind"] = kind(
        required={"n": ("INT", {}), "v": ("VALUE",)},
        hidden={"id": "UNIQUE_ID"},
        INPUT_IS_LIST=True,
        VALIDATE_INPUTS=classmethod(validate),
        IS_CHANGED=classmethod(note),
    )
    run_v1(
        {"v": value(1), "7": node("Kind", n=3, v="v"), "out": node("Show", value="7")}, cache=MemoryCache()
    )
    checked, asked = seen[0], seen[-1]
    assert checked == {"n": [3], "id": ["7"], "input_types": [{"v": "VALUE"}]}
    assert asked == {"n": [3], "v": [None], "id": ["7"]}


def test_a_check_that_nothing_is_given_to_is_not_asked(run_v1: RunV1, nodes: dict[str, type]) -> None:
    nodes["Kind"] = kind(optional={"n": ("INT", {})}, VALIDATE_INPUTS=classmethod(lambda cls, n: False))
    assert run_v1({"k": node("Kind"), "out": node("Show", value="k")}).status == "done"


def test_the_page_reaches_a_node_that_asks_for_it(nodes: dict[str, type], tmp_path: Path) -> None:
    declared = kind(lambda self, page: (page,), hidden={"page": "EXTRA_PNGINFO"})
    planned = plan(read_api({"k": node("Kind")}), {"Kind": read_v1("Kind", declared)}, ["k"])
    page = {"nodes": []}
    assert execute(planned, Host(tmp_path, workflow=page)).outputs["k"] == ([{"workflow": page}],)
