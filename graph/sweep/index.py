"""The index of a sweep, `sweep.json`, and the journal beside it that holds the runs since it was written.

A run counts from the moment its line is in the journal. The index is written whole, and ever more seldom as
the sweep grows, so that a sweep of n runs costs n and not n².
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any, NamedTuple

from ..errors import refuse

INDEX = "sweep.json"
WORK = ".scorefield-sweep"
JOURNAL = "journal.jsonl"
_FORMAT = 1

Entry = Mapping[str, Any]


class Line(NamedTuple):
    """A line of the journal: a run, and where its files lay in the work folder and are to go."""

    run: Entry
    moves: Mapping[str, str]


@dataclass
class Index:
    """What a sweep is of, what became of it, and its runs by label."""

    about: Mapping[str, Any]
    status: str = "running"
    sheets: list[str] = field(default_factory=list)
    runs: dict[str, Entry] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """The index as JSON."""
        head = {"format": _FORMAT, **self.about, "status": self.status}
        return {**head, "sheets": self.sheets, "runs": list(self.runs.values())}


def read_index(folder: Path) -> Index | None:
    """The index in a folder, or None where there is none.

    Raises:
        InvalidWorkflow: a file of that name is there that is no index of ours.
    """
    path = folder / INDEX
    try:
        found = json.loads(path.read_bytes())
        if found["format"] != _FORMAT:
            raise ValueError
        about = {key: found[key] for key in ("workflow", "set", "varied", "made_by")}
        runs = {entry["label"]: entry for entry in found["runs"]}
        listed = [*found["sheets"], *(file for entry in runs.values() for file in entry["files"])]
        if not all(map(_is_inside, listed)):
            raise ValueError
        return Index(about, found["status"], list(found["sheets"]), runs)
    except FileNotFoundError:
        return None
    except (ValueError, KeyError, TypeError, RecursionError):
        message = f"{path} is not an index that this version writes"
        raise refuse("unknown_index", message, "give another --out, or move the file away") from None


def read_journal(folder: Path) -> Iterator[Line]:
    """The lines of the journal, but for one that was cut off while it was written."""
    try:
        text = (folder / WORK / JOURNAL).read_text(encoding="utf-8", errors="replace")
    except FileNotFoundError:
        return
    for line in text.split("\n"):
        try:
            found = json.loads(line)
            files = [*found["moves"].values(), *found["moves"], *found["run"]["files"]]
            if all(map(_is_inside, files)):
                yield Line(found["run"], found["moves"])
        except (ValueError, KeyError, TypeError):
            continue


def add_line(folder: Path, line: Line) -> None:
    """Add a run to the journal: from here on it counts."""
    with (folder / WORK / JOURNAL).open("a", encoding="utf-8") as file:
        file.write(json.dumps(line._asdict(), default=str) + "\n")


def write_index(folder: Path, index: Index) -> None:
    """Write the index whole, and begin a new journal."""
    part = folder / WORK / f"{INDEX}.part"
    part.write_text(json.dumps(index.as_dict(), indent=1, default=str) + "\n", encoding="utf-8")
    part.replace(folder / INDEX)
    (folder / WORK / JOURNAL).unlink(missing_ok=True)


def _is_inside(name: Any) -> bool:
    """Whether it is a path below the folder: an index may come from anywhere, and lists what to remove."""
    if not isinstance(name, str):
        return False
    path = PurePosixPath(name)
    return bool(path.parts) and not path.is_absolute() and ".." not in path.parts and ":" not in path.parts[0]
