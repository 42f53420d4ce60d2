"""The header of a safetensors file: what the format allows is read, and nothing else."""

from __future__ import annotations

import json
import math
import os
import struct
from pathlib import Path
from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors import SafetensorError, safe_open
from safetensors.torch import save
from scorefield.models.checkpoints.header import MOST_BYTES, read_header

from .hostile import little_memory, pickled, safetensors_of, tensor


def refusal(path: Path) -> str:
    with pytest.raises(ValueError) as refused:
        read_header(path)
    assert path.name in str(refused.value)
    return str(refused.value)


def test_a_header_says_what_the_file_holds(tmp_path: Path) -> None:
    tensors = {
        "b": torch.zeros(2, 3, dtype=torch.bfloat16),
        "a": torch.ones(4),
        "empty": torch.zeros(0, 5),
        "one": torch.tensor(True),
    }
    path = tmp_path / "x.safetensors"
    path.write_bytes(save(tensors, {"who": "we"}))
    header = read_header(path)
    assert {name: entry.shape for name, entry in header.tensors.items()} == {
        name: tuple(each.shape) for name, each in tensors.items()
    }
    assert header.tensors["b"].dtype == "BF16" and header.metadata == {"who": "we"}
    assert header.shape("b") == (2, 3) and header.shape("no") is None and header.tensors["b"].numbers == 6


