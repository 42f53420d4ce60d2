"""The header of a safetensors file, read without trusting a byte of it.

The format (https://github.com/huggingface/safetensors): eight bytes of length, that much JSON, then the
tensors. Nothing is read but the header, and of that no more than a model could have.
"""

from __future__ import annotations

import math
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .foreign import LONGEST_MAGIC, check_is_file, refused
from .json_text import parse

# SDXL's 2,515 tensors take 0.3 MB; what people put beside them, such as a thumbnail, is larger.
MOST_BYTES = 8 * 2**20
METADATA = "__metadata__"
_LENGTH = 8
_DENSEST = 6  # bytes to a bracket: JSON of brackets alone would be fifty times as large in memory
_BITS = {
    "BOOL": 8, "U8": 8, "I8": 8, "U16": 16, "I16": 16, "U32": 32, "I32": 32, "U64": 64, "I64": 64,
    "F16": 16, "BF16": 16, "F32": 32, "F64": 64, "C64": 64,
    "F8_E4M3": 8, "F8_E5M2": 8, "F8_E8M0": 8, "F6_E2M3": 6, "F6_E3M2": 6, "F4": 4,
}  # fmt: skip


@dataclass(frozen=True)
class Entry:
    """One tensor as its header declares it."""

    dtype: str
    shape: tuple[int, ...]
    begin: int
    end: int

    @property
    def numbers(self) -> int:
        """How many numbers it has."""
        return math.prod(self.shape)


@dataclass(frozen=True)
class Header:
    """What a file says that it holds, and does."""

    tensors: Mapping[str, Entry]
    metadata: Mapping[str, str]

    def shape(self, name: str) -> tuple[int, ...] | None:
        """The shape of a tensor, or None if there is none of that name."""
        entry = self.tensors.get(name)
        return None if entry is None else entry.shape


def read_header(path: Path) -> Header:
    """The header of a file, checked against the format and against the file's real size.

    Raises:
        ValueError: the file cannot be read, is a pickle or something else, or its header is not what the
            format allows; the text names the file, what is wrong and where.
    """
    check_is_file(path)
    try:
        with path.open("rb") as file:
            size = os.fstat(file.fileno()).st_size
            start = file.read(LONGEST_MAGIC)
            length = _length(path, start, size)
            text = start[_LENGTH : _LENGTH + length] + file.read(max(0, length + _LENGTH - len(start)))
    except OSError as error:
        raise ValueError(f"{path.name} cannot be read: {error.strerror or error}") from None
    try:
        return _header(text, size - _LENGTH - length)
    except ValueError as error:
        raise ValueError(f"{path.name} is no safetensors file: {error}") from None


def _length(path: Path, start: bytes, size: int) -> int:
    by_name = refused(path)
    if by_name is not None:
        raise by_name
    length = int.from_bytes(start[:_LENGTH], "little")
    if len(start) >= _LENGTH and length <= min(size - _LENGTH, MOST_BYTES):
        return length
    raise refused(path, start) or ValueError(f"{path.name} is no safetensors file: {_too_long(length, size)}")


def _too_long(length: int, size: int) -> str:
    if size < _LENGTH:
        return f"it has {size} bytes, too few for the length of a header"
    if length > size - _LENGTH:
        return f"it claims a header of {length:,} bytes and has {size:,} in all; perhaps it is cut off"
    return f"it claims a header of {length:,} bytes, and no model needs more than {MOST_BYTES:,}"


def _header(text: bytes, data: int) -> Header:
    if (
        not text.startswith(b"{")
        or (text.count(b"[") + text.count(b"{")) * _DENSEST > len(text) + 16 * _DENSEST
    ):
        raise ValueError("its header is no list of tensors")
    found = parse(text)
    metadata = _metadata(found.pop(METADATA, {}))
    tensors = {name: _entry(name, value) for name, value in found.items()}
    _check_places(tensors, data)
    return Header(tensors, metadata)


def _metadata(value: Any) -> dict[str, str]:
    if not isinstance(value, dict) or not all(isinstance(each, str) for each in value.values()):
        raise ValueError(f"{METADATA} has to map names to texts")
    return value


def _entry(name: str, value: Any) -> Entry:
    if not isinstance(value, dict) or value.keys() != {"dtype", "shape", "data_offsets"}:
        raise ValueError(f"tensor {name[:80]!r} has to give dtype, shape and data_offsets, and nothing else")
    dtype, shape, places = value["dtype"], value["shape"], value["data_offsets"]
    if not isinstance(dtype, str) or dtype not in _BITS:
        raise ValueError(f"tensor {name[:80]!r} is of an unknown dtype, {str(dtype)[:40]!r}")
    if not _are_counts(shape) or not _are_counts(places) or len(places) != 2:
        raise ValueError(
            f"tensor {name[:80]!r}: shape and data_offsets have to be lists of whole numbers from 0 on"
        )
    begin, end = places
    bits = _BITS[dtype] * math.prod(shape)
    if begin > end or bits % 8 or end - begin != bits // 8:
        raise ValueError(
            f"tensor {name[:80]!r}, {dtype} of shape {str(shape)[:80]}, takes {bits / 8:,.0f} bytes and is "
            f"given {end - begin:,}"
        )
    return Entry(dtype, tuple(shape), begin, end)


def _are_counts(value: Any) -> bool:
    return (
        isinstance(value, list)
        and len(value) <= 16
        and all(type(each) is int and 0 <= each < 2**63 for each in value)
    )


def _check_places(tensors: Mapping[str, Entry], data: int) -> None:
    """Each tensor begins where the one before it ends, and the last ends where the file does."""
    reached = 0
    for name, entry in sorted(tensors.items(), key=lambda item: (item[1].begin, item[1].end)):
        if entry.begin != reached:
            raise ValueError(
                f"tensor {name[:80]!r} begins at byte {entry.begin:,} of the data, and the one before it "
                f"ends at {reached:,}: they have to stand one after the other"
            )
        reached = entry.end
    if reached != data:
        what = "it is cut off" if reached > data else "something was added to it"
        raise ValueError(f"its tensors take {reached:,} bytes and {data:,} are there: {what}")
