"""The graph of one picture of a sweep: the same graph, with the one value in place of all."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from typing import Any

from ..graph.sweep.variants import values_of

Json = Mapping[str, Any]
SWEEP = "ScorefieldSweep"
VALUES = "values"  # the first widget of the node, too


def one_of_sweep(
    prompt: Json | None, page: Json | None, node_id: str, place: int, count: int
) -> tuple[Json | None, Json | None]:
    """The graph that gives only the picture at a place among those that a node collects.

    Args:
        prompt: the graph in API format; None where the host does not know it.
        page: the same as a page; None where there was none.
        node_id: the node that collects.
        place, count: which of how many pictures.

    Returns:
        Both, with the value of each sweep before the node. Both as they were where the pictures do not come
        from sweeps alone, or a sweep stands inside a subgraph.
    """
    sweeps = dict(_sweeps_before(prompt or {}, node_id))
    known = {str(node["id"]) for node in (page or {}).get("nodes", ())}
    if prompt is None or not sweeps or max(map(len, sweeps.values())) != count:
        return prompt, page
    if page is not None and not sweeps.keys() <= known:
        return prompt, page
    # As lists meet in a node: the shorter one repeats its last value.
    chosen = {name: values[min(place, len(values) - 1)] for name, values in sweeps.items()}
    return _in_prompt(prompt, chosen), None if page is None else _in_page(page, chosen)


def _sweeps_before(prompt: Json, node_id: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    waiting, met = [node_id], {node_id}
    while waiting:
        node = prompt.get(waiting.pop())
        if node is None:
            continue
        for given in node["inputs"].values():
            is_link = isinstance(given, list) and len(given) == 2
            if is_link and str(given[0]) not in met:
                met.add(str(given[0]))
                waiting.append(str(given[0]))
                source = prompt.get(str(given[0]), {})
                values = source.get("inputs", {}).get(VALUES)
                if source.get("class_type") == SWEEP and isinstance(values, str):
                    yield str(given[0]), values_of(values)


def _in_prompt(prompt: Json, chosen: Mapping[str, str]) -> Json:
    changed = dict(prompt)
    for name, value in chosen.items():
        node = prompt[name]
        changed[name] = {**node, "inputs": {**node["inputs"], VALUES: value}}
    return changed


def _in_page(page: Json, chosen: Mapping[str, str]) -> Json:
    changed = copy.deepcopy(dict(page))
    for node in changed["nodes"]:
        value = chosen.get(str(node["id"]))
        if value is not None and isinstance(node.get("widgets_values"), list):
            node["widgets_values"][0] = value
        elif value is not None and isinstance(node.get("widgets_values"), dict):
            node["widgets_values"][VALUES] = value
    return changed