WRONG = {
    "it is empty": (b"", "0 bytes"),
    "it is shorter than a length": (b"1234567", "7 bytes"),
    "it claims 10 GB": (struct.pack("<Q", 10 * 10**9) + b"{}", "10,000,000,000 bytes"),
    "it claims more than there is": (struct.pack("<Q", 3) + b"{}", "cut off"),
    "it claims all there can be": (struct.pack("<Q", 2**64 - 1) + b"{}", "18,446,744,073,709,551,615"),
    "it is cut off in its data": (safetensors_of({"a": tensor()}, b"1234567"), "cut off"),
    "something was added": (safetensors_of({"a": tensor()}, b"123456789"), "added"),
    "it is no JSON": (safetensors_of(b"{,}"), "not JSON"),
    "it is not UTF-8": (safetensors_of(b'{"\xff": 1}'), "UTF-8"),
    "it is a list": (safetensors_of(b"[]"), "list of tensors"),
    "a name stands there twice": (
        safetensors_of('{"a":' + json.dumps(tensor()) + ',"a":' + json.dumps(tensor()) + "}", bytes(8)),
        "'a' stands there twice",
    ),
    "a key stands there twice": (
        safetensors_of('{"a":{"dtype":"F32","dtype":"F32","shape":[2],"data_offsets":[0,8]}}', bytes(8)),
        "'dtype' stands there twice",
    ),
    "an unknown dtype": (safetensors_of({"a": tensor("F128")}, bytes(8)), "F128"),
    "a dtype that is none": (safetensors_of({"a": {**tensor(), "dtype": 7}}, bytes(8)), "dtype"),
    "a shape that is none": (safetensors_of({"a": {**tensor(), "shape": "2"}}, bytes(8)), "shape"),
    "a negative size": (safetensors_of({"a": tensor(shape=(-2,))}, bytes(8)), "whole numbers"),
    "a size that is true": (safetensors_of({"a": tensor(shape=(True, 2))}, bytes(8)), "whole numbers"),
    "half a size": (safetensors_of({"a": tensor(shape=(2.0,))}, bytes(8)), "whole numbers"),
    "NaN for a size": (safetensors_of('{"a":{"dtype":"F32","shape":[NaN],"data_offsets":[0,8]}}'), "NaN"),
    "an endless size": (
        safetensors_of('{"a":{"dtype":"F32","shape":[1e999],"data_offsets":[0,8]}}'),
        "larger",
    ),
    "a size beyond counting": (safetensors_of({"a": tensor(shape=(2**62, 2**62))}, bytes(8)), "takes"),
    "too few bytes": (safetensors_of({"a": tensor(shape=(3,))}, bytes(8)), "takes 12 bytes and is given 8"),
    "too many bytes": (safetensors_of({"a": tensor(shape=(1,))}, bytes(8)), "takes 4 bytes and is given 8"),
    "offsets backwards": (safetensors_of({"a": tensor(shape=(0,), offsets=(8, 0))}, bytes(8)), "is given -8"),
    "three offsets": (safetensors_of({"a": tensor(offsets=(0, 4, 8))}, bytes(8)), "data_offsets"),
    "a gap": (
        safetensors_of({"a": tensor(offsets=(0, 8)), "b": tensor(offsets=(9, 17))}, bytes(17)),
        "'b' begins",
    ),
    "an overlap": (
        safetensors_of({"a": tensor(offsets=(0, 8)), "b": tensor(offsets=(4, 12))}, bytes(12)),
        "one after the other",
    ),
    "a place beyond the file": (
        safetensors_of({"a": tensor(offsets=(2**40, 2**40 + 8))}, bytes(8)),
        "begins",
    ),
    "more than a tensor": (safetensors_of({"a": {**tensor(), "x": 1}}, bytes(8)), "nothing else"),
    "no tensor": (safetensors_of({"a": [1]}), "nothing else"),
    "metadata of numbers": (safetensors_of({"__metadata__": {"a": 1}}), "__metadata__"),
    "metadata that is a text": (safetensors_of({"__metadata__": "a"}), "__metadata__"),
    "brackets without end": (safetensors_of(b'{"a":' + b"[" * 10_000), "list of tensors"),
    "nested without end": (safetensors_of(b'{"a":' + b"[       " * 10_000), "nested without end"),
    "a page of the web": (b"<!DOCTYPE html><html>" * 9, "web page"),
    "a pointer": (b"version https://git-lfs.github.com/spec/v1\noid sha256:0\n", "Git LFS"),
    "another format": (b"GGUF\x03\0\0\0" + bytes(40), "GGUF"),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_the_format_forbids_is_refused_with_what_is_wrong(tmp_path: Path, name: str) -> None:
    content, expected = WRONG[name]
    path = tmp_path / "x.safetensors"
    path.write_bytes(content)
    with little_memory(4 * 2**20):
        assert expected in refusal(path)


def test_a_file_that_really_is_as_large_as_it_claims_is_refused_unread(tmp_path: Path) -> None:
    """10 GB of nothing, which takes no space on the disk."""
    path = tmp_path / "x.safetensors"
    with path.open("wb") as file:
        file.write(struct.pack("<Q", 10 * 10**9 - 8))
        file.truncate(10 * 10**9)
    with little_memory(2**20):
        assert f"no model needs more than {MOST_BYTES:,}" in refusal(path)


DENSE = {
    "empty lists": b"[],",
    "empty objects": b"{},",
    "short texts": b'"ab",',
    "numbers": b"999,",
    "texts with escapes": b'"\\u0100",',
    "a shape": b"1,",
}
# Of those that are read at all, short texts take the most.
LESS_DENSE = ("numbers", "texts with escapes", "a shape")


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=pytest.mark.slow if name in LESS_DENSE else ()) for name in DENSE]
)
def test_the_largest_header_there_may_be_takes_little_memory(tmp_path: Path, name: str) -> None:
    text = b'{"a":[' + DENSE[name] * ((MOST_BYTES - 10) // len(DENSE[name])) + b"0]}"
    path = tmp_path / "x.safetensors"
    path.write_bytes(safetensors_of(text))
    with little_memory():
        refusal(path)


def test_many_names_twice_are_found_at_once(tmp_path: Path) -> None:
    names = [f'"{number}":""' for number in range(300_000)]
    path = tmp_path / "x.safetensors"
    path.write_bytes(safetensors_of("{" + ",".join([*names, '"299999":""']) + "}"))
    assert "'299999' stands there twice" in refusal(path)


@pytest.mark.parametrize("suffix", [".ckpt", ".pt", ".pth", ".bin", ".PT", ".safetensors"])
@pytest.mark.parametrize("protocol", [2, 3, 4, 5])
def test_a_pickle_is_refused_with_the_reason_and_the_way_and_not_run(
    tmp_path: Path, suffix: str, protocol: int
) -> None:
    proof, path = tmp_path / "proof", tmp_path / f"model{suffix}"
    path.write_bytes(pickled(proof, protocol))
    message = refusal(path)
    assert "pickle" in message and "weights_only=True" in message and "model.safetensors" in message
    assert not proof.exists()


def test_what_torch_saves_is_a_pickle_in_a_zip(tmp_path: Path) -> None:
    path = tmp_path / "model.safetensors"
    torch.save({"state_dict": {"a": torch.zeros(2)}}, path)
    assert "is a pickle" in refusal(path)


def test_the_way_to_convert_converts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The line that the refusal gives, run as it stands."""
    monkeypatch.chdir(tmp_path)
    torch.save({"state_dict": {"a": torch.arange(3.0), "epoch": 3}}, "model.ckpt")
    line = refusal(tmp_path / "model.ckpt").partition('python -c "')[2].rpartition('"')[0]
    exec(line, {})
    assert read_header(tmp_path / "model.safetensors").shape("a") == (3,)


def test_what_is_no_file_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.safetensors")
    (tmp_path / "folder.safetensors").mkdir()
    (tmp_path / "loop.safetensors").symlink_to(tmp_path / "loop.safetensors")
    for name in ("pipe", "folder", "loop", "missing"):
        assert "no file" in refusal(tmp_path / f"{name}.safetensors")


names = st.text(max_size=8)
whole = st.integers(-3, 2**66) | st.booleans() | st.floats() | st.none()
values = st.recursive(
    whole | names, lambda each: st.lists(each, max_size=3) | st.dictionaries(names, each, max_size=3)
)
odd = st.fixed_dictionaries(
    {
        "dtype": st.sampled_from(["F32", "F16", "BF16", "U8", "F4", "X"]) | values,
        "shape": st.lists(st.integers(0, 4), max_size=3) | values,
        "data_offsets": st.lists(st.integers(0, 40), min_size=2, max_size=2) | values,
    }
)


@settings(max_examples=300, deadline=None)
@given(
    header=st.dictionaries(names, odd | values, max_size=3) | values,
    data=st.binary(max_size=40),
    cut=st.integers(0, 9),
)
def test_whatever_stands_there_is_read_as_safetensors_itself_reads_it_or_refused(
    tmp_path_factory: pytest.TempPathFactory, header: Any, data: bytes, cut: int
) -> None:
    content = safetensors_of(header, data)
    _agrees(tmp_path_factory, content[: len(content) - cut])


@settings(max_examples=300, deadline=None)
@given(place=st.integers(0, 400), byte=st.integers(0, 255))
def test_one_wrong_byte_never_makes_more_than_safetensors_would(
    tmp_path_factory: pytest.TempPathFactory, place: int, byte: int
) -> None:
    content = bytearray(save({"first": torch.zeros(3), "second": torch.zeros(2, 2, dtype=torch.float16)}))
    content[place % len(content)] = byte
    _agrees(tmp_path_factory, bytes(content))


def _agrees(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / "drawn.safetensors"
    path.write_bytes(content)
    try:
        header = read_header(path)
    except ValueError:
        return
    assert all(math.prod(entry.shape) == entry.numbers for entry in header.tensors.values())
    try:
        with safe_open(path, framework="pt") as file:
            assert set(file.keys()) == set(header.tensors)
    except SafetensorError as error:
        pytest.fail(f"safetensors itself refuses it: {error}")
