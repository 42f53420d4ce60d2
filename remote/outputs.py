"""Bring what a job made to this machine. The names of the files come from the server and are not trusted."""

from __future__ import annotations

import contextlib
import filecmp
import itertools
import os
import re
import uuid
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from threading import Event as Flag
from typing import Any

from ..graph.errors import Problem, brief
from .client import Client, entry_of
from .trouble import ServerTrouble

Ui = dict[str, list[Any]]
_RESERVED = re.compile(r"(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\..*)?", re.IGNORECASE)
_FORBIDDEN = frozenset('<>:"|?*')
_LONGEST = 240
_TRIES = 3


class Outputs:
    """The outputs of one job, fetched into a folder; what could not be is in `problems`."""

    def __init__(self, client: Client, folder: Path, stop: Flag) -> None:
        self.problems: list[Problem] = []
        self._client = client
        self._folder = folder.absolute()
        self._stop = stop
        self._fetched: dict[tuple[str, str, str], Path | None] = {}

    async def fetch(self, entry: Mapping[str, Any]) -> dict[str, Ui]:
        """What nodes showed, as the job's entry of the history has it, with a "path" in every item that
        is a file. What a node of an expansion showed counts to the node that expanded."""
        found: dict[str, Ui] = {}
        shown = entry_of(entry, "outputs") or {}
        for node_id, ui in shown.items():
            meta = entry_of(entry_of(entry, "meta"), node_id) or {}
            owner = str(meta.get("display_node") or node_id)
            for kind, items in ui.items() if isinstance(ui, Mapping) else ():
                listed = items if isinstance(items, list) else [items]
                fetched = [await self._item(owner, item) for item in listed]
                found.setdefault(owner, {}).setdefault(kind, []).extend(fetched)
        return found

    async def _item(self, node_id: str, item: Any) -> Any:
        if not isinstance(item, Mapping) or not isinstance(item.get("filename"), str):
            return item
        key = (item["filename"], str(item.get("subfolder") or ""), str(item.get("type") or "output"))
        if key not in self._fetched:
            self._fetched[key] = await self._file(node_id, *key)
        path = self._fetched[key]
        return dict(item) if path is None else {**item, "path": str(path)}

    async def _file(self, node_id: str, filename: str, subfolder: str, type: str) -> Path | None:
        if self._stop.is_set():
            return None
        try:
            target = place_of(self._folder, filename, subfolder, type)
            return await self._download(target, filename=filename, subfolder=subfolder, type=type)
        except UnsafeName as unsafe:
            message = f"the file {brief(filename)} is not fetched: {unsafe}"
            self.problems.append(Problem("unsafe_name", message, "", node_id))
        except ServerTrouble as trouble:
            message = f"the file {brief(filename)} could not be fetched: {trouble.problem.message}"
            self.problems.append(Problem(trouble.problem.type, message, "", node_id))
        except OSError as error:
            message = f"the file {brief(filename)} could not be written: {error.strerror or error}"
            self.problems.append(Problem("unwritable_file", message, "", node_id))
        return None

    async def _download(self, target: Path, **query: str) -> Path:
        for attempt in itertools.count(1):
            try:
                return await write_whole(target, self._client.chunks("/view", **query))
            except ServerTrouble:
                if attempt == _TRIES or self._stop.is_set():
                    raise
        raise AssertionError("the loop ends by returning or raising")


class UnsafeName(ValueError):  # noqa: N818 - says what is wrong with a name
    """A name that would lead out of the folder, or that not every system can give to a file."""


def place_of(folder: Path, filename: str, subfolder: str, type: str) -> Path:
    """Where a server's file goes: below the folder as it lies below the server's; previews below temp/.

    Raises:
        UnsafeName: it would lead out of the folder, also by a link on the way, or is no name for a file.
    """
    parts = [part for part in subfolder.replace("\\", "/").split("/") if part not in ("", ".")]
    if subfolder.startswith(("/", "\\")):
        raise UnsafeName(f"its folder {brief(subfolder)} is absolute")
    for part in (*parts, filename):
        _check(part)
    kind = {"temp": ("temp",), "input": ("input",)}.get(type, ())
    target = folder.joinpath(*kind, *parts, filename)
    if not target.parent.resolve().is_relative_to(folder.resolve()):
        raise UnsafeName(f"its folder {brief(subfolder)} leads out of {folder}")
    return target


def _check(name: str) -> None:
    if not name or name.strip(". ") == "" or "/" in name or "\\" in name:
        raise UnsafeName(f"{brief(name)} is no name for a file")
    if any(not letter.isprintable() or letter in _FORBIDDEN for letter in name):
        raise UnsafeName(f"{brief(name)} holds what not every system allows")
    if name.startswith(".") or name != name.rstrip(". ") or _RESERVED.fullmatch(name):
        raise UnsafeName(f"{brief(name)} means something else on some systems")
    if len(name.encode(errors="replace")) > _LONGEST:
        raise UnsafeName(f"{brief(name)} is too long")


async def write_whole(target: Path, pieces: AsyncIterator[bytes]) -> Path:
    """Write a file whole or not at all, and never over another: that of a name that is taken gets a
    number. A file with the same content is not written again. Gives the path.

    Raises:
        OSError: the disk does not take it.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(f".{uuid.uuid4().hex}.part")
    try:
        with part.open("xb") as file:
            async for piece in pieces:
                file.write(piece)
        for candidate in _candidates(target):
            if _settle(part, candidate):
                return candidate
    finally:
        part.unlink(missing_ok=True)
    raise AssertionError("the candidates do not end")


def _candidates(target: Path) -> itertools.chain[Path]:
    numbered = (target.with_name(f"{target.stem} ({n}){target.suffix}") for n in itertools.count(1))
    return itertools.chain([target], numbered)


def _settle(part: Path, target: Path) -> bool:
    """Give the part its name, unless another file has it that is not equal."""
    try:
        os.link(part, target)
    except FileExistsError:
        return _is_equal(part, target)
    except OSError:  # a file system without links
        if os.path.lexists(target):
            return _is_equal(part, target)
        part.replace(target)
    return True


def _is_equal(part: Path, target: Path) -> bool:
    with contextlib.suppress(OSError):
        return target.is_file() and not target.is_symlink() and filecmp.cmp(part, target, shallow=False)
    return False
