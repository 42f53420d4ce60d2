"""V1 classes that do, between them, everything the contract allows: numbers in, numbers out."""

from __future__ import annotations

import asyncio
from typing import Any, ClassVar

from scorefield.graph.blocking import ExecutionBlocker
from scorefield.graph.v1.reader import read_v1

Api = dict[str, Any]
VALUE = ("VALUE",)
UP_TO_3, UP_TO_4 = {"min": 0, "max": 3}, {"min": 0, "max": 4}
LAZY = ("VALUE", {"lazy": True})


class Node:
    """One VALUE in, one out."""

    CATEGORY, FUNCTION, RETURN_TYPES = "fuzz", "run", VALUE
    REQUIRED: ClassVar[Api] = {}
    OPTIONAL: ClassVar[Api] = {}
    HIDDEN: ClassVar[Api] = {}

    @classmethod
    def INPUT_TYPES(cls) -> Api:
        return {"required": cls.REQUIRED, "optional": cls.OPTIONAL, "hidden": cls.HIDDEN}


class Value(Node):
    REQUIRED, OPTIONAL = {"n": ("INT", {"min": -100, "max": 100})}, {}

    def run(self, n: int) -> tuple[int]:
        return (n,)


class Sum(Node):
    REQUIRED, OPTIONAL = {"a": VALUE}, {"b": VALUE, "c": VALUE}

    def run(self, **terms: int) -> tuple[int]:
        return (sum(terms.values()),)


class AsyncSum(Node):
    REQUIRED, OPTIONAL = {"a": VALUE}, {"b": VALUE, "turns": ("INT", {"min": 0, "max": 3})}

    async def run(self, a: int, b: int = 0, turns: int = 0) -> tuple[int]:
        for _ in range(turns):
            await asyncio.sleep(0)
        return (a + b,)


class Pair(Node):
    REQUIRED, RETURN_TYPES = {"a": VALUE}, ("VALUE", "VALUE")

    def run(self, a: int) -> tuple[int, int]:
        return a, a + 1


class Range(Node):
    REQUIRED, OUTPUT_IS_LIST = {"a": VALUE, "count": ("INT", {"min": 0, "max": 3})}, (True,)

    def run(self, a: int, count: int) -> tuple[list[int]]:
        return ([a + i for i in range(count)],)


class Total(Node):
    REQUIRED, OPTIONAL, INPUT_IS_LIST = {"a": VALUE}, {"b": VALUE}, True

    def run(self, a: list[int], b: list[int] | None = None) -> tuple[int]:
        return (sum(a) + sum(b or []),)


class Pick(Node):
    """Of two lazy inputs, the first where the mask is even."""

    REQUIRED, OPTIONAL = {"mask": VALUE}, {"a": LAZY, "b": LAZY}

    def check_lazy_status(self, mask: int, **given: Any) -> list[str]:
        name = "b" if mask % 2 else "a"
        return [name] if name in given and given[name] is None else []

    def run(self, mask: int, a: int | None = None, b: int | None = None) -> tuple[int]:
        picked = b if mask % 2 else a
        return (mask if picked is None else picked,)


class AsyncPick(Pick):
    async def check_lazy_status(self, mask: int, **given: Any) -> list[str]:  # type: ignore[override]
        await asyncio.sleep(0)
        return super().check_lazy_status(mask, **given)


class Gate(Node):
    """Blocks every second or third value, silently or with a message."""

    REQUIRED, OPTIONAL = {"a": VALUE, "every": ("INT", {"min": 1, "max": 3}), "aloud": ("BOOLEAN", {})}, {}

    def run(self, a: int, every: int, aloud: bool) -> tuple[Any]:
        return (a if a % every else ExecutionBlocker("stop here" if aloud else None),)


class Fail(Node):
    """Fails for every second or third value."""

    REQUIRED, OPTIONAL = {"a": VALUE, "every": ("INT", {"min": 1, "max": 3})}, {}

    def run(self, a: int, every: int) -> tuple[int]:
        if a % every == 0:
            raise ValueError("it was bound to fail")
        return (a,)


class AsyncFail(Fail):
    async def run(self, a: int, every: int) -> tuple[int]:  # type: ignore[override]
        await asyncio.sleep(0)
        return super().run(a, every)


