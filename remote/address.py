"""Where a server is, and what it wants to hear with every request."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping
from typing import NamedTuple
from urllib.parse import SplitResult, unquote, urlsplit

from ..graph.errors import brief, refuse

_FORM = "write http://host:port"


class Address(NamedTuple):
    """The URL without user and password, and the headers; the latter may hold secrets."""

    url: str
    headers: Mapping[str, str]


def read_address(text: str, headers: Iterable[str] = ()) -> Address:
    """Read `[http[s]://][user:password@]host[:port][/path]`, and headers as `Name: value`.

    Raises:
        InvalidWorkflow: it is no such address, or no such header.
    """
    full = text.strip() if "://" in text else f"http://{text.strip()}"
    try:
        parts = urlsplit(full)
        host, port = parts.hostname, parts.port
    except ValueError:
        raise refuse("invalid_address", "the address cannot be read", _FORM) from None
    if parts.scheme not in ("http", "https") or not host or parts.query or parts.fragment or _odd(full):
        raise refuse("invalid_address", f"{brief(_shown(parts, full))} is no address of a server", _FORM)
    name = f"[{host}]" if ":" in host else host
    place = name if port is None else f"{name}:{port}"
    return Address(
        f"{parts.scheme}://{place}{parts.path.rstrip('/')}", {**_login(parts), **_headers(headers)}
    )


def _odd(text: str) -> bool:
    return any(not letter.isprintable() or letter.isspace() for letter in text)


def _shown(parts: SplitResult, full: str) -> str:
    """The address as it may stand in a message: a password may not."""
    return full if parts.password is None else full.replace(f"{parts.netloc.rpartition('@')[0]}@", "")


def _login(parts: SplitResult) -> dict[str, str]:
    if parts.username is None:
        return {}
    pair = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
    return {"authorization": f"Basic {base64.b64encode(pair.encode()).decode()}"}


def _headers(texts: Iterable[str]) -> dict[str, str]:
    headers = {}
    for text in texts:
        name, colon, value = text.partition(":")
        if not colon or not name.strip() or _odd(name.strip()) or not value.strip().isprintable():
            raise refuse("invalid_header", "a header cannot be read", "write --header 'Name: value'")
        headers[name.strip().lower()] = value.strip()
    return headers
