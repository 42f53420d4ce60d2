"""Tensors as rows of bytes with a description, and back: equal to the bit, and laid out alike in memory.

The layout is kept because sums and vectorised functions round differently along another one.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from .forms import Damaged, Unkeepable

if TYPE_CHECKING:
    from torch import Tensor

# What safetensors of every version knows; other types travel as bytes.
_NATIVE = frozenset({
    *("bool", "uint8", "int8", "int16", "int32", "int64", "float16", "bfloat16", "float32", "float64"),
})  # fmt: skip
_OTHER = frozenset({
    *("uint16", "uint32", "uint64", "complex64", "complex128"),
    *("float8_e4m3fn", "float8_e5m2", "float8_e4m3fnuz", "float8_e5m2fnuz"),
})  # fmt: skip
_DEVICES = re.compile(r"(cpu|cuda|mps|xpu)(:\d{1,3})?")
# A slice of a larger tensor comes back with its gaps, as long as those are not most of it.
_GAPS = 4
_SMALL = 1024


def is_tensor(value: Any) -> bool:
    """Whether it is a plain tensor; subclasses are something else, and torch may not even be there."""
    kind = type(value)
    return kind.__name__ == "Tensor" and kind.__module__ == "torch"


def taken_apart(tensor: Tensor, most_bytes: int) -> tuple[list[Any], Tensor]:
    """A description in JSON values, and the numbers one after the other, on the CPU.

    Raises:
        Unkeepable: a tensor that is not simply numbers in memory, or of more bytes than these.
    """
    import torch

    dtype = str(tensor.dtype).removeprefix("torch.")
    device = str(tensor.device)
    is_plain = tensor.layout == torch.strided and dtype in _NATIVE | _OTHER and not tensor.requires_grad
    if not is_plain or not _DEVICES.fullmatch(device):
        raise Unkeepable(f"a tensor of {dtype} on {device}")
    tensor = tensor.resolve_conj().resolve_neg()
    shape, strides = list(tensor.shape), list(tensor.stride())
    once = tensor[tuple(slice(0, size) for size in _sizes_without_repeats(shape, strides))]
    if once.nbytes > most_bytes or not _has_place_for_each(list(once.shape), strides):
        raise Unkeepable("a tensor that is too large, or whose elements overlap")
    # A view would keep the stride of a dimension of 1, whatever that is.
    numbers = once.detach().cpu().contiguous().as_strided((once.numel(),), (1,))
    return [dtype, device, shape, strides], numbers if dtype in _NATIVE else numbers.view(torch.uint8)


def put_together(description: Any, numbers: Tensor) -> Tensor:
    """The tensor of a description and its numbers.

    Raises:
        Damaged: they do not belong together.
    """
    import torch

    dtype, device, shape, strides = _checked(description)
    if dtype not in _NATIVE:
        numbers = numbers.view(getattr(torch, dtype))
    sizes = _sizes_without_repeats(shape, strides)
    if numbers.dtype != getattr(torch, dtype) or not _has_place_for_each(sizes, strides):
        raise Damaged(f"numbers of {numbers.dtype} for {description}")
    laid_out = torch.empty_strided(sizes, strides, dtype=numbers.dtype, device=device)
    return laid_out.copy_(numbers.view(sizes)).expand(shape)


def _checked(description: Any) -> tuple[str, str, list[int], list[int]]:
    dtype, device, shape, strides = description
    if dtype not in _NATIVE | _OTHER or not _DEVICES.fullmatch(device):
        raise Damaged(f"a tensor of {dtype!r} on {device!r}")
    numbers = [*shape, *strides]
    if len(shape) != len(strides) or not all(type(n) is int and 0 <= n < 2**48 for n in numbers):
        raise Damaged("a tensor without a proper shape")
    return dtype, device, shape, strides


def _sizes_without_repeats(shape: list[int], strides: list[int]) -> list[int]:
    """The shape with 1 along the dimensions where one element stands for all, as `expand` makes them."""
    return [min(size, 1) if stride == 0 else size for size, stride in zip(shape, strides, strict=True)]


def _has_place_for_each(sizes: list[int], strides: list[int]) -> bool:
    """Whether no two elements share a place, and the places without one are not too many."""
    if 0 in sizes:
        return True
    count, reach = 1, 1
    for size, stride in sorted(zip(sizes, strides, strict=True), key=lambda pair: pair[1]):
        if size > 1 and stride < reach:
            return False
        count *= size
        reach += (size - 1) * stride
    return reach <= _GAPS * count + _SMALL