class Expand(Node):
    """Stands for a graph with a smaller one of itself in it."""

    REQUIRED, HIDDEN = {"a": VALUE, "depth": ("INT", UP_TO_3), "end": ("INT", UP_TO_4)}, {"id": "UNIQUE_ID"}

    def __init__(self) -> None:
        self.calls = 0

    def run(self, a: int, depth: int, end: int, id: str) -> Any:
        self.calls += 1
        name = f"{id}.{self.calls}"
        if depth == 0:
            return ENDS[end](name, a)
        inner = {"a": [f"{name}.v", 0], "depth": depth - 1, "end": end}
        graph = {f"{name}.v": value(a + 1), f"{name}.e": {"class_type": "Expand", "inputs": inner}}
        graph[f"{name}.show"] = {"class_type": "Show", "inputs": {"a": [f"{name}.v", 0]}}
        return {"result": ([f"{name}.e", 0],), "expand": graph}


class Copy(Node):
    """Stands for a sum of what it is linked to, of which it gets the link."""

    REQUIRED, HIDDEN = {"a": ("VALUE", {"rawLink": True})}, {"id": "UNIQUE_ID"}

    def run(self, a: list[Any], id: str) -> Api:
        graph = {f"{id}.s": {"class_type": "Sum", "inputs": {"a": a, "b": [f"{id}.v", 0]}}}
        return {"result": ([f"{id}.s", 0],), "expand": {**graph, f"{id}.v": value(1)}}


class Show(Node):
    REQUIRED, RETURN_TYPES, OUTPUT_NODE = {"a": VALUE}, (), True

    def run(self, a: int) -> Api:
        return {"ui": {"text": (str(a),)}}


def value(n: int) -> Api:
    """A node that gives a number."""
    return {"class_type": "Value", "inputs": {"n": n}}


def _blocked(name: str, a: int) -> Api:
    gate = {"class_type": "Gate", "inputs": {"a": [f"{name}.v", 0], "every": 1, "aloud": a % 2 == 0}}
    return {"result": ([f"{name}.g", 0],), "expand": {f"{name}.v": value(a % 7), f"{name}.g": gate}}


def _failing(name: str, a: int) -> Api:
    fail = {"class_type": "Fail", "inputs": {"a": [f"{name}.v", 0], "every": 1}}
    return {"result": ([f"{name}.f", 0],), "expand": {f"{name}.v": value(a % 7), f"{name}.f": fail}}


def _lazy(name: str, a: int) -> Api:
    pick = {"mask": [f"{name}.v", 0], "a": [f"{name}.v", 0], "b": [f"{name}.w", 0]}
    graph = {f"{name}.v": value(a % 7), f"{name}.w": value(5)}
    return {
        "result": ([f"{name}.p", 0],),
        "expand": {**graph, f"{name}.p": {"class_type": "Pick", "inputs": pick}},
    }


# What an expansion comes down to: a value, a value of the graph, nothing, a failure, a choice.
ENDS = (
    lambda name, a: (a,),
    lambda name, a: {"result": (a,), "expand": {}},
    _blocked,
    _failing,
    _lazy,
)
CLASSES: dict[str, type] = {
    kind.__name__: kind
    for kind in (
        *(Value, Sum, AsyncSum, Pair, Range, Total, Pick, AsyncPick),
        *(Gate, Fail, AsyncFail, Expand, Copy, Show),
    )
}
DEFINITIONS = {name: read_v1(name, kind) for name, kind in CLASSES.items()}


def node(class_type: str, **inputs: Any) -> Api:
    """A node; a text is the id of the node that an input is linked to."""
    links = {name: [given, 0] if isinstance(given, str) else given for name, given in inputs.items()}
    return {"class_type": class_type, "inputs": links}


# One of each, to be damaged.
SAMPLE: Api = {
    "1": value(4),
    "2": node("Sum", a="1", b="1"),
    "3": node("AsyncSum", a="2", turns=2),
    "4": node("Pair", a="3"),
    "5": node("Range", a="4", count=3),
    "6": node("Gate", a="5", every=2, aloud=True),
    "7": node("Pick", mask="5", a="6", b="1"),
    "8": node("Expand", a="5", depth=1, end=4),
    "9": node("Copy", a="8"),
    "10": node("Total", a="9", b="5"),
    "11": node("Fail", a="10", every=3),
    "12": node("Show", a="7"),
    "13": node("Show", a="11"),
}
