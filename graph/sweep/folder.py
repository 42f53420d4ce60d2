"""The folder of a sweep: killed at any moment, it goes on as if nothing had been.

A run writes into a work folder. When it is over, a line in the journal says which of its files go where,
and then they are moved. What the journal has is moved on the next start where a kill came between; what it
does not have is cleared away and run again. Nothing is removed that the sweep did not write.
"""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path, PurePosixPath
from typing import Any

from ..cache import Ui
from ..errors import refuse
from .files import Placing, place
from .index import INDEX, WORK, Entry, Index, Line, add_line, read_index, read_journal, write_index

_SELDOM = 8


class SweepFolder:
    """A folder that a sweep writes to, and what of the sweep is there."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder.absolute()
        self.index = read_index(folder)
        self._unwritten = 0

    @property
    def index_path(self) -> Path:
        """Where the index is."""
        return self.folder / INDEX

    def begin(self, about: Mapping[str, Any]) -> None:
        """Take up what was begun, or begin: what is done and whole is in `index.runs` then.

        Raises:
            InvalidWorkflow: the folder cannot be written.
        """
        found = self.index or Index(about)
        try:
            (self.folder / WORK).mkdir(parents=True, exist_ok=True)
        except OSError as error:
            message = f"the folder {self.folder} cannot be written: {error.strerror or error}"
            raise refuse("unwritable_folder", message, "give another --out") from None
        self._finish_moves(found)
        self._clear_work()
        whole = {label: entry for label, entry in found.runs.items() if self._is_whole(entry)}
        used = {file for entry in whole.values() for file in entry["files"]}
        self._remove(file for entry in found.runs.values() for file in entry["files"] if file not in used)
        self.index = Index(about, "running", found.sheets, whole)
        write_index(self.folder, self.index)

    def forget(self) -> None:
        """Remove everything that an earlier sweep wrote here."""
        if self.index is None:
            return
        self._finish_moves(self.index)
        files = (file for entry in self.index.runs.values() for file in entry["files"])
        self._remove([*files, *self.index.sheets])
        self.index_path.unlink()
        shutil.rmtree(self.folder / WORK, ignore_errors=True)
        self.index = None

    def stage(self, number: int) -> Path:
        """Where a run writes while it runs; an empty place of its own."""
        return self.folder / WORK / str(number)

    def commit(self, number: int, entry: Entry, shown: Mapping[str, Ui], placing: Placing) -> Entry:
        """Give a run's files their names and note the run; gives the entry with the names.

        Args:
            number: the run's, as for `stage`.
            entry: what is to be said of it in the index.
            shown: what its output nodes showed, by node.
            placing: how files are called.
        """
        placed = place(self.stage(number), shown, placing, self.is_free)
        work = PurePosixPath(WORK, str(number))
        moves = {str(work / source): target for source, target in placed.moves.items()}
        noted = {**entry, "outputs": {**entry["outputs"], **placed.shown}}
        noted["files"] = sorted({*entry["files"], *moves.values()})
        add_line(self.folder, Line(noted, moves))
        self._move(moves)
        shutil.rmtree(self.stage(number), ignore_errors=True)
        assert self.index is not None
        self.index.runs[noted["label"]] = noted
        self._unwritten += 1
        if self._unwritten * _SELDOM >= len(self.index.runs):
            self.write()
        return noted

    def write(self) -> None:
        """Write the index as it is now."""
        assert self.index is not None
        write_index(self.folder, self.index)
        self._unwritten = 0

    def finish(self, status: str, order: Iterable[str]) -> None:
        """Write the index for the last time, its runs in the order of these labels."""
        assert self.index is not None
        self.index.status = status
        self.index.runs = {label: self.index.runs[label] for label in order if label in self.index.runs}
        self.write()
        shutil.rmtree(self.folder / WORK)

    def add_sheet(self, content: bytes, name: str) -> None:
        """Write a picture of the whole sweep; the index names it only once it is written."""
        assert self.index is not None
        if name not in self.index.sheets:
            # Noted first: a killed sweep may leave it, and then it must be known as the sweep's own.
            self.index.sheets.append(name)
            self.write()
        part = self.folder / WORK / "sheet.part"
        part.write_bytes(content)
        part.replace(self.folder / name)

    def is_free(self, name: str) -> bool:
        """Whether no file bears that name, given with its folders below this one."""
        return name not in (INDEX, WORK) and not (self.folder / name).exists()

    def _finish_moves(self, index: Index) -> None:
        for line in read_journal(self.folder):
            index.runs[line.run["label"]] = line.run
            self._move(line.moves)

    def _move(self, moves: Mapping[str, str]) -> None:
        for source, target in moves.items():
            # What is not there any more was moved before a kill.
            if (self.folder / source).is_file():
                (self.folder / target).parent.mkdir(parents=True, exist_ok=True)
                (self.folder / source).replace(self.folder / target)

    def _clear_work(self) -> None:
        for path in (self.folder / WORK).iterdir():
            if path.is_dir():
                shutil.rmtree(path)

    def _is_whole(self, entry: Entry) -> bool:
        return entry.get("status") == "done" and all(
            (self.folder / file).is_file() for file in entry["files"]
        )

    def _remove(self, files: Iterable[str]) -> None:
        for file in files:
            path = self.folder / file
            path.unlink(missing_ok=True)
            with contextlib.suppress(OSError):  # a folder that holds something else, or is gone
                for parent in path.relative_to(self.folder).parents[:-1]:
                    (self.folder / parent).rmdir()
