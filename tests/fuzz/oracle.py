"""What a graph of the pack's nodes should give, worked out as plainly as possible: by recursion."""

from __future__ import annotations

import asyncio
import contextlib
import inspect
from dataclasses import dataclass, field
from typing import Any

from scorefield.graph.blocking import ExecutionBlocker

from .pack import CLASSES, Api

Lists = dict[str, list[Any]]


class Lost(Exception):  # noqa: N818 - a state
    """A node that fails, or needs one that does."""


@dataclass
class Expected:
    """The values of nodes, blockers among them as None, and what became of those of the workflow."""

    values: dict[str, list[list[Any]]] = field(default_factory=dict)
    executed: set[str] = field(default_factory=set)
    blocked: set[str] = field(default_factory=set)
    failed: set[str] = field(default_factory=set)
    skipped: set[str] = field(default_factory=set)


def expect(api: Api, targets: list[str]) -> Expected:
    """What a run for those targets should give."""
    oracle = _Oracle(api)
    for target in targets:
        oracle.visit(target)
    return oracle.expected


def plain(values: list[list[Any]]) -> list[list[Any]]:
    """The values with None for whatever blocks."""
    return [[None if is_blocker(value) else value for value in items] for items in values]


def is_blocker(value: Any) -> bool:
    """Whether it blocks."""
    return isinstance(value, ExecutionBlocker)


def is_link(value: Any) -> bool:
    """Whether a constant of the pack's graphs is a link: nothing else in them is a list."""
    return isinstance(value, list)


class _Oracle:
    def __init__(self, api: Api) -> None:
        self.graph = dict(api)
        self.expected = Expected()
        self._values: dict[str, list[list[Any]] | None] = {}
        self._objects: dict[str, Any] = {}
        self._stands_for = {node_id: node_id for node_id in api}

    def visit(self, node_id: str) -> list[list[Any]] | None:
        """The values of a node's outputs; None where it is lost."""
        if node_id not in self._values:
            self._values[node_id] = None
            with contextlib.suppress(Lost):
                self._values[node_id] = self._run(node_id)
        return self._values[node_id]

    def _is_own(self, node_id: str) -> bool:
        return self._stands_for[node_id] == node_id

    def _run(self, node_id: str) -> list[list[Any]]:
        kind: Any = CLASSES[self.graph[node_id]["class_type"]]
        inputs = self._inputs(node_id, kind)
        outputs = len(kind.RETURN_TYPES)
        calls, blocked = [], 0
        for arguments in each_call(inputs, kind):
            blockers = blockers_in(arguments)
            if blockers:
                blocked += 1
                calls.append([[ExecutionBlocker(None)] for _ in range(outputs)])
                if blockers[0].message is not None:
                    self.expected.failed.add(self._stands_for[node_id])
            else:
                calls.append(self._call(node_id, kind, arguments))
        calls = [self._expanded(node_id, call) if isinstance(call, dict) else call for call in calls]
        values = [[value for call in calls for value in call[slot]] for slot in range(outputs)]
        if self._is_own(node_id):
            is_blocked = blocked == len(calls) > 0
            (self.expected.blocked if is_blocked else self.expected.executed).add(node_id)
            self.expected.values[node_id] = plain(values)
        return values

    def _inputs(self, node_id: str, kind: Any) -> Lists:
        given = self.graph[node_id]["inputs"]
        options = {
            name: entry[1] if len(entry) > 1 else {}
            for name, entry in {**kind.REQUIRED, **kind.OPTIONAL}.items()
        }
        inputs: Lists = {name: [value] for name, value in given.items() if not is_link(value)}
        links = {name: value for name, value in given.items() if is_link(value)}
        lazy = {name: link for name, link in links.items() if options[name].get("lazy")}
        found = {name: self.visit(link[0]) for name, link in links.items() if name not in lazy}
        self._stop_if_lost(node_id, found)
        for name, values in found.items():
            assert values is not None
            inputs[name] = [links[name]] if options[name].get("rawLink") else values[links[name][1]]
        inputs |= {name: [None] for name in lazy}
        if lazy:
            self._follow(node_id, kind, inputs, lazy)
        return inputs

    def _follow(self, node_id: str, kind: Any, inputs: Lists, lazy: dict[str, list[Any]]) -> None:
        """Fill in the lazy inputs that the node asks for, until it asks for no more."""
        while True:
            asked = set()
            for arguments in each_call(inputs, kind):
                if not blockers_in(arguments):
                    asked |= set(_now(kind().check_lazy_status(**arguments)))
            if not asked:
                return
            found = {name: self.visit(lazy[name][0]) for name in sorted(asked)}
            self._stop_if_lost(node_id, found)
            for name, values in found.items():
                assert values is not None
                inputs[name] = values[lazy[name][1]]
                if not inputs[name]:
                    return

    def _stop_if_lost(self, node_id: str, found: dict[str, Any]) -> None:
        if None in found.values():
            if self._is_own(node_id):
                self.expected.skipped.add(node_id)
            raise Lost

    def _call(self, node_id: str, kind: Any, arguments: Api) -> Any:
        if kind.HIDDEN:
            arguments = {**arguments, "id": node_id}
        made = self._objects.setdefault(node_id, kind())
        try:
            returned = _now(made.run(**arguments))
        except ValueError:
            self._fail(node_id)
        if isinstance(returned, dict):
            return returned if "expand" in returned else []
        lists = getattr(kind, "OUTPUT_IS_LIST", (False,) * len(returned))
        return [value if is_list else [value] for value, is_list in zip(returned, lists, strict=True)]

    def _fail(self, node_id: str) -> None:
        self.expected.failed.add(self._stands_for[node_id])
        raise Lost

    def _expanded(self, node_id: str, returned: Api) -> list[list[Any]]:
        real = self._stands_for[node_id]
        for new, body in returned["expand"].items():
            self.graph[new] = body
            self._stands_for[new] = real
        values, is_lost = [], False
        for result in returned["result"]:
            found = self.visit(result[0]) if is_link(result) else [[result]]
            is_lost |= found is None
            values.append([] if found is None else found[result[1] if is_link(result) else 0])
        for new, body in returned["expand"].items():
            if body["class_type"] == "Show":
                self.visit(new)
        if is_lost:
            raise Lost
        return values


def each_call(inputs: Lists, kind: Any) -> list[Api]:
    """The arguments of each call."""
    if getattr(kind, "INPUT_IS_LIST", False):
        return [inputs]
    if not all(inputs.values()):
        return []
    longest = max((len(values) for values in inputs.values()), default=1)
    return [{n: v[i] if i < len(v) else v[-1] for n, v in inputs.items()} for i in range(longest)]


def blockers_in(arguments: Api) -> list[Any]:
    """Every blocker among arguments, in their lists too."""
    found = [v for value in arguments.values() for v in (value if isinstance(value, list) else [value])]
    return [value for value in found if is_blocker(value)]


def _now(value: Any) -> Any:
    async def wait() -> Any:
        return await value

    return asyncio.run(wait()) if inspect.isawaitable(value) else value
