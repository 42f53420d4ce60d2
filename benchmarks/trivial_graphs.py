"""Graphs of nodes that do nothing worth mentioning, in API format, and those nodes as V1 classes.

Plain Python and no import of ours: ComfyUI's Python reads this file too.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Api = dict[str, Any]


class Start:
    """A value."""

    CATEGORY, FUNCTION, RETURN_TYPES = "benchmark", "run", ("VALUE",)

    @classmethod
    def INPUT_TYPES(cls) -> Api:  # noqa: N802 - ComfyUI's name
        """Its inputs."""
        return {"required": {"value": ("INT", {"default": 0, "min": 0, "max": 2**31 - 1})}}

    def run(self, value: int) -> tuple[int]:
        """Give it."""
        return (value,)


class Next:
    """The next value."""

    CATEGORY, FUNCTION, RETURN_TYPES = "benchmark", "run", ("VALUE",)

    @classmethod
    def INPUT_TYPES(cls) -> Api:  # noqa: N802 - ComfyUI's name
        """Its inputs."""
        step = {"default": 1, "min": 0, "max": 2**31 - 1}
        return {"required": {"value": ("VALUE",), "step": ("INT", step)}}

    def run(self, value: int, step: int) -> tuple[int]:
        """Add."""
        return (value + step,)


class End:
    """Where a run leads. `mark` tells one from another."""

    CATEGORY, FUNCTION, RETURN_TYPES, OUTPUT_NODE = "benchmark", "run", (), True

    @classmethod
    def INPUT_TYPES(cls) -> Api:  # noqa: N802 - ComfyUI's name
        """Its inputs."""
        mark = {"default": 0, "min": 0, "max": 2**31 - 1}
        return {"required": {"value": ("VALUE",), "mark": ("INT", mark)}}

    def run(self, value: int, mark: int) -> tuple[()]:
        """Do nothing."""
        return ()


CLASSES: dict[str, type] = {"Start": Start, "Next": Next, "End": End}


def chain(count: int) -> Api:
    """One node after another."""
    api = {"0": start(1)}
    for index in range(1, count - 1):
        api[str(index)] = following(str(index - 1))
    api["end"] = end(str(count - 2), 0)
    return api


def chains_of_three(count: int) -> Api:
    """Chains of three nodes beside each other, each with a value of its own."""
    api: Api = {}
    for index in range(0, count, 3):
        api[f"{index}"] = start(index)
        api[f"{index}n"] = following(f"{index}")
        api[f"{index}e"] = end(f"{index}n", 0)
    return api


def one_source(count: int) -> Api:
    """One node whose value all others read."""
    return {"0": start(1)} | {str(index): end("0", index) for index in range(1, count)}


def start(value: int) -> Api:
    """A node that has no parent."""
    return {"class_type": "Start", "inputs": {"value": value}}


def following(source: str) -> Api:
    """A node in the middle."""
    return {"class_type": "Next", "inputs": {"value": [source, 0], "step": 1}}


def end(source: str, mark: int) -> Api:
    """An output node."""
    return {"class_type": "End", "inputs": {"value": [source, 0], "mark": mark}}


SHAPES: dict[str, Callable[[int], Api]] = {
    "chain": chain,
    "chains of three": chains_of_three,
    "one source": one_source,
}
