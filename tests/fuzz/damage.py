"""Damage to the values of workflows: what hands, tools and other versions do to files, and worse."""

from __future__ import annotations

import copy
from collections.abc import Callable
from random import Random
from typing import Any

Json = Any
SURROGATE = "\ud800"
JUNK: list[Json] = [
    *(None, True, False, 0, -1, 1, 4, 2**31, 2**63, -(2**64), 10**30, 10**300, 2.5, -0.0, 1e308),
    *(float("nan"), float("inf"), float("-inf"), "", "x", "5", "true", "NaN", SURROGATE, "\0", "\x1b[2J"),
    *("a" * 5000, "é", "0", "-1", "None", "fixed", "randomize", [], {}, [[]], [1, 2], [None, None]),
    *(["1", 0], ["1", -1], ["1", 99], ["1", 0.5], ["1", 1e300], ["1", True], ["99", 0], [1, 0], ["1", "0"]),
    *([["1", 0]], {"__value__": ["1", 0]}, {"__value__": {"__value__": 1}}, {"a": [float("nan")]}),
    *("Reroute", "PrimitiveNode", "Note", "*", "SetNode", "GetNode", "workflow/x", "workflow>x"),
]


def places(value: Json) -> list[tuple[Any, Any]]:
    """Every (container, key) in a JSON value."""
    found: list[tuple[Any, Any]] = []
    waiting = [value]
    while waiting:
        part = waiting.pop()
        keys = list(part) if isinstance(part, dict) else range(len(part)) if isinstance(part, list) else ()
        found.extend((part, key) for key in keys)
        waiting.extend(part[key] for key in keys)
    return found


def nested(depth: int, rng: Random) -> Json:
    """Something in lists and objects to that depth."""
    value: Json = 1
    for _ in range(depth):
        value = [value] if rng.random() < 0.5 else {"a": value}
    return value


def damaged(whole: Json, rng: Random) -> Json:
    """A copy with a few things wrong."""
    whole = copy.deepcopy(whole)
    own = PAGE if isinstance(whole.get("nodes"), list) else API
    for _ in range(rng.choice((1, 1, 1, 2, 3, 6))):
        kind = rng.choice((*ANYWHERE, *own))
        kind(whole, rng)
    if rng.random() < 0.05:
        # Last, because nothing here could copy it any more.
        _nest(whole, rng)
    return whole


def _replace(whole: Json, rng: Random) -> None:
    found = places(whole)
    if found:
        container, key = rng.choice(found)
        container[key] = copy.deepcopy(rng.choice(JUNK))


def _delete(whole: Json, rng: Random) -> None:
    found = places(whole)
    if found:
        container, key = rng.choice(found)
        del container[key]


def _exchange(whole: Json, rng: Random) -> None:
    found = places(whole)
    if found:
        (container, key), (other, place) = rng.choice(found), rng.choice(found)
        container[key] = copy.deepcopy(other[place])


def _rename(whole: Json, rng: Random) -> None:
    found = [(container, key) for container, key in places(whole) if isinstance(container, dict)]
    if found:
        container, key = rng.choice(found)
        container[rng.choice(("id", "x", "", key + " ", key.upper(), SURROGATE))] = container.pop(key)


def _double(whole: Json, rng: Random) -> None:
    found = [(container, key) for container, key in places(whole) if isinstance(container, list)]
    if found:
        container, key = rng.choice(found)
        container.insert(key, copy.deepcopy(container[key]))


def _nest(whole: Json, rng: Random) -> None:
    found = places(whole)
    if found:
        container, key = rng.choice(found)
        container[key] = nested(rng.choice((3, 60, 300, 700)), rng)


# The page format.


def _nodes(page: Json) -> list[Any]:
    nodes = page.get("nodes")
    return [node for node in nodes if isinstance(node, dict)] if isinstance(nodes, list) else []


def _links(page: Json) -> list[Any]:
    links = page.get("links")
    return [link for link in links if isinstance(link, list) and link] if isinstance(links, list) else []


def _rewire(page: Json, rng: Random) -> None:
    links = _links(page)
    ids = [node.get("id") for node in _nodes(page)]
    if links and ids:
        link = rng.choice(links)
        link[rng.randrange(len(link))] = rng.choice((*ids, 0, 1, 2, 99, -1, None, "x"))


