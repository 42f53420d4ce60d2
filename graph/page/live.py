"""A saved page as the page holds it once it is loaded: widgets drawn, sockets in order, subgraphs bound."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ..contract import Definition, Input
from ..definitions import DYNAMIC_COMBO, listed, mapping
from ..order import Cycle, ancestors_first
from ..widget_values import WrongValue
from .groups import keys
from .hosts import bind_host
from .ids import with_unique_ids
from .nodes import PageNode, Widget
from .primitives import apply_primitives
from .proxies import carry_proxies
from .scope import Raw, Scope, read_raw, read_scope
from .slots import input_slots
from .widgets import draw_widgets, page_inputs

Definitions = Mapping[str, Definition]
ROOT = ""
_SAMPLERS = frozenset({"KSampler", "KSamplerAdvanced"})


@dataclass(slots=True)
class LivePage:
    """The graphs of a loaded page.

    `subgraphs` are by id, those inside others first; `hosts` the nodes that stand for each. `problems`
    are those of nodes that could not be read, by `id(node)`; `inputs` are those the page gives each class.
    """

    root: Scope
    definitions: Definitions
    subgraphs: dict[str, Scope] = field(default_factory=dict)
    hosts: dict[str, list[PageNode]] = field(default_factory=dict)
    problems: dict[int, WrongValue] = field(default_factory=dict)
    inputs: dict[str, tuple[Input, ...]] = field(default_factory=dict)

    @property
    def scopes(self) -> tuple[Scope, ...]:
        """Every graph, the page's own last."""
        return (*self.subgraphs.values(), self.root)


def load_page(page: Mapping[str, Any], definitions: Definitions) -> LivePage:
    """Load a page as the page itself does.

    Raises:
        InvalidWorkflow: a node without id or type, or two with one id in a graph.
    """
    return load(with_unique_ids(read_raw(page)), definitions)


def load(raw: Raw, definitions: Definitions) -> LivePage:
    """Load a page whose ids are taken as they are.

    Raises:
        InvalidWorkflow: a node without id or type, or two with one id in a graph.
    """
    live = LivePage(read_scope(ROOT, raw.page), definitions)
    for name in _inner_first(raw):
        live.subgraphs[name] = read_scope(name, raw.subgraphs[name])
        live.hosts[name] = []
    for scope in live.scopes:
        _configure(scope, live)
    for scope in live.scopes:
        apply_primitives(scope)
    return live


def _inner_first(raw: Raw) -> list[str]:
    """The subgraphs, each behind those it holds; in the page's order where they hold each other."""
    held = {name: _types(subgraph) & raw.subgraphs.keys() for name, subgraph in raw.subgraphs.items()}
    try:
        return ancestors_first(raw.subgraphs, lambda name: sorted(held[name]))
    except Cycle:
        return list(raw.subgraphs)


def _types(subgraph: Mapping[str, Any]) -> set[str]:
    types = (mapping(node).get("type") for node in listed(subgraph.get("nodes")))
    return {type_name for type_name in types if isinstance(type_name, str)}


def _configure(scope: Scope, live: LivePage) -> None:
    hosts = []
    for node in scope.nodes.values():
        if node.type in live.subgraphs:
            hosts.append(node)
        elif node.type in live.definitions:
            _draw(node, live)
    for node in hosts:
        bind_host(node, live.subgraphs[node.type])
        live.hosts[node.type].append(node)
    scope.find_ends()
    for node in hosts:
        carry_proxies(node, live.subgraphs[node.type], live)


def _draw(node: PageNode, live: LivePage) -> None:
    definition = live.definitions[node.type]
    if node.type not in live.inputs:
        live.inputs[node.type] = page_inputs(definition)
    inputs = live.inputs[node.type]
    try:
        node.widgets = draw_widgets(definition, inputs, node)
    except WrongValue as wrong:
        live.problems[id(node)] = wrong
    for widget in node.widgets.values():
        _mend(widget, node)
    node.inputs = input_slots(inputs, node.widgets, node.inputs)


def _mend(widget: Widget, node: PageNode) -> None:
    """Two repairs that the page makes on loading: an old prefix of samplers, and choices of nothing."""
    if widget.value is None and widget.declared is not None and widget.type in ("COMBO", DYNAMIC_COMBO):
        choices = keys(widget.declared) if widget.type == DYNAMIC_COMBO else widget.declared.allowed()
        widget.value = next(iter(choices), None)
    elif widget.name == "sampler_name" and node.type in _SAMPLERS and isinstance(widget.value, str):
        widget.value = widget.value.removeprefix("sample_")
