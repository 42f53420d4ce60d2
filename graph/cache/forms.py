"""Types that can be kept on disk: each as parts that can be kept themselves, and made again of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any


class Unkeepable(Exception):  # noqa: N818 - names the state of the value
    """A value, or something inside it, has no form on disk."""


class Damaged(Exception):  # noqa: N818 - names the state of the entry
    """What lies on disk is not what was written there."""


@dataclass(frozen=True)
class Form:
    """How values of one type are kept.

    Attributes:
        name: what the type is called on disk; never changes once results lie there.
        kind: the type itself; values of a subclass are not kept.
        to_parts: a value's parts: tensors, numbers, texts, containers and other types that have a form.
        from_parts: a value of such parts. It may be handed anything, and may raise anything.
    """

    name: str
    kind: type
    to_parts: Callable[[Any], Any]
    from_parts: Callable[[Any], Any]


class Forms:
    """The types that can be kept, by type and by name."""

    def __init__(self, forms: Iterable[Form] = ()) -> None:
        self.by_kind: Mapping[type, Form] = {form.kind: form for form in forms}
        self.by_name: Mapping[str, Form] = {form.name: form for form in self.by_kind.values()}


def of_fields(name: str, kind: Callable[..., Any], /, **fields: Any) -> Form:
    """The form of a type that is made of its fields alone; each with its type, or types."""

    def to_parts(value: Any) -> dict[str, Any]:
        return {field: getattr(value, field) for field in fields}

    def from_parts(parts: Any) -> Any:
        for field, expected in fields.items():
            if not isinstance(parts[field], expected):
                raise Damaged(f"{name}.{field} is a {type(parts[field]).__name__}")
        return kind(**{field: parts[field] for field in fields})

    assert isinstance(kind, type)
    return Form(name, kind, to_parts, from_parts)
