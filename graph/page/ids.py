"""Ids that are unique over a page and its subgraphs: what the page makes of nodes that share one.

The page renumbers, as it loads, a subgraph's node whose id another graph on the page has taken; the
prompt it makes bears the new numbers.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..definitions import listed, mapping
from .nodes import name_of
from .scope import Raw

_Json = Mapping[str, Any]


def with_unique_ids(raw: Raw) -> Raw:
    """The page with the ids in its subgraphs renumbered where they were taken."""
    if not raw.subgraphs:
        return raw
    own = [mapping(node).get("id") for node in listed(raw.page.get("nodes"))]
    used = {str(id) for id in own if isinstance(id, int)}
    last = _last_id(raw.page)
    renumbered: dict[str, dict[str, str]] = {}
    for name, subgraph in raw.subgraphs.items():
        renumbered[name], last = _renumber(subgraph, used, last)
    if not any(renumbered.values()):
        return raw
    subgraphs = {name: _renumbered(each, renumbered[name]) for name, each in raw.subgraphs.items()}
    subgraphs = {name: _with_proxies(each, renumbered) for name, each in subgraphs.items()}
    return Raw(_with_proxies(raw.page, renumbered), subgraphs)


def _last_id(page: _Json) -> int:
    last = mapping(page["state"]).get("lastNodeId") if "state" in page else page.get("last_node_id")
    return last if isinstance(last, int) else 0


def _renumber(subgraph: _Json, used: set[str], last: int) -> tuple[dict[str, str], int]:
    changed: dict[str, str] = {}
    for node in listed(subgraph.get("nodes")):
        name = name_of(mapping(node).get("id"))
        if name is None:
            continue
        if name in used:
            last = _free(used, last)
            changed[name] = str(last)
            used.add(str(last))
        else:
            used.add(name)
            last = max(last, int(name)) if name.isascii() and name.isdecimal() and len(name) < 10 else last
    return changed, last


def _free(used: set[str], last: int) -> int:
    last += 1
    while str(last) in used:
        last += 1
    return last


def _renumbered(subgraph: _Json, changed: Mapping[str, str]) -> _Json:
    if not changed:
        return subgraph
    nodes = [_with_new(node, ("id",), changed) for node in listed(subgraph.get("nodes"))]
    links = [_with_new(link, ("origin_id", "target_id"), changed) for link in listed(subgraph.get("links"))]
    return {**subgraph, "nodes": nodes, "links": links}


def _with_new(raw: Any, keys: tuple[str, ...], changed: Mapping[str, str]) -> Any:
    if not isinstance(raw, Mapping):
        return raw
    return {
        **raw,
        **{key: changed.get(name_of(raw.get(key)) or "", raw.get(key)) for key in keys if key in raw},
    }


def _with_proxies(graph: _Json, renumbered: Mapping[str, Mapping[str, str]]) -> _Json:
    nodes = [_with_proxy(node, renumbered) for node in listed(graph.get("nodes"))]
    return {**graph, "nodes": nodes}


def _with_proxy(node: Any, renumbered: Mapping[str, Mapping[str, str]]) -> Any:
    raw = mapping(node)
    changed = renumbered.get(raw["type"]) if isinstance(raw.get("type"), str) else None
    properties = mapping(raw.get("properties"))
    proxies = properties.get("proxyWidgets")
    if not changed or not isinstance(proxies, list):
        return node
    entries = [
        [changed.get(name_of(entry[0]) or "", entry[0]), *entry[1:]]
        if isinstance(entry, list) and entry
        else entry
        for entry in proxies
    ]
    return {**raw, "properties": {**properties, "proxyWidgets": entries}}
