"""Nodes that stand for a graph: recursion, sharing, lists, failures and circles inside."""

from __future__ import annotations

from typing import Any

import pytest
from scorefield.graph.cache import MemoryCache
from scorefield.graph.events import Event, NodeStarted

from .conftest import Api, RunV1, node, shown, value


class Countdown:
    """Adds 1 as often as it says, by standing for a graph with a smaller one of itself in it."""

    CATEGORY, FUNCTION, RETURN_TYPES = "test", "run", ("VALUE",)

    @classmethod
    def INPUT_TYPES(cls) -> Api:
        return {"required": {"times": ("INT", {}), "value": ("VALUE",)}, "hidden": {"id": "UNIQUE_ID"}}

    def run(self, times: int, value: int, id: str) -> Any:
        if times <= 0:
            return (value,)
        graph = {
            f"{id}.one": {"class_type": "Value", "inputs": {"value": 1}},
            f"{id}.sum": {"class_type": "Sum", "inputs": {"a": [f"{id}.one", 0], "b": value}},
            f"{id}.rest": {
                "class_type": "Countdown",
                "inputs": {"times": times - 1, "value": [f"{id}.sum", 0]},
            },
        }
        graph[f"{id}.start"] = {"class_type": "Give", "inputs": {"value": value}}
        graph[f"{id}.sum"]["inputs"]["b"] = [f"{id}.start", 0]  # type: ignore[index]
        return {"result": ([f"{id}.rest", 0],), "expand": graph}


class Give:
    """Gives a value of any kind that an expansion put in."""

    CATEGORY, FUNCTION, RETURN_TYPES = "test", "run", ("*",)

    @classmethod
    def INPUT_TYPES(cls) -> Api:
        return {"required": {"value": ("ANYTHING",)}}

    def run(self, value: object) -> tuple[object]:
        return (value,)


class Expanding:
    """Stands for whatever graph the test puts in `graph` and `result`."""

    CATEGORY, FUNCTION, RETURN_TYPES = "test", "run", ("VALUE",)
    graph: Api
    result: tuple[Any, ...]

    @classmethod
    def INPUT_TYPES(cls) -> Api:
        return {"required": {"value": ("VALUE",)}, "optional": {"link": ("VALUE", {"rawLink": True})}}

    def run(self, value: Any, link: Any = None) -> Any:
        return {"result": self.result, "expand": self.graph}


@pytest.fixture
def nodes(nodes: dict[str, type]) -> dict[str, type]:
    fresh = type("Expanding", (Expanding,), {})
    return {**nodes, "Countdown": Countdown, "Give": Give, "Expanding": fresh}


def countdown(times: int) -> Api:
    return {
        "start": value(5),
        "loop": node("Countdown", times=times, value="start"),
        "out": node("Show", value="loop"),
    }


def expanding(nodes: dict[str, type], graph: Api, *result: Any) -> Api:
    kind: Any = nodes["Expanding"]
    kind.graph, kind.result = graph, result
    return {"v": value(3), "e": node("Expanding", value="v"), "out": node("Show", value="e")}


@pytest.mark.parametrize("kept", [False, True])
def test_a_loop_by_recursion(run_v1: RunV1, kept: bool) -> None:
    result = run_v1(countdown(4), cache=MemoryCache() if kept else None)
    assert (result.status, shown(result)) == ("done", ["9"])
    assert result.executed[0] == "start"
    assert result.executed[-2:] == ["loop", "out"]


def test_ten_thousand_rounds_do_not_recurse(run_v1: RunV1) -> None:
    assert shown(run_v1(countdown(3_000))) == ["3005"]


def test_an_expanded_node_is_cached_as_one(run_v1: RunV1, cache: MemoryCache) -> None:
    run_v1(countdown(4), cache=cache)
    assert run_v1(countdown(4), cache=cache).executed == []


def test_what_two_expansions_share_runs_once(run_v1: RunV1, cache: MemoryCache) -> None:
    """The inner loops of a longer countdown are those of the shorter one wherever they start alike."""
    api = countdown(3)
    api["again"] = node("Countdown", times=3, value="start")
    api["out2"] = node("Show", value="again")
    result = run_v1(api, cache=cache)
    ones = [node_id for node_id in result.executed if node_id.endswith(".one")]
    assert len(ones) == 1, "the constant 1 is the same everywhere"


