"""Socket names that packs make equal to everything, and inputs that only a graph can give."""

from __future__ import annotations

from typing import Any

import pytest
from scorefield.graph.v1.reader import read_v1

from .conftest import Api, RunV1, node, shown, value


class EqualsAll(str):
    """A wildcard as packs write it; without a hash, since it says how it equals."""

    def __eq__(self, other: object) -> bool:
        return True

    def __ne__(self, other: object) -> bool:
        return False


class UnequalToNone(str):
    """The other way they write it."""

    __slots__ = ()

    def __ne__(self, other: object) -> bool:
        return False


class Partly(str):
    """A union that fits whatever shares a name with it."""

    __slots__ = ()

    def __ne__(self, other: object) -> bool:
        return not set(self.split(",")) & set(str(other).split(","))


def passing(kind: str) -> type:
    """A class that takes a socket of that name and gives one."""

    class Pass:
        CATEGORY, FUNCTION, RETURN_TYPES = "test", "run", (kind,)

        @classmethod
        def INPUT_TYPES(cls) -> Api:
            return {"required": {"value": (kind,)}}

        def run(self, value: Any) -> tuple[Any]:
            return (value,)

    return Pass


@pytest.mark.parametrize("kind", [EqualsAll("*"), EqualsAll("ANY"), UnequalToNone("*"), UnequalToNone("ANY")])
def test_a_name_that_is_unequal_to_nothing_is_a_wildcard(
    run_v1: RunV1, nodes: dict[str, type], kind: str
) -> None:
    nodes["Pass"] = passing(kind)
    api = {"v": value(3), "p": node("Pass", value="v"), "s": node("Sum", a="p")}
    assert shown(run_v1(api | {"out": node("Show", value="s")})) == ["3"]


def test_a_name_that_is_unequal_to_some_stays_itself() -> None:
    definition = read_v1("Pass", passing(Partly("A,B")))
    assert definition.inputs[0].type == definition.outputs[0].type == "A,B"
    assert [definition.inputs[0].type != other for other in ("B,C", "C")] == [False, True]


class Hidden:
    """Has a hidden input that no host gives, and one that it does."""

    CATEGORY, FUNCTION, RETURN_TYPES = "test", "run", ("VALUE",)

    @classmethod
    def INPUT_TYPES(cls) -> Api:
        return {"required": {}, "hidden": {"own": "UNIQUE_ID", "extra": ("*",), "more": "INT"}}

    def run(self, own: str, extra: Any = "none", more: Any = "none") -> tuple[str]:
        return (f"{own} {extra} {more}",)


@pytest.mark.parametrize(
    ("given", "told"), [({}, "h none none"), ({"more": 7}, "h none 7"), ({"extra": "v"}, "h 3 none")]
)
def test_a_hidden_input_that_is_not_the_host_s_comes_from_the_graph_or_not_at_all(
    run_v1: RunV1, nodes: dict[str, type], given: Api, told: str
) -> None:
    nodes["Hidden"] = Hidden
    api = {"v": value(3), "h": node("Hidden", **given), "out": node("Show", value="h")}
    assert shown(run_v1(api)) == [told]
