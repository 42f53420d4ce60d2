"""A small pack of V1 classes, and a short way to run graphs of them as a pack's nodes run."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from scorefield.graph.cache import Cache, MemoryCache
from scorefield.graph.contract import Definition
from scorefield.graph.events import Listener
from scorefield.graph.execution.executor import execute
from scorefield.graph.host import Host
from scorefield.graph.result import RunResult
from scorefield.graph.v1.reader import read_v1
from scorefield.graph.validation import plan
from scorefield.graph.workflow import read_api

Api = dict[str, Any]
RunV1 = Callable[..., RunResult]


class Value:
    """Gives its constant."""

    CATEGORY, FUNCTION, RETURN_TYPES = "test", "run", ("VALUE",)

    @classmethod
    def INPUT_TYPES(cls) -> Api:
        return {"required": {"value": ("INT", {"default": 0, "min": -100, "max": 100})}}

    def run(self, value: int) -> tuple[int]:
        return (value,)


class Sum:
    """Adds whatever it is linked to, declared or not."""

    CATEGORY, FUNCTION, RETURN_TYPES = "test", "run", ("VALUE",)

    @classmethod
    def INPUT_TYPES(cls) -> Api:
        return {"required": {}, "optional": {"a": ("VALUE",), "b": ("VALUE",)}}

    def run(self, **values: int) -> tuple[int]:
        return (sum(values.values()),)


class Show:
    """An output node."""

    CATEGORY, FUNCTION, RETURN_TYPES, OUTPUT_NODE = "test", "run", (), True

    @classmethod
    def INPUT_TYPES(cls) -> Api:
        return {"required": {"value": ("*",)}}

    def run(self, value: object) -> Api:
        return {"ui": {"text": (str(value),)}}


class Mix:
    """Of two lazy inputs asks for those it will use."""

    CATEGORY, FUNCTION, RETURN_TYPES = "test", "run", ("VALUE",)

    @classmethod
    def INPUT_TYPES(cls) -> Api:
        return {
            "required": {
                "a": ("VALUE", {"lazy": True}),
                "b": ("VALUE", {"lazy": True}),
                "mask": ("VALUE",),
            }
        }

    def check_lazy_status(self, a: Any, b: Any, mask: int) -> list[str]:
        return [
            name for name, value, used in (("a", a, mask < 10), ("b", b, mask > 0)) if used and value is None
        ]

    def run(self, a: Any, b: Any, mask: int) -> tuple[int]:
        return (b if mask >= 10 else a if mask <= 0 else a + b,)


class Fail:
    """Raises."""

    CATEGORY, FUNCTION, RETURN_TYPES = "test", "run", ("VALUE",)

    @classmethod
    def INPUT_TYPES(cls) -> Api:
        return {"required": {"value": ("VALUE",)}}

    def run(self, value: int) -> tuple[int]:
        raise RuntimeError("it was bound to fail")


NODES: dict[str, type] = {"Value": Value, "Sum": Sum, "Show": Show, "Mix": Mix, "Fail": Fail}


def value(number: int) -> Api:
    return {"class_type": "Value", "inputs": {"value": number}}


def text(words: str) -> Api:
    """A text as a constant; bare, it would be the id of a node."""
    return {"__value__": words}


def node(class_type: str, **inputs: Any) -> Api:
    """A node; a text as an input is the id of the node it is linked to."""
    links = {name: [given, 0] if isinstance(given, str) else given for name, given in inputs.items()}
    return {"class_type": class_type, "inputs": links}


@pytest.fixture
def nodes() -> dict[str, type]:
    """The classes, in a mapping the test may add to."""
    return dict(NODES)


@pytest.fixture
def cache() -> MemoryCache:
    return MemoryCache()


@pytest.fixture
def definitions(nodes: dict[str, type]) -> Callable[[], dict[str, Definition]]:
    """What the classes are read as, once the test has added its own."""
    return lambda: {name: read_v1(name, kind) for name, kind in nodes.items()}


@pytest.fixture
def run_v1(definitions: Callable[[], dict[str, Definition]], tmp_path: Path) -> RunV1:
    """Run a graph in API format, every node whose id begins with "out" or all output nodes."""
    instances: dict[Any, Any] = {}

    def run(
        api: Api,
        targets: list[str] | None = None,
        cache: Cache | None = None,
        listener: Listener | None = None,
    ) -> RunResult:
        host = Host(tmp_path / "out", prompt=api, instances=instances)
        return execute(plan(read_api(api), definitions(), targets), host, cache=cache, listener=listener)

    return run


def shown(result: RunResult, node_id: str = "out") -> list[str]:
    """The texts a node showed."""
    return list(result.ui.get(node_id, {}).get("text", []))
