"""Large pages: nothing recurses, and long ways through a page are gone once."""

from __future__ import annotations

from scorefield.graph.page.format import page_to_api

from .pages import DEFINITIONS, INSIDE, OUTSIDE, Json, add, node, number, page, subgraph, with_subgraphs

MANY = 10_000


def test_a_chain_of_many_nodes() -> None:
    nodes = [number(0, links=[0]), *(add(n, n - 1, None, [n]) for n in range(1, MANY))]
    converted = page_to_api(page(nodes, [(n, n, 0, n + 1, 0) for n in range(MANY)]), DEFINITIONS)
    assert converted[str(MANY - 1)]["inputs"]["a"] == [str(MANY - 2), 0]


def test_a_chain_of_reroutes_that_feeds_a_node_at_every_step() -> None:
    # Followed back from every node anew, this would be 12 million steps.
    count = 5_000
    nodes: list[Json] = [number(0, links=[0])]
    links = []
    for n in range(1, count):
        nodes.append(node(n, "Reroute", [("", "*", n - 1)], outputs=[("NUMBER", [n, count + n])]))
        nodes.append(add(count + n, count + n))
        links += [(n - 1, n - 1, 0, n, 0), (count + n, n, 0, count + n, 0)]
    converted = page_to_api(page(nodes, links), DEFINITIONS)
    assert {tuple(each["inputs"].get("a", ["0", 0])) for each in converted.values()} == {("0", 0)}
    assert len(converted) == count


def test_a_chain_of_bypassed_nodes() -> None:
    nodes = [
        number(0, links=[0]),
        *(add(n, n - 1, None, [n], mode=4) for n in range(1, MANY)),
        add(MANY, MANY - 1),
    ]
    converted = page_to_api(page(nodes, [(n, n, 0, n + 1, 0) for n in range(MANY)]), DEFINITIONS)
    assert converted == {
        "0": converted["0"],
        str(MANY): {"class_type": "Add", "inputs": {"more": 0, "a": ["0", 0]}, "_meta": {"title": "Add"}},
    }


def test_subgraphs_a_thousand_deep() -> None:
    depth = 1000
    names = [f"{number:08}-0000-4000-8000-000000000000" for number in range(depth)]
    layers = []
    for level, name in enumerate(names):
        id = 10 + level
        inner = (
            add(id, 1, None, [2]) if level == depth - 1 else node(id, names[level + 1], [("x", "NUMBER", 1)])
        )
        links = [(1, INSIDE, 0, id, 0), (2, id, 0, OUTSIDE, 0)]
        layers.append(subgraph(name, [inner], links, [("x", "NUMBER", [1])], [("y", "NUMBER", [2])]))
    nodes = [
        number(1, links=[5]),
        node(2, names[0], [("x", "NUMBER", 5)], outputs=[("NUMBER", [6])]),
        add(3, 6),
    ]
    saved = with_subgraphs(page(nodes, [(5, 1, 0, 2, 0), (6, 2, 0, 3, 0)]), *layers)
    converted = page_to_api(saved, DEFINITIONS)
    [deepest] = [id for id in converted if ":" in id]
    assert deepest.count(":") == depth
    assert converted[deepest]["inputs"]["a"] == ["1", 0] and converted["3"]["inputs"]["a"] == [deepest, 0]
