"""What holds for every graph: order, economy, and signatures that depend on content alone."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Annotated, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scorefield.graph.context import Context
from scorefield.graph.declare import Int, Out, Socket, node
from scorefield.graph.execution.executor import execute
from scorefield.graph.host import Host
from scorefield.graph.order import Cycle, ancestors_first, reachable
from scorefield.graph.plan import Plan
from scorefield.graph.signature import sign
from scorefield.graph.validation import plan
from scorefield.graph.workflow import read_api

Api = dict[str, Any]


@node("Number", title="Number", category="test")
def number(value: Annotated[int, Int("It.")] = 1) -> Annotated[int, Out("number", "NUMBER", "")]:
    """A number."""
    return value


@node("Add", title="Add", category="test")
def add(
    a: Annotated[int, Socket("NUMBER", "")],
    b: Annotated[int, Socket("NUMBER", "")] = 0,
    more: Annotated[int, Int("")] = 0,
) -> Annotated[int, Out("number", "NUMBER", "")]:
    """The sum."""
    return a + b + more


@node("Show", title="Show", category="test", output_node=True)
def show(value: Annotated[object, Socket("NUMBER", "")], *, context: Context) -> None:
    """Shows it."""
    context.show(text=[str(value)])


DEFINITIONS = {definition.id: definition for definition in (number, add, show)}


@st.composite
def graphs(draw: st.DrawFn, most: int = 14) -> Api:
    """A graph of sums over earlier nodes, some of them shown, in any order in the file."""
    api: Api = {}
    for index in range(draw(st.integers(1, most))):
        earlier = [key for key in api if api[key]["class_type"] != "Show"]
        if not earlier:
            api[str(index)] = {"class_type": "Number", "inputs": {"value": draw(st.integers(0, 3))}}
            continue
        source = st.sampled_from(earlier).map(lambda key: [key, 0])
        if draw(st.booleans()):
            api[str(index)] = {"class_type": "Show", "inputs": {"value": draw(source)}}
        else:
            inputs = {"a": draw(source), "more": draw(st.integers(0, 2))}
            if draw(st.booleans()):
                inputs["b"] = draw(source)
            api[str(index)] = {"class_type": "Add", "inputs": inputs}
    api["last"] = {"class_type": "Show", "inputs": {"value": ["0", 0]}}
    return {key: api[key] for key in draw(st.permutations(list(api)))}


def parents(api: Api, key: str) -> list[str]:
    return [value[0] for value in api[key].get("inputs", {}).values() if isinstance(value, list)]


def ancestry(api: Api, key: str) -> Any:
    """The content that a node's result depends on, spelled out."""
    inputs = sorted(api[key]["inputs"].items())
    spelled = tuple((n, ancestry(api, v[0]) if isinstance(v, list) else v) for n, v in inputs)
    return api[key]["class_type"], spelled


def planned(api: Api) -> Plan:
    return plan(read_api(api), DEFINITIONS)


@given(graphs())
def test_each_needed_node_runs_once_after_its_parents_and_no_other(api: Api) -> None:
    needed = reachable([k for k in api if api[k]["class_type"] == "Show"], lambda key: parents(api, key))
    order = execute(planned(api), Host(Path("never written"))).executed
    assert sorted(order) == sorted(needed)
    for position, key in enumerate(order):
        assert set(parents(api, key)) <= set(order[:position])


@given(graphs())
def test_values_are_those_of_plain_arithmetic(api: Api) -> None:
    def value(key: str) -> int:
        inputs = {n: value(v[0]) if isinstance(v, list) else v for n, v in api[key]["inputs"].items()}
        return sum(inputs.values())

    shown = execute(planned(api), Host(Path("never written"))).ui
    for key, ui in shown.items():
        assert ui == {"text": [str(value(api[key]["inputs"]["value"][0]))]}


@given(graphs())
def test_signatures_are_equal_exactly_where_the_ancestry_is(api: Api) -> None:
    signatures = sign(planned(api))
    for one in signatures:
        for other in signatures:
            same = ancestry(api, one) == ancestry(api, other)
            assert (signatures[one] == signatures[other]) is same


@given(graphs(), st.data())
def test_signatures_do_not_depend_on_ids_titles_or_the_order_in_the_file(
    api: Api, data: st.DataObject
) -> None:
    names = dict(zip(api, data.draw(st.permutations([f"n{i}" for i in range(len(api))])), strict=True))
    renamed = {
        names[key]: {
            "class_type": body["class_type"],
            "inputs": {
                name: [names[value[0]], value[1]] if isinstance(value, list) else value
                for name, value in reversed(list(body["inputs"].items()))
            },
            "_meta": {"title": names[key]},
        }
        for key, body in reversed(list(api.items()))
    }
    before, after = sign(planned(api)), sign(planned(renamed))
    assert {names[key]: signature for key, signature in before.items()} == after


@given(st.integers(1, 8), st.data())
def test_every_cycle_is_found_and_is_one(count: int, data: st.DataObject) -> None:
    links = {
        str(i): data.draw(st.lists(st.sampled_from([str(k) for k in range(count)]), max_size=3))
        for i in range(count)
    }
    seen = {key: set(reachable([*links[key]], links.__getitem__)) for key in links}
    is_cyclic = any(key in seen[key] for key in reachable(["0"], links.__getitem__))
    if not is_cyclic:
        order = ancestors_first(["0"], links.__getitem__)
        assert all(set(links[key]) <= set(order[: order.index(key)]) for key in order)
        return
    with pytest.raises(Cycle) as found:
        ancestors_first(["0"], links.__getitem__)
    path = found.value.path
    assert path[0] == path[-1]
    assert all(after in links[before] for before, after in itertools.pairwise(path))


def test_many_ways_through_a_graph_cost_nothing() -> None:
    links = {str(i): [str(i + 1), str(i + 2)] if i < 300 else [] for i in range(302)}
    assert ancestors_first(["0"], links.__getitem__)[-1] == "0"
    assert sorted(ancestors_first(["0"], links.__getitem__)) == sorted(links)
