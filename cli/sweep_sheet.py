"""The contact sheets of a sweep: one for each output node whose pictures vary."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import count
from pathlib import Path
from typing import Any, NamedTuple

from ..graph.sweep.folder import SweepFolder
from ..graph.sweep.label import cut, folded
from ..graph.sweep.plan import Name, SweepPlan

_COUNTER = re.compile(r"_\d+_?$")
_UNSAFE = re.compile(r"[^A-Za-z0-9]+")
_LONGEST = 100
_NO_PICTURES = (".txt", ".json", ".safetensors", ".csv", ".npy", ".mp4", ".webm")


class _Cells(NamedTuple):
    """The pictures of one output node, the first of each run, by what tells them apart."""

    node_id: str
    stem: str
    pictures: Mapping[Name, Path | None]


def draw_sheets(folder: SweepFolder, sweep: SweepPlan, workflow: str, redraw: bool) -> None:
    """Draw the sheets that are not there, or all of them.

    Args:
        folder: where the pictures are, and the sheets go.
        sweep: what varies.
        workflow: its name, for the title.
        redraw: whether sheets that are there are out of date.
    """
    index = folder.index
    assert index is not None
    if index.sheets and not redraw and all((folder.folder / name).is_file() for name in index.sheets):
        return
    found = [cells for target in sweep.runs[0].job.plan.targets if (cells := _cells(folder, sweep, target))]
    for cells in found:
        _draw(folder, sweep, cells, f"{workflow}: {cells.stem}", _name(cells, found))


def _draw(folder: SweepFolder, sweep: SweepPlan, cells: _Cells, title: str, name: str) -> None:
    from ..plots.contact_sheet import contact_sheet

    axes = next(iter(cells.pictures)).axes
    names = [sweep.input_names[axis] for axis in axes]
    rows = [each.values for each in cells.pictures]
    content = contact_sheet(list(cells.pictures.values()), names, rows, title)
    if content is not None:
        folder.add_sheet(content, next(free for free in _names(name) if _may_take(folder, free)))


def _cells(folder: SweepFolder, sweep: SweepPlan, target: str) -> _Cells | None:
    """The pictures of a node, or None where it shows none or they do not vary."""
    assert folder.index is not None
    pictures: dict[Name, Path | None] = {}
    stem = ""
    for run in sweep.runs:
        name = run.names[target]
        entry = folder.index.runs.get(run.variant.label, {})
        file = _first_file(entry.get("outputs", {}).get(target, {}))
        if pictures.get(name) is None:
            pictures[name] = None if file is None else folder.folder / file
        if file is not None and not stem:
            stem = _COUNTER.sub("", Path(file).stem.removesuffix(f"_{name.label}"))
    varies = len(pictures) > 1 and any(pictures.values())
    return _Cells(target, stem, pictures) if varies else None


def _first_file(ui: Mapping[str, Any]) -> str | None:
    items = (item for item in ui.get("images", ()) if isinstance(item, Mapping) and "path" in item)
    paths = (str(item["path"]) for item in items)
    return next((path for path in paths if not path.endswith(_NO_PICTURES)), None)


def _name(cells: _Cells, among: Sequence[_Cells]) -> str:
    """One sheet is `sheet.png`; several bear their pictures' names, and their nodes' ids if they must."""
    if len(among) == 1:
        return "sheet.png"
    is_alone = sum(folded(each.stem) == folded(cells.stem) for each in among) == 1
    part = cells.stem if is_alone else f"{cells.stem}_{_UNSAFE.sub('_', cells.node_id)}"
    return f"sheet_{cut(part, _LONGEST)}.png"


def _names(name: str) -> Iterator[str]:
    yield name
    for number in count(2):
        yield f"{Path(name).stem}_{number}.png"


def _may_take(folder: SweepFolder, name: str) -> bool:
    assert folder.index is not None
    return name in folder.index.sheets or folder.is_free(name)