def test_new_nodes_may_use_old_ones(run_v1: RunV1, nodes: dict[str, type]) -> None:
    api = expanding(nodes, {"x": node("Sum", a="v", b="late")}, ["x", 0])
    api["late"] = value(4)
    result = run_v1(api)
    assert shown(result) == ["7"]
    assert "late" in result.executed, "nobody needed it before"


def test_a_value_that_was_let_go_is_made_again(run_v1: RunV1, nodes: dict[str, type]) -> None:
    """An expansion that refers to a node nobody announced: it runs again, rather than fail."""
    api = expanding(nodes, {"x": node("Sum", a="early", b="early")}, ["x", 0])
    api["early"] = value(4)
    api["first"] = node("Show", value="early")
    result = run_v1(api, ["first", "out"])
    assert shown(result) == ["8"]


def test_a_raw_link_keeps_what_it_points_at(run_v1: RunV1, nodes: dict[str, type]) -> None:
    api = expanding(nodes, {"x": node("Sum", a="early", b="early")}, ["x", 0])
    api["early"] = value(4)
    api["first"] = node("Show", value="early")
    api["e"]["inputs"]["link"] = ["early", 0]
    result = run_v1(api, ["first", "out"])
    assert (shown(result), result.executed.count("early")) == (["8"], 1)


def test_a_raw_link_arrives_as_the_link_itself(run_v1: RunV1, nodes: dict[str, type]) -> None:
    kind: Any = nodes["Expanding"]
    kind.run = lambda self, value, link=None: (str(link),)
    api = {"v": value(3), "e": node("Expanding", value="v", link="v"), "out": node("Show", value="e")}
    assert shown(run_v1(api)) == ["['v', 0]"]


def test_some_calls_expand_and_others_do_not(run_v1: RunV1, nodes: dict[str, type]) -> None:
    class Some:
        CATEGORY, FUNCTION, RETURN_TYPES = "test", "run", ("VALUE",)

        @classmethod
        def INPUT_TYPES(cls) -> Api:
            return {"required": {"value": ("VALUE",)}, "hidden": {"id": "UNIQUE_ID"}}

        def run(self, value: int, id: str) -> Any:
            if value % 2:
                return (value,)
            graph = {f"{id}.{value}": {"class_type": "Value", "inputs": {"value": value * 10}}}
            return {"result": ([f"{id}.{value}", 0],), "expand": graph}

    class Three:
        CATEGORY, FUNCTION, RETURN_TYPES, OUTPUT_IS_LIST = "test", "run", ("VALUE",), (True,)

        @classmethod
        def INPUT_TYPES(cls) -> Api:
            return {"required": {}}

        def run(self) -> tuple[list[int]]:
            return ([1, 2, 3],)

    nodes |= {"Some": Some, "Three": Three}
    api = {"l": node("Three"), "s": node("Some", value="l"), "out": node("Show", value="s")}
    assert shown(run_v1(api)) == ["1", "20", "3"]


def test_output_nodes_inside_run_and_show_under_the_node(run_v1: RunV1, nodes: dict[str, type]) -> None:
    graph = {"x": value(8), "show": node("Show", value="x")}
    result = run_v1(expanding(nodes, graph, ["x", 0]))
    assert shown(result) == ["8"]
    assert shown(result, "e") == ["8"]


def test_an_override_says_which_node_shows_it(run_v1: RunV1, nodes: dict[str, type]) -> None:
    show = {**node("Show", value="x"), "override_display_id": "v"}
    events: list[Event] = []
    result = run_v1(expanding(nodes, {"x": value(8), "show": show}, ["x", 0]), listener=events.append)
    assert shown(result, "v") == ["8"]
    started = {event.node_id: event.shown_at for event in events if isinstance(event, NodeStarted)}
    assert (started["x"], started["show"], started["out"]) == ("e", "v", None)


