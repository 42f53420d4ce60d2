"""Amounts of memory as people write them."""

from __future__ import annotations

import re

from .errors import brief, refuse

_UNITS = {"": 0, "K": 1, "M": 2, "G": 3, "T": 4}
_AMOUNT = re.compile(r"(\d{1,15}(?:\.\d{1,9})?)\s*([KMGT]?)(?:i?B)?", re.IGNORECASE)


def parse_bytes(text: str) -> int:
    """The bytes of "512M", "4G", "1.5 GiB" or a plain number; K is 1024.

    Raises:
        InvalidWorkflow: it is none of these, or nothing.
    """
    found = _AMOUNT.fullmatch(text.strip())
    amount = 0 if found is None else int(float(found[1]) * 1024 ** _UNITS[found[2].upper()])
    if amount < 1:
        raise refuse("invalid_size", f"{brief(text)} is no amount of memory", "write 512M, 4G or 1.5G")
    return amount


def written(amount: int) -> str:
    """So many bytes as a person would say it: "1.5 GiB"."""
    size, unit = float(amount), "bytes"
    for unit in ("bytes", "KiB", "MiB", "GiB", "TiB"):
        if size < 1024 or unit == "TiB":
            break
        size /= 1024
    return f"{amount} bytes" if unit == "bytes" else f"{size:.1f} {unit}"
