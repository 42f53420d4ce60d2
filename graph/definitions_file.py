"""Definitions of nodes from a file, or from a running server that is asked for them."""

from __future__ import annotations

import json
from http.client import HTTPException
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from .contract import Definition
from .definitions import definitions_from
from .errors import brief, refuse

_PATIENCE = 30.0
_LIMIT = 256 * 2**20
_HINT = "give the object_info of a ComfyUI, as a JSON file or as the server's address"


def read_definitions(where: str) -> dict[str, Definition]:
    """The definitions in a file, or at an address; the address of a server alone means its `/object_info`.

    Raises:
        InvalidWorkflow: it cannot be read, is too long, or is no object_info.
    """
    is_address = where.startswith(("http://", "https://"))
    content = _fetched(where) if is_address else _read(Path(where))
    if len(content) > _LIMIT:
        raise refuse("invalid_definitions", f"{where} is longer than {_LIMIT >> 20} MiB", _HINT)
    return definitions_from(_parsed(where, content))


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(_LIMIT + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise refuse("unreadable_file", f"{path} cannot be read: {reason}", _HINT) from None


def _fetched(address: str) -> bytes:
    from urllib.request import urlopen

    try:
        parts = urlsplit(address)
        if parts.path in ("", "/"):
            address = urlunsplit(parts._replace(path="/object_info"))
        with urlopen(address, timeout=_PATIENCE) as answer:
            content: bytes = answer.read(_LIMIT + 1)
            return content
    except (OSError, ValueError, HTTPException) as error:
        reason = getattr(error, "reason", None) or error
        raise refuse("unreadable_file", f"{address} cannot be fetched: {reason}", _HINT) from None


def _parsed(where: str, content: bytes) -> Any:
    try:
        return json.loads(content.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        message = f"{where} is not JSON: {brief(str(error))}"
        raise refuse("invalid_definitions", message, _HINT) from None