def test_a_failure_inside_is_told_of_the_node_that_stands_for_it(
    run_v1: RunV1, nodes: dict[str, type]
) -> None:
    graph = {"x": value(1), "bad": node("Fail", value="x")}
    result = run_v1(expanding(nodes, graph, ["bad", 0]))
    failure = result.failures[0]
    assert (failure.node_id, failure.class_type) == ("e", "Fail")
    assert result.skipped == ["out"]


@pytest.mark.parametrize(
    ("graph", "told"),
    [
        ({"v": value(1)}, "which is there already"),
        ({"x": node("Nowhere")}, "no node of the class 'Nowhere'"),
        ({"x": {"inputs": {}}}, "no class_type"),
        ({"x": node("Sum", a="nowhere")}, "no node 'nowhere'"),
    ],
)
@pytest.mark.parametrize("kept", [False, True])
def test_an_expansion_that_cannot_be_fails_by_name(
    run_v1: RunV1, nodes: dict[str, type], graph: Api, told: str, kept: bool
) -> None:
    cache = MemoryCache() if kept else None
    result = run_v1(expanding(nodes, graph, [next(iter(graph)), 0]), cache=cache)
    assert told in str(result.failures[0])
    assert (result.failures[0].node_id, result.skipped) == ("e", ["out"])


@pytest.mark.parametrize(
    "graph",
    [{"x": node("Sum", a="e")}, {"x": node("Sum", a="y"), "y": node("Sum", a="x")}],
    ids=["through the node itself", "among the new nodes"],
)
@pytest.mark.parametrize("kept", [False, True])
def test_a_circle_that_arises_while_it_runs_is_found(
    run_v1: RunV1, nodes: dict[str, type], graph: Api, kept: bool
) -> None:
    cache = MemoryCache() if kept else None
    api = expanding(nodes, graph, ["x", 0]) | {"w": value(1), "fine": node("Show", value="w")}
    result = run_v1(api, ["out", "fine"], cache=cache)
    assert shown(result, "fine") == ["1"], "other branches go on"
    assert result.failures[0].node_id == "e"
    assert " → " in str(result.failures[0])
    assert result.skipped == ["out"]


def test_values_that_cannot_be_written_down_do_not_mix_up_the_cache(
    run_v1: RunV1, nodes: dict[str, type], cache: MemoryCache
) -> None:
    """Two expansions give objects that look alike when printed; each must get its own back."""

    class Thing:
        def __init__(self, number: int) -> None:
            self.number = number

        def __repr__(self) -> str:
            return "a thing"

        def __str__(self) -> str:
            return f"thing {self.number}"

    class Wrap:
        CATEGORY, FUNCTION, RETURN_TYPES = "test", "run", ("THING",)

        @classmethod
        def INPUT_TYPES(cls) -> Api:
            return {"required": {"value": ("VALUE",)}, "hidden": {"id": "UNIQUE_ID"}}

        def run(self, value: int, id: str) -> Any:
            graph = {f"{id}.t": {"class_type": "Give", "inputs": {"value": Thing(value)}}}
            return {"result": ([f"{id}.t", 0],), "expand": graph}

    nodes["Wrap"] = Wrap
    api = {"a": value(1), "b": value(2)}
    api |= {"x": node("Wrap", value="a"), "y": node("Wrap", value="b")}
    api |= {"out": node("Show", value="x"), "out2": node("Show", value="y")}
    result = run_v1(api, cache=cache)
    assert (shown(result), shown(result, "out2")) == (["thing 1"], ["thing 2"])


def test_a_node_that_reads_the_graph_can_copy_it(run_v1: RunV1, nodes: dict[str, type]) -> None:
    """As loop nodes do: it looks up what it is linked to and what that is linked to, and copies it."""

    class Copy:
        CATEGORY, FUNCTION, RETURN_TYPES = "test", "run", ("VALUE",)

        @classmethod
        def INPUT_TYPES(cls) -> Api:
            return {
                "required": {"value": ("VALUE", {"rawLink": True})},
                "hidden": {"graph": "DYNPROMPT", "id": "UNIQUE_ID"},
            }

        def run(self, value: list[Any], graph: Any, id: str) -> Any:
            copied = dict(graph.get_node(value[0]))
            assert graph.has_node(id) and not graph.has_node("nobody")
            assert graph.get_parent_node_id(id) is None
            assert set(graph.all_node_ids()) == set(graph.get_original_prompt())
            return {"result": ([f"{id}.copy", 0],), "expand": {f"{id}.copy": copied}}

    nodes["Copy"] = Copy
    api = {"a": value(4), "s": node("Sum", a="a", b="a"), "c": node("Copy", value="s")}
    api["out"] = node("Show", value="c")
    result = run_v1(api)
    assert (shown(result), result.executed.count("a")) == (["8"], 1)


