"""Values on disk and back: equal to the bit, or not kept at all."""

from __future__ import annotations

import math
from collections import OrderedDict, namedtuple
from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from scorefield.graph.cache.entry import packed, unpacked
from scorefield.graph.cache.forms import Unkeepable
from torch import Tensor

from .conftest import FORMS, Box, Pair, Positive, result, same

DTYPES = [
    *(torch.bool, torch.uint8, torch.int8, torch.int16, torch.int32, torch.int64),
    *(torch.float16, torch.bfloat16, torch.float32, torch.float64, torch.complex64, torch.complex128),
    *(torch.uint16, torch.float8_e4m3fn),
]
LAYOUTS = {
    "plain": lambda t: t,
    "transposed": lambda t: t.mT,
    "every other": lambda t: t[..., ::2],
    "a slice": lambda t: t[..., 1:],
    "one for all": lambda t: t[..., :1].expand(t.shape),
    "one number": lambda t: t.flatten()[0] if t.numel() else t,
    "nothing": lambda t: t[:0],
    "channels last": lambda t: t[None].contiguous(memory_format=torch.channels_last),
}


@st.composite
def tensors(draw: st.DrawFn) -> Tensor:
    dtype = draw(st.sampled_from(DTYPES))
    shape = [draw(st.integers(0, 4)) for _ in range(3)]
    size = math.prod(shape) * dtype.itemsize
    bits = torch.randint(0, 256, (size,), generator=torch.Generator().manual_seed(draw(st.integers(0, 99))))
    raw = bits.to(torch.uint8)
    plain = (raw % 2).bool() if dtype == torch.bool else raw.view(dtype)
    made: Tensor = LAYOUTS[draw(st.sampled_from(sorted(LAYOUTS)))](plain.view(shape))
    return made


scalars = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(allow_nan=True), st.text(), st.just(-0.0), tensors()
)
keys = st.one_of(st.text(), st.integers(), st.booleans(), st.none(), st.tuples(st.integers(), st.text()))
values = st.recursive(
    scalars,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.lists(inner, max_size=4).map(tuple),
        st.dictionaries(keys, inner, max_size=4),
        st.builds(Pair, inner, inner),
        st.builds(Box, inner),
    ),
    max_leaves=12,
)


def kept(*given_values: Any, **ui: list[Any]) -> Any:
    """What comes back of one output's values."""
    return unpacked("key", packed("key", result(*given_values, **ui), FORMS, 1 << 20), FORMS)


@settings(max_examples=300, deadline=None)
@given(st.lists(values, max_size=3))
def test_what_is_kept_comes_back_to_the_bit(given_values: list[Any]) -> None:
    assert same(list(kept(*given_values).outputs[0]), given_values)


@pytest.mark.parametrize("dtype", DTYPES, ids=str)
@pytest.mark.parametrize("layout", sorted(LAYOUTS))
def test_every_kind_of_tensor_in_every_layout(dtype: torch.dtype, layout: str) -> None:
    tensor = LAYOUTS[layout](torch.arange(24).view(2, 3, 4).to(torch.float32).to(dtype))
    [back] = kept(tensor).outputs[0]
    assert same(back, tensor)


def test_bits_of_what_is_no_number_stay() -> None:
    [quiet, negative] = kept(float("nan"), math.copysign(float("nan"), -1)).outputs[0]
    assert same([quiet, negative], [float("nan"), math.copysign(float("nan"), -1)])
    payload = torch.tensor([0x7FC00001, -1], dtype=torch.int32).view(torch.float32)
    assert same(kept(payload).outputs[0][0], payload)


def test_what_was_shared_is_shared_again() -> None:
    tensor = torch.ones(3)
    pair = Pair(tensor, [tensor])
    [one, other, alone] = kept(pair, pair, tensor).outputs[0]
    assert one is other and one.left is one.right[0] is alone


def test_two_views_of_one_memory_are_both_kept() -> None:
    whole = torch.arange(6.0)
    assert same(kept(whole, whole.view(2, 3), whole[2:]).outputs[0], [whole, whole.view(2, 3), whole[2:]])


def test_texts_that_a_node_showed_come_back() -> None:
    assert kept(1, text=["loss 0.1", "ä"]).ui == {"text": ["loss 0.1", "ä"]}


class Stranger:
    """A type without a form."""


class ExecutionBlocker:
    """Known by its name, whoever's class it is."""


class Heir(Pair):
    """A subclass of a type that has a form: it may hold more."""


Point = namedtuple("Point", "x y")
loop: list[Any] = []
loop.append(loop)
wide: list[Any] = [0]
for _ in range(60):
    wide = [wide, wide]
overlapping = torch.arange(6.0).as_strided((4, 3), (1, 1))


@pytest.mark.parametrize(
    "value",
    [
        Stranger(),
        [{"deep": (Stranger(),)}],
        Pair(1, Stranger()),
        Heir(1, 2),
        Point(1, 2),
        OrderedDict(a=1),
        {1, 2},
        b"bytes",
        1j,
        loop,
        wide,
        10**5000,
        chr(0xD83D) + chr(0xDE00),
        torch.ones(2, requires_grad=True),
        torch.nn.Parameter(torch.ones(2)),
        torch.nn.Linear(2, 2),
        torch.ones(2).to_sparse(),
        torch.empty(2, device="meta"),
        overlapping,
        torch.zeros(4_000_000)[::2_000_000],
        torch.zeros((1 << 18) + 1),
        ExecutionBlocker(),
        [1, ExecutionBlocker()],
    ],
    ids=lambda value: type(value).__name__,
)
def test_what_has_no_form_is_not_kept(value: Any) -> None:
    with pytest.raises(Unkeepable):
        kept(value)


def test_a_node_that_showed_files_is_not_kept() -> None:
    with pytest.raises(Unkeepable):
        kept(1, images=[{"filename": "a.png"}])


def test_the_bound_counts_what_is_written_and_not_what_it_stands_for() -> None:
    [back] = kept(torch.zeros(1, 1).expand(5000, 5000)).outputs[0]
    assert back.shape == (5000, 5000) and back.untyped_storage().nbytes() == 4
    half = torch.zeros(1 << 17)
    with pytest.raises(Unkeepable):
        kept(half, half + 1, half + 2)


def test_types_that_refuse_their_parts_are_not_forced() -> None:
    content = packed("key", result(Positive(5)), FORMS, 1 << 20)
    assert unpacked("key", content, FORMS).outputs[0][0].number == 5
    value = Positive(5)
    value.number = -5
    with pytest.raises(ValueError, match="above 0"):
        unpacked("key", packed("key", result(value), FORMS, 1 << 20), FORMS)