def _switch(page: Json, rng: Random) -> None:
    nodes = _nodes(page)
    for node in rng.sample(nodes, min(len(nodes), rng.choice((1, 2, 9)))):
        node["mode"] = rng.choice((0, 1, 2, 3, 4, 4, 7, "4"))


def _retype(page: Json, rng: Random) -> None:
    nodes = _nodes(page)
    if nodes:
        others = [node.get("type") for node in nodes]
        virtual = ["Reroute", "PrimitiveNode", "Note", "GetNode", "SetNode"]
        rng.choice(nodes)["type"] = rng.choice([*others, *virtual])


def _widgets(page: Json, rng: Random) -> None:
    nodes = _nodes(page)
    if nodes:
        node = rng.choice(nodes)
        values = node.get("widgets_values")
        values = list(values) if isinstance(values, list) else []
        named = {str(place): value for place, value in enumerate(values)}
        longer = values + [copy.deepcopy(rng.choice(JUNK)) for _ in range(rng.choice((1, 3, 5000)))]
        node["widgets_values"] = rng.choice((values[:-1], values[1:], values[::-1], longer, named, None, 5))


def _into_subgraph(page: Json, rng: Random) -> None:
    """One node becomes a subgraph, whose definition is missing, broken, or holds itself."""
    nodes = _nodes(page)
    if not nodes:
        return
    node, name = rng.choice(nodes), "2f5a6f7e-5a3c-4f2e-9e0e-7a1d8c3b9a10"
    inner = copy.deepcopy(rng.sample(nodes, min(len(nodes), rng.choice((0, 1, 2)))))
    if rng.random() < 0.5:
        inner.append({"id": 900, "type": name, "inputs": [], "outputs": [], "widgets_values": []})
    node["type"] = name
    link = {"id": 1, "origin_id": -10, "origin_slot": 0, "target_id": 900, "target_slot": 0, "type": "*"}
    sockets = [{"id": "a", "name": "a", "type": "*", "linkIds": [1]}]
    definition = {"id": name, "name": "mine", "nodes": inner, "links": [link], "widgets": []}
    definition |= {"inputs": sockets, "outputs": sockets, "inputNode": {"id": -10}, "outputNode": {"id": -20}}
    if rng.random() < 0.8:
        page["definitions"] = {"subgraphs": [definition, *([definition] if rng.random() < 0.2 else [])]}
    if rng.random() < 0.5:
        _replace(definition, rng)


def _renumber(page: Json, rng: Random) -> None:
    nodes = _nodes(page)
    if nodes:
        rng.choice(nodes)["id"] = rng.choice((0, -1, 1.5, 2**70, "x", "1:2", "1", None, True, [1], SURROGATE))


# The API format.


def _bodies(api: Json) -> list[Any]:
    return [body for body in api.values() if isinstance(body, dict)] if isinstance(api, dict) else []


def _inputs(api: Json) -> list[dict[str, Any]]:
    return [inputs for body in _bodies(api) if isinstance(inputs := body.get("inputs"), dict) and inputs]


def _relink(api: Json, rng: Random) -> None:
    found = _inputs(api)
    if found:
        inputs = rng.choice(found)
        slot = rng.choice((0, 0, 0, 1, 7, -1, 0.0, 0.5, 2**70, True, "0"))
        inputs[rng.choice(list(inputs))] = [rng.choice([*api, "nowhere", 3]), slot]


def _reclass(api: Json, rng: Random) -> None:
    found = _bodies(api)
    if found:
        rng.choice(found)["class_type"] = rng.choice(found).get("class_type")


def _rekey(api: Json, rng: Random) -> None:
    if api:
        key = rng.choice(list(api))
        api[rng.choice(("", "x", "1.2", "prompt", "nodes", "workflow", SURROGATE, "-1", "\n"))] = api.pop(key)


ANYWHERE: tuple[Callable[[Json, Random], None], ...]
ANYWHERE = (_replace, _replace, _replace, _delete, _delete, _exchange, _rename, _double)
PAGE = (_rewire, _rewire, _rewire, _switch, _retype, _widgets, _widgets, _into_subgraph, _renumber)
API = (_relink, _relink, _relink, _reclass, _rekey)
