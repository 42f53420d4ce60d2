"""What a run of a sweep wrote, and what it is called in the sweep's folder.

A file that an output node showed bears that output's label, so that it says what it is wherever it is
copied to: `samples_00001_steps=20,scale=3.png`. Other files keep their names, in a folder that bears the
label of the run.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import count
from pathlib import Path, PurePosixPath
from typing import Any, NamedTuple

from ..cache import Ui
from .label import cut, folded

_LONGEST_NAME = 240


class Placing(NamedTuple):
    """How a run's files are called: the run's own label, those of its output nodes, and whether the files
    that no node showed are worth keeping."""

    run: str
    outputs: Mapping[str, str]
    keeps_unshown: bool


class Placed(NamedTuple):
    """Where files go, from their place in the work folder, and what nodes showed, with the new names."""

    moves: Mapping[str, str]
    shown: Mapping[str, Ui]


def place(work: Path, shown: Mapping[str, Ui], placing: Placing, is_free: Callable[[str], bool]) -> Placed:
    """Name everything that a run wrote.

    Args:
        work: where it lies.
        shown: what output nodes showed, by node; a file by its path.
        placing: the labels.
        is_free: whether a name is not taken yet.
    """
    moves: dict[str, str] = {}
    taken: set[str] = set()

    def move(source: str, target: Iterator[str]) -> None:
        moves[source] = next(name for name in target if folded(name) not in taken and is_free(name))
        taken.add(folded(moves[source]))

    for node_id, ui in shown.items():
        for source in _files_in(ui, work):
            if source not in moves and (work / source).is_file():
                move(source, _labelled(source, placing.outputs.get(node_id, placing.run)))
    if placing.keeps_unshown:
        for source in _all_files(work):
            if source not in moves:
                move(source, _numbered(PurePosixPath(placing.run, source)))
    return Placed(moves, {node_id: _renamed(ui, work, moves) for node_id, ui in shown.items()})


def _files_in(ui: Ui, work: Path) -> Iterator[str]:
    for items in ui.values():
        for item in items:
            source = _below(item, work)
            if source is not None:
                yield source


def _below(item: Any, work: Path) -> str | None:
    """The path of a shown file below the work folder, or None."""
    if not isinstance(item, Mapping) or "path" not in item:
        return None
    path = Path(str(item["path"]))
    below = path.relative_to(work) if path.is_relative_to(work) else None
    return None if below is None or ".." in below.parts else below.as_posix()


def _all_files(work: Path) -> list[str]:
    return sorted(path.relative_to(work).as_posix() for path in work.rglob("*") if path.is_file())


def _labelled(source: str, label: str) -> Iterator[str]:
    path = PurePosixPath(source)
    if not label:
        return _numbered(path)
    # ComfyUI's names end in "_" where the label begins.
    room = _LONGEST_NAME - len(label.encode()) - len(path.suffix.encode())
    stem = cut(path.stem.rstrip("_"), room)
    return _numbered(path.with_name(f"{stem}_{label}{path.suffix}"))


def _numbered(path: PurePosixPath) -> Iterator[str]:
    yield str(path)
    for number in count(2):
        yield str(path.with_name(f"{path.stem}_{number}{path.suffix}"))


def _renamed(ui: Ui, work: Path, moves: Mapping[str, str]) -> dict[str, list[Any]]:
    return {kind: [_renamed_item(item, work, moves) for item in items] for kind, items in ui.items()}


def _renamed_item(item: Any, work: Path, moves: Mapping[str, str]) -> Any:
    target = moves.get(_below(item, work) or "")
    return item if target is None else {**item, "filename": PurePosixPath(target).name, "path": target}