def test_new_nodes_run_branch_by_branch_in_the_order_they_are_given(
    run_v1: RunV1, nodes: dict[str, type]
) -> None:
    graph = {"one": node("Show", value="a"), "two": node("Show", value="b"), "a": value(1), "b": value(2)}
    result = run_v1(expanding(nodes, graph, ["v", 0]))
    assert result.executed == ["v", "e", "out", "a", "one", "b", "two"]


def test_a_circle_is_told_of_the_node_whose_expansion_closed_it(
    run_v1: RunV1, nodes: dict[str, type]
) -> None:
    """Found from a lazy node that waits outside the circle, and through a node of the workflow."""
    api = expanding(nodes, {"x": node("Sum", a="s", b="s")}, ["x", 0])
    api |= {
        "s": node("Sum", a="e"),
        "mix": node("Mix", a="s", b="s", mask="v"),
        "out": node("Show", value="mix"),
    }
    failure = run_v1(api).failures[0]
    assert (failure.node_id, failure.class_type) == ("e", "Sum")


@pytest.mark.parametrize("is_list", [False, True])
def test_lists_that_an_expansion_gives(run_v1: RunV1, nodes: dict[str, type], is_list: bool) -> None:
    """As values, by a link to a list, and by a link to one value that is a list."""

    class Three(Give):
        OUTPUT_IS_LIST = (True,)

    kind: Any = nodes["Expanding"]
    nodes |= {"Three": Three, "Expanding": type("Expanding", (kind,), {"OUTPUT_IS_LIST": (is_list,)})}
    items = {"class_type": "Three", "inputs": {"value": {"__value__": [1, 2, 3]}}}
    whole = {"class_type": "Give", "inputs": {"value": {"__value__": [1, 2, 3]}}}
    found = [
        shown(run_v1(expanding(nodes, graph, result)))
        for graph, result in (({}, [1, 2, 3]), ({"x": items}, ["x", 0]), ({"x": whole}, ["x", 0]))
    ]
    each, together = ["1", "2", "3"], ["[1, 2, 3]"]
    assert found == ([each, each, each] if is_list else [together, each, together])


@pytest.mark.parametrize("what", ["the place", "the node"])
def test_values_that_cannot_be_written_down_follow_from(
    run_v1: RunV1, nodes: dict[str, type], cache: MemoryCache, what: str
) -> None:
    class Wrap:
        CATEGORY, FUNCTION, RETURN_TYPES = "test", "run", ("VALUE",)

        @classmethod
        def INPUT_TYPES(cls) -> Api:
            return {"required": {"value": ("VALUE",)}}

        def run(self, value: int) -> Any:
            things = {n: {"class_type": "Give", "inputs": {"value": {value + i}}} for i, n in enumerate("ab")}
            return {"result": (["sum", 0],), "expand": {**things, "sum": node("Join", a="a", b="b")}}

    class Join(Give):
        @classmethod
        def INPUT_TYPES(cls) -> Api:
            return {"required": {"a": ("*",), "b": ("*",)}}

        def run(self, a: Any, b: Any) -> tuple[object]:
            return (sorted(a | b),)

    nodes |= {"Wrap": Wrap, "Join": Join}
    for number in (1, 1) if what == "the place" else (1, 5):
        api = {"v": value(number), "w": node("Wrap", value="v"), "out": node("Show", value="w")}
        assert shown(run_v1(api, cache=cache)) == [str([number, number + 1])]


def test_two_nodes_that_show_under_one_show_both(run_v1: RunV1, nodes: dict[str, type]) -> None:
    graph = {"x": value(8), "one": node("Show", value="x"), "two": node("Show", value="v")}
    assert shown(run_v1(expanding(nodes, graph, ["x", 0])), "e") == ["8", "3"]


