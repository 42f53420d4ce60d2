"""One result as the bytes of a safetensors file: the tensors, and all else as JSON in its header."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

from .codec import Decoder, Encoder
from .forms import Damaged, Forms, Unkeepable
from .results import NodeResult, Ui

if TYPE_CHECKING:
    from torch import Tensor

FORMAT = 1
_VALUE, _DIGEST = "scorefield.result", "scorefield.digest"
# Of the JSON. Numbers by the million are for tensors.
_MOST_TEXT = 4 << 20
_LENGTH = 8  # bytes before the header that say how long it is


def packed(key: str, result: NodeResult, forms: Forms, most_bytes: int) -> bytes:
    """A result as the content of a file.

    Raises:
        Unkeepable: the node showed files, or a value has no form on disk, or it is too large.
    """
    from safetensors.torch import save

    encoder = Encoder(forms, most_bytes)
    value = {"outputs": encoder.encode(result.outputs), "ui": encoder.encode(_without_files(result.ui))}
    text = json.dumps({**value, "tensors": encoder.descriptions}, separators=(",", ":"), allow_nan=False)
    if len(text) > _MOST_TEXT:
        raise Unkeepable("a value that is too large beside its tensors")
    numbers = _apart(encoder.numbers)
    header = {_VALUE: text, _DIGEST: _digest(key, text, numbers)}
    return save({str(place): each for place, each in enumerate(numbers)}, metadata=header)


def unpacked(key: str, content: bytes, forms: Forms) -> NodeResult:
    """The result in the content of a file.

    Raises:
        Exception: the file was not written by `packed` under that key, or has changed since; of any kind.
    """
    from safetensors.torch import load

    header = _header(content)
    text = header[_VALUE]
    tensors = load(content)
    numbers = [tensors[str(place)] for place in range(len(tensors))]
    if header[_DIGEST] != _digest(key, text, numbers):
        raise Damaged("the content is not what was written")
    value = json.loads(text)
    decoder = Decoder(forms, value["tensors"], numbers)
    return _checked(decoder.decode(value["outputs"]), decoder.decode(value["ui"]))


def _without_files(ui: Ui) -> dict[str, list[Any]]:
    """What a node showed; files may be gone by the time somebody asks."""
    if any(isinstance(item, Mapping) for items in ui.values() for item in items):
        raise Unkeepable("a node that showed files")
    return {kind: list(items) for kind, items in ui.items()}


def _header(content: bytes) -> Mapping[str, str]:
    length = int.from_bytes(content[:_LENGTH], "little")
    if length > min(len(content), 4 * _MOST_TEXT):
        raise Damaged("a header longer than the file, or than any that is written")
    found: Mapping[str, str] = json.loads(content[_LENGTH : _LENGTH + length])["__metadata__"]
    if len(found[_VALUE]) > _MOST_TEXT:
        raise Damaged("a longer text than any that is written")
    return found


def _digest(key: str, text: str, numbers: Iterable[Tensor]) -> str:
    import torch

    digest = blake2b(f"{FORMAT}\0{key}\0{text}\0".encode(), digest_size=16)
    for each in numbers:
        digest.update(each.view(torch.uint8).numpy().data)
    return digest.hexdigest()


def _apart(tensors: Iterable[Tensor]) -> list[Tensor]:
    """The same numbers, no two tensors looking into one memory: safetensors takes no others."""
    apart: dict[int, Tensor] = {}
    for each in tensors:
        storage = each.untyped_storage()
        is_alone = storage.nbytes() == each.nbytes and storage.data_ptr() not in apart
        own = each if is_alone else each.clone()
        apart[own.untyped_storage().data_ptr() or -len(apart) - 1] = own
    return list(apart.values())


def _checked(outputs: Any, ui: Any) -> NodeResult:
    if not isinstance(outputs, tuple) or not all(isinstance(values, list) for values in outputs):
        raise Damaged("outputs that are no lists of values")
    if not isinstance(ui, dict) or not all(isinstance(items, list) for items in ui.values()):
        raise Damaged("a display that is no lists of items")
    return NodeResult(outputs, ui)
