"""The words between percent signs in a file name prefix: sizes, dates, and values of other nodes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

Prompt = Mapping[str, Any]
BATCH_NUMBER = "%batch_num%"
_WORD = re.compile(r"%([^%]+)%")
_DATE_PART = re.compile(r"yyyy|yyy|yy|dd?|MM?|hh?|mm?|ss?")
_NOT_IN_NAMES = re.compile(r'[/?<>\\:*|"\x00-\x1f\x7f]')
_CLOCK = {
    "year": "%Y",
    "month": "%m",
    "day": "%d",
    "hour": "%H",
    "minute": "%M",
    "second": "%S",
}


def filled_in(prefix: str, width: int, height: int, now: datetime, prompt: Prompt | None = None) -> str:
    """The prefix with its words replaced; a word that says nothing here stays.

    Args:
        prefix: may hold %width% and %height% of the picture; %year%, %month%, %day%, %hour%, %minute%
            and %second%; %date:yyyy-MM-dd%; and %Node.input%, the node by title or class.
        width, height: the picture's.
        now: the time to write.
        prompt: the graph in API format.
    """

    def replaced(match: re.Match[str]) -> str:
        word = match[1]
        if word in _CLOCK:
            return now.strftime(_CLOCK[word])
        if word.startswith("date:"):
            return _DATE_PART.sub(lambda part: _date_part(part[0], now), word.removeprefix("date:"))
        sizes = {"width": str(width), "height": str(height)}
        return sizes.get(word) or _value_of(word, prompt or {}) or match[0]

    return _WORD.sub(replaced, prefix)


def _date_part(part: str, now: datetime) -> str:
    if part[0] == "y":
        return {"yyyy": f"{now.year}", "yy": f"{now.year}"[2:]}.get(part, part)
    number = {"d": now.day, "M": now.month, "h": now.hour, "m": now.minute, "s": now.second}[part[0]]
    return str(number).zfill(len(part))


def _value_of(word: str, prompt: Prompt) -> str | None:
    """The value of `Node.input`, made fit for a file name."""
    name, dot, input_name = word.partition(".")
    nodes = [node for node in prompt.values() if isinstance(node, Mapping)]
    by_class = [node for node in nodes if node.get("class_type") == name]
    by_title = [node for node in nodes if (node.get("_meta") or {}).get("title") == name]
    for node in [*by_class, *by_title][:1] if dot else ():
        value = (node.get("inputs") or {}).get(input_name)
        if isinstance(value, str | int | float):
            written = str(value).lower() if isinstance(value, bool) else str(value)
            return _NOT_IN_NAMES.sub("_", written)
    return None
