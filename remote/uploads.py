"""The files a workflow reads that lie here: brought to the server before it runs.

The server keeps what it has: a file of the same name and the same content is used as it is, and one of
the same name with other content stays, while ours gets the name that the server answers.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import Any

from ..graph.contract import Definition
from ..graph.errors import Problem, brief
from ..graph.overrides import Address, Settings
from ..graph.workflow import Graph
from .client import Client
from .definitions import takes_files
from .trouble import ServerTrouble

_HERE = " [input]"


def local_file(value: Any, folder: Path) -> Path | None:
    """The file below the folder that a value names, or None; links out of the folder do not count."""
    if not isinstance(value, str) or not value or "\0" in value:
        return None
    path = (folder / value.removesuffix(_HERE)).resolve()
    return path if path.is_relative_to(folder.resolve()) and path.is_file() else None


class Uploads:
    """What one server has been given; a file that has not changed goes there once."""

    def __init__(self) -> None:
        self._names: dict[tuple[Path, int, int], str] = {}

    async def bring(
        self, client: Client, graph: Graph, definitions: Mapping[str, Definition], folder: Path
    ) -> Settings:
        """Upload what the graph names; give the inputs whose file has another name there.

        Raises:
            ServerTrouble: a file cannot be read, or the server does not take it.
        """
        settings: Settings = {}
        for address, value, path in _named(graph, definitions, folder):
            named = value.removesuffix(_HERE)
            try:
                name = await self._name(client, named, path)
            except OSError as error:
                message = f"{path} cannot be read: {error.strerror or error}"
                raise ServerTrouble(Problem("unreadable_file", message, "", address.node_id)) from None
            if name != named:
                settings[address] = name
        return settings

    async def _name(self, client: Client, named: str, path: Path) -> str:
        stat = path.stat()
        key = (path, stat.st_size, stat.st_mtime_ns)
        if key not in self._names:
            self._names[key] = await _upload(client, named, path)
        return self._names[key]


def _named(
    graph: Graph, definitions: Mapping[str, Definition], folder: Path
) -> Iterator[tuple[Address, str, Path]]:
    for node in graph.values():
        definition = definitions.get(node.class_type)
        for declared in definition.inputs if definition else ():
            value = node.inputs.get(declared.name)
            path = local_file(value, folder) if takes_files(declared) else None
            if path is not None and isinstance(value, str):
                yield Address(node.id, declared.name), value, path


async def _upload(client: Client, value: str, path: Path) -> str:
    place = PurePosixPath(value)
    subfolder = "" if str(place.parent) == "." else str(place.parent)
    with path.open("rb") as content:
        answer = await client.upload(place.name, subfolder, content)
    name = answer.get("name") if isinstance(answer, Mapping) else None
    if not isinstance(name, str) or not name:
        message = f"{client.address.url} took {brief(value)} and does not say what it calls it"
        raise ServerTrouble(Problem("upload_failed", message))
    folder = answer.get("subfolder", subfolder)
    return f"{folder}/{name}" if folder else name