def test_an_added_node_sees_the_graph_as_it_has_become(run_v1: RunV1, nodes: dict[str, type]) -> None:
    class Look:
        CATEGORY, FUNCTION, RETURN_TYPES = "test", "run", ("VALUE",)

        @classmethod
        def INPUT_TYPES(cls) -> Api:
            return {"required": {"words": ("ANY",)}, "hidden": {"graph": "DYNPROMPT", "id": "UNIQUE_ID"}}

        def run(self, words: Any, graph: Any, id: str) -> Any:
            parents = [
                graph.get_parent_node_id(id),
                graph.get_real_node_id(id),
                graph.get_parent_node_id("e"),
            ]
            return ((sorted(graph.all_node_ids()), parents, graph.get_node(id)["inputs"]),)

    nodes["Look"] = Look
    look = {"class_type": "Look", "inputs": {"words": {"__value__": ["a", "b", "c"]}}}
    api = expanding(nodes, {"look": look}, ["look", 0])
    api["out2"] = node("Show", value="own")
    api["own"] = look
    result = run_v1(api)
    everything = ["e", "look", "out", "out2", "own", "v"]
    given = {"words": {"__value__": ["a", "b", "c"]}}
    assert shown(result) == [str((everything, ["e", "e", None], given))]
    bare = {"words": ["a", "b", "c"]}
    assert str(bare) in shown(result, "out2")[0], "constants of the workflow stand bare"


def test_what_is_found_twice_in_the_cache_is_told_once(
    run_v1: RunV1, nodes: dict[str, type], cache: MemoryCache
) -> None:
    api = expanding(nodes, {"x": node("Sum", a="early", b="early")}, ["x", 0])
    api |= {"early": value(4), "first": node("Show", value="early")}
    run_v1(api, ["early"], cache=cache)
    result = run_v1(api, ["first", "out"], cache=cache)
    assert (shown(result), result.cached) == (["8"], ["early"])


def test_so_can_one_that_only_an_expansion_brings(run_v1: RunV1, nodes: dict[str, type]) -> None:
    """As the ends of loops do: what they are linked to reaches the reader as a raw link, and runs once."""

    class End:
        CATEGORY, FUNCTION, RETURN_TYPES = "test", "run", ("VALUE",)

        @classmethod
        def INPUT_TYPES(cls) -> Api:
            return {"required": {"value": ("VALUE", {"rawLink": True})}, "hidden": {"id": "UNIQUE_ID"}}

        def run(self, value: list[Any], id: str) -> Any:
            reader = {"class_type": "Reader", "inputs": {"value": value}}
            return {"result": ([f"{id}.reader", 0],), "expand": {f"{id}.reader": reader}}

    class Reader(End):
        @classmethod
        def INPUT_TYPES(cls) -> Api:
            given = {"value": ("VALUE", {"rawLink": True})}
            return {"required": given, "hidden": {"id": "UNIQUE_ID", "graph": "DYNPROMPT"}}

        def run(self, value: list[Any], id: str, graph: Any) -> Any:  # type: ignore[override]
            return {"result": ([f"{id}.copy", 0],), "expand": {f"{id}.copy": graph.get_node(value[0])}}

    nodes |= {"End": End, "Reader": Reader}
    api = {"a": value(4), "s": node("Sum", a="a", b="a"), "e": node("End", value="s")}
    result = run_v1(api | {"out": node("Show", value="e")})
    assert (shown(result), result.executed.count("a")) == (["8"], 1)


def test_a_list_of_lists_stays_one(run_v1: RunV1, nodes: dict[str, type]) -> None:
    class Give2(Give):
        OUTPUT_IS_LIST = (True,)

    kind: Any = nodes["Expanding"]
    nodes |= {"Items": Give2, "Expanding": type("Expanding", (kind,), {"OUTPUT_IS_LIST": (True,)})}
    items = {"class_type": "Items", "inputs": {"value": {"__value__": [[1, 2], [3]]}}}
    assert shown(run_v1(expanding(nodes, {"x": items}, ["x", 0]))) == ["[1, 2]", "[3]"]
    assert shown(run_v1(expanding(nodes, {}, (4, 5)))) == ["4", "5"]
