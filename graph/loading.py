"""From a file, or a value, to a graph: the API format, the page format, or a picture or film that carries
one."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from .contract import Definition
from .errors import brief, refuse
from .page.format import is_page, page_to_api
from .workflow import Graph, read_api

ReadPicture = Callable[[Path], Mapping[str, Any]]
_FORMATS = "a workflow is JSON, or a picture (PNG, WebP) or film (mp4, webm) that carries it"
# Where in a file that carries one which bytes stand.
_CARRIERS = {
    "picture": ((0, b"\x89PNG\r\n\x1a\n"), (0, b"RIFF")),
    "film": ((4, b"ftyp"), (0, b"\x1aE\xdf\xa3")),
}
_HEAD = 16


class Source(NamedTuple):
    """A workflow as it was found: the graph, and the page it comes from where there is one."""

    graph: Graph
    page: Mapping[str, Any] | None = None


def read_file(path: Path, read_picture: ReadPicture) -> Any:
    """The JSON values in a workflow file, or in a picture or film that carries them.

    Args:
        path: the file.
        read_picture: gives what a picture or a film carries, as {"prompt": …, "workflow": …}.

    Raises:
        InvalidWorkflow: the file cannot be read, is neither JSON nor such a picture or film, or carries
            nothing.
    """
    kind = None
    try:
        with path.open("rb") as file:
            kind = _carrier(file.read(_HEAD))
        content = path.read_bytes() if kind is None else b""
        carried = None if kind is None else read_picture(path)
    except OSError as error:
        raise refuse("unreadable_file", f"{path} cannot be read: {error.strerror or error}") from None
    except (ValueError, SyntaxError, RecursionError) as error:
        raise refuse(
            "unreadable_file", f"{path} cannot be read as a {kind or 'file'}: {brief(str(error))}"
        ) from None
    if carried is None:
        return _parse(path, content)
    if not carried:
        raise refuse("no_workflow", f"the {kind} {path} carries no workflow")
    return carried


def read_source(raw: Any, definitions: Mapping[str, Definition]) -> Source:
    """Read a workflow from JSON values of either format, alone or under "prompt" or "workflow".

    Raises:
        InvalidWorkflow: it is neither, or the page holds something that cannot be converted.
    """
    if is_page(raw):
        return Source(read_api(page_to_api(raw, definitions)), raw)
    if isinstance(raw, Mapping):
        prompt, page = raw.get("prompt"), raw.get("workflow")
        if is_page(prompt):
            return read_source(prompt, definitions)
        # The prompt is what really ran; the page beside it serves to open the graph again.
        if isinstance(prompt, Mapping) and "class_type" not in prompt:
            return Source(read_api(prompt), page if is_page(page) else None)
        if is_page(page):
            return read_source(page, definitions)
    return Source(read_api(raw))


def _carrier(head: bytes) -> str | None:
    """What a file is that may carry a workflow, by its first bytes; None if it has to be JSON."""
    for kind, marks in _CARRIERS.items():
        if any(head.startswith(mark, place) for place, mark in marks):
            return kind
    return None


def _parse(path: Path, content: bytes) -> Any:
    try:
        return json.loads(content.decode("utf-8-sig"))
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}: {error.msg}"
        raise refuse("not_json", f"{path} is not JSON ({where})", _FORMATS) from None
    except (ValueError, RecursionError) as error:
        raise refuse("not_json", f"{path} is not JSON: {brief(str(error))}", _FORMATS) from None
