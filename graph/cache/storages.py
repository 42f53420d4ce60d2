"""How much memory values hold: the distinct storages of the tensors that can be reached from them."""

from __future__ import annotations

import contextlib
import functools
import sys
import types
from collections import deque
from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import islice
from typing import Any, NamedTuple

# Whatever a value is made of, looking through it ends.
MOST_OBJECTS = 100_000
_ATOMS = (type(None), bool, int, float, complex, str, bytes, type, types.ModuleType)
_COLLECTIONS = (list, tuple, set, frozenset, deque)


class Storage(NamedTuple):
    """A piece of memory: the device it lies on, as torch writes it, where, and how many bytes."""

    device: str
    address: int
    size: int


Storages = frozenset[Storage]


def storages(value: Any) -> Storages:
    """The storages that a value holds, each once however many tensors look into it."""
    found = (_storage(part) for part in reachable(value))
    return frozenset(storage for storage in found if storage is not None)


def size_of(held: Iterable[Storage]) -> int:
    """How many bytes they are together."""
    return sum(storage.size for storage in held)


def models(value: Any) -> list[Any]:
    """What can be moved from device to device in place, with parameters of its own; the outermost ones."""
    return [part for part in reachable(value, is_whole=_is_model) if _is_model(part)]


def reachable(value: Any, is_whole: Any = lambda part: False) -> Iterator[Any]:
    """Every object inside a value, itself included, once: through containers, attributes and closures.

    What `is_whole` says yes to is not looked into.
    """
    seen: set[int] = set()
    waiting = [value]
    while waiting and len(seen) < MOST_OBJECTS:
        part = waiting.pop()
        if isinstance(part, _ATOMS) or id(part) in seen:
            continue
        seen.add(id(part))
        yield part
        if not is_whole(part):
            waiting.extend(islice(_inside(part), MOST_OBJECTS))


def _inside(part: Any) -> Iterable[Any]:
    if isinstance(part, Mapping):
        return part.values()
    if isinstance(part, _COLLECTIONS):
        return part
    if isinstance(part, types.FunctionType):
        return _cells(part.__closure__ or ())
    if isinstance(part, types.MethodType):
        return (part.__self__, part.__func__)
    if isinstance(part, functools.partial):
        return (part.func, *part.args, *part.keywords.values())
    return _attributes(part)


def _cells(cells: Collection[types.CellType]) -> Iterator[Any]:
    for cell in cells:
        try:
            yield cell.cell_contents
        except ValueError:  # a name that was never given a value
            continue


def _attributes(part: Any) -> Iterator[Any]:
    with contextlib.suppress(TypeError):  # it has slots only
        yield from vars(part).values()
    for kind in type(part).__mro__:
        if "__slots__" in kind.__dict__:
            members = (m for m in kind.__dict__.values() if isinstance(m, types.MemberDescriptorType))
            yield from _slots(part, members)


def _slots(part: Any, members: Iterable[types.MemberDescriptorType]) -> Iterator[Any]:
    for member in members:
        with contextlib.suppress(AttributeError):  # it was never set
            yield member.__get__(part)


def _storage(part: Any) -> Storage | None:
    # Where torch was never imported there is no tensor.
    torch = sys.modules.get("torch")
    if torch is not None and isinstance(part, torch.Tensor):
        return _of_tensor(part)
    if type(part).__module__ == "numpy" and hasattr(part, "__array_interface__"):
        return _of_array(part)
    return None


def _of_tensor(tensor: Any) -> Storage | None:
    try:
        storage = tensor.untyped_storage()
        found = Storage(str(tensor.device), storage.data_ptr(), storage.nbytes())
    except (RuntimeError, NotImplementedError):  # sparse and other kinds without a storage of their own
        found = Storage(str(tensor.device), id(tensor), tensor.numel() * tensor.element_size())
    return found if found.address and found.size else None


def _of_array(array: Any) -> Storage:
    while getattr(array.base, "__array_interface__", None) is not None:
        array = array.base
    return Storage("cpu", array.__array_interface__["data"][0], array.nbytes)


def _is_model(part: Any) -> bool:
    kind = type(part)
    return callable(getattr(kind, "to", None)) and callable(getattr(kind, "parameters", None))
