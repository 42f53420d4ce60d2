"""The page format, which people save and share, turned into the API format, which runs.

What only the page itself could make, or what cannot be resolved, is refused by name, never guessed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from ..contract import Definition
from ..errors import InvalidWorkflow, Problem, brief, refuse, valid_names
from ..widget_values import WrongValue
from .core_nodes import made_by_the_page
from .instances import Instance, unfold
from .links import PageLinks
from .live import LivePage, load_page
from .nodes import UNSET, PageNode, Widget
from .texts import FileNames, is_file_name, without_choices
from .virtual import is_virtual

Definitions = Mapping[str, Definition]


def is_page(raw: Any) -> bool:
    """Whether a JSON value is of the page format."""
    return isinstance(raw, Mapping) and isinstance(raw.get("nodes"), list)


def page_to_api(
    page: Mapping[str, Any], definitions: Definitions, now: datetime | None = None
) -> dict[str, Any]:
    """Convert a saved page as the page itself would when it is asked to run.

    Args:
        page: the page, as JSON values.
        definitions: every node that is known, by class.
        now: the time that `%date:…%` in the names of files stands for.

    Raises:
        InvalidWorkflow: it is malformed, or holds something that cannot be converted; each is named.
    """
    return converted(load_page(page, definitions), now)


def converted(live: LivePage, now: datetime | None = None) -> dict[str, Any]:
    """The API format of a loaded page.

    Raises:
        InvalidWorkflow: it holds something that cannot be converted; each is named.
    """
    unfolded = unfold(live)
    active = [each for each in unfolded.every if _runs(each, live)]
    problems = list(_unknown(active, live.definitions))
    api: dict[str, Any] = {}
    if not problems:
        converter = _Converter(live, PageLinks(live, unfolded), FileNames(live, now or datetime.now()))
        for each in active:
            try:
                api[each.id] = converter.convert(each)
            except WrongValue as wrong:
                problems.append(_problem(each, wrong.type, wrong.message, wrong.details))
    if problems:
        raise InvalidWorkflow(problems)
    if not api:
        raise refuse("prompt_no_outputs", "the workflow has no nodes that run")
    return api


def _runs(each: Instance, live: LivePage) -> bool:
    node = each.node
    return node.is_active and node.type not in live.subgraphs and not is_virtual(node.type, live.definitions)


class _Converter(NamedTuple):
    live: LivePage
    links: PageLinks
    names: FileNames

    def convert(self, each: Instance) -> dict[str, Any]:
        node = each.node
        if id(node) in self.live.problems:
            raise self.live.problems[id(node)]
        linked = dict(self._linked(each))
        inputs: dict[str, Any] = {}
        for widget in node.widgets.values():
            if widget.is_sent and widget.value is not UNSET and widget.name not in linked:
                inputs[widget.name] = _wrapped(self._value(widget, node), widget.type)
        inputs.update(linked)
        title = node.title or self.live.definitions[node.type].title
        return {"class_type": node.type, "inputs": inputs, "_meta": {"title": title}}

    def _linked(self, each: Instance) -> Iterator[tuple[str, Any]]:
        for place, slot in enumerate(each.node.inputs):
            if slot.link is not None:
                resolved = self.links.resolve(each, place)
                if resolved.link is not None:
                    yield slot.name, [resolved.link.node_id, resolved.link.output]
                elif resolved.has_value:
                    yield slot.name, _wrapped(resolved.value)

    def _value(self, widget: Widget, node: PageNode) -> Any:
        made_by = made_by_the_page(widget.type)
        if made_by is not None:
            message = f"{widget.name} is made by {made_by} on the page when it runs"
            raise WrongValue("unsupported_widget", message, "export the API format from the page")
        if not isinstance(widget.value, str):
            return widget.value
        if is_file_name(widget, node):
            return self.names.filled(widget.value)
        if widget.declared is not None and widget.declared.options.get("dynamicPrompts"):
            return without_choices(widget.value)
        return widget.value


def _wrapped(value: Any, type: str = "") -> Any:
    if not isinstance(value, list):
        return value
    # A bare list of two would be taken for a link.
    return {"__type__": "CURVE", "__value__": value} if type == "CURVE" else {"__value__": value}


def _unknown(active: list[Instance], definitions: Definitions) -> Iterator[Problem]:
    unknown = [each for each in active if each.node.type not in definitions]
    # Looking for close names takes its time; a file with more unknown classes than this needs no hints.
    hinted = [each.node.type for each in unknown[:20]]
    hints = {type_name: valid_names(type_name, definitions) for type_name in dict.fromkeys(hinted)}
    for each in unknown:
        type_name = each.node.type
        if type_name.startswith(("workflow/", "workflow>")):
            message = "a group node cannot be run from a saved page"
            details = "convert it to a subgraph on the page, or export the API format"
            yield _problem(each, "unsupported_group_node", message, details)
        else:
            message = f"there is no node of the class {brief(type_name)}"
            yield _problem(each, "missing_node_type", message, hints.get(type_name, ""))


def _problem(each: Instance, type: str, message: str, details: str = "") -> Problem:
    return Problem(type, message, details, each.id, each.node.type, each.node.title)
