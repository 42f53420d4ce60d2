"""Random graphs of the pack's nodes."""

from __future__ import annotations

from typing import Any, NamedTuple

from hypothesis import strategies as st

from .pack import CLASSES, Api

# Whose values are single and never block as long as those of their parents are and do not.
_PLAIN = frozenset({"Value", "Sum", "AsyncSum", "Pair", "Fail", "AsyncFail", "Total"})


class Case(NamedTuple):
    """A graph and what it is run for."""

    api: Api
    targets: list[str]


@st.composite
def cases(draw: st.DrawFn, most: int = 12) -> Case:
    """A graph whose nodes are linked to earlier ones, in any order in the file."""
    api: Api = {"0": {"class_type": "Value", "inputs": {"n": draw(st.integers(-3, 6))}}}
    plain, reserved = {"0"}, set[str]()
    for index in range(1, draw(st.integers(2, most))):
        name = str(index)
        api[name] = _node(draw, api, plain, reserved)
        given = [value[0] for value in api[name]["inputs"].values() if isinstance(value, list)]
        if api[name]["class_type"] in _PLAIN and plain.issuperset(given):
            plain.add(name)
    free = [name for name in api if name not in reserved]
    targets = draw(st.lists(st.sampled_from(free), min_size=1, max_size=4, unique=True))
    return Case({name: api[name] for name in draw(st.permutations(list(api)))}, targets)


def _node(draw: st.DrawFn, api: Api, plain: set[str], reserved: set[str]) -> Api:
    class_type = draw(st.sampled_from(sorted(CLASSES)))
    kind: Any = CLASSES[class_type]
    inputs: Api = {}
    for name, entry in {**kind.REQUIRED, **kind.OPTIONAL}.items():
        options = entry[1] if len(entry) > 1 else {}
        if name in kind.OPTIONAL and draw(st.booleans()):
            continue
        if entry[0] == "INT":
            inputs[name] = draw(st.integers(max(options["min"], -3), min(options["max"], 6)))
        elif entry[0] == "BOOLEAN":
            inputs[name] = draw(st.booleans())
        else:
            inputs[name] = _link(draw, api, plain, reserved, bool(options.get("lazy")))
    return {"class_type": class_type, "inputs": inputs}


def _link(draw: st.DrawFn, api: Api, plain: set[str], reserved: set[str], lazy: bool) -> list[Any]:
    """A link to an earlier node.

    A lazy input gets the value of a node that somebody else has asked for already, whether it is wanted or
    not; that its list and its blockers then count depends on the order of things. So what is lazy here
    is either nobody else's, or one plain value.
    """
    sources = [name for name in api if CLASSES[api[name]["class_type"]].RETURN_TYPES and name not in reserved]  # type: ignore[attr-defined]
    if lazy:
        read = {value[0] for body in api.values() for value in body["inputs"].values() if _is_link(value)}
        sources = [name for name in sources if name in plain or name not in read]
    source = draw(st.sampled_from(sources or ["0"]))
    if lazy and source not in plain:
        reserved.add(source)
    outputs = len(CLASSES[api[source]["class_type"]].RETURN_TYPES)  # type: ignore[attr-defined]
    return [source, draw(st.integers(0, outputs - 1)) if outputs > 1 else 0]


def _is_link(value: Any) -> bool:
    return isinstance(value, list)
