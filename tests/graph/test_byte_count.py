"""Amounts of memory, read and written."""

from __future__ import annotations

import pytest
from scorefield.graph.byte_count import parse_bytes, written
from scorefield.graph.errors import InvalidWorkflow


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("4G", 4 << 30),
        ("512M", 512 << 20),
        ("1.5g", 3 << 29),
        ("2 GiB", 2 << 30),
        ("10kb", 10 << 10),
        ("1T", 1 << 40),
        (" 800 ", 800),
        ("800B", 800),
    ],
)
def test_amounts_are_read(text: str, expected: int) -> None:
    assert parse_bytes(text) == expected


@pytest.mark.parametrize("text", ["", "G", "-4G", "4 apples", "0", "0.0001", "1e9", "nan", "4GG", "9" * 400])
def test_what_is_no_amount_is_refused_with_what_would_be(text: str) -> None:
    with pytest.raises(InvalidWorkflow, match=r"is no amount of memory; write 512M, 4G or 1\.5G"):
        parse_bytes(text)


@pytest.mark.parametrize(
    ("amount", "expected"),
    [(0, "0 bytes"), (1023, "1023 bytes"), (1536, "1.5 KiB"), (5 << 30, "5.0 GiB"), (5 << 50, "5120.0 TiB")],
)
def test_amounts_are_written(amount: int, expected: str) -> None:
    assert written(amount) == expected
