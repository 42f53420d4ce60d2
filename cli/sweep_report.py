"""What is said of a sweep: an entry for each run in its index, and one object for programs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from ..graph.cache import Ui
from ..graph.result import RunResult
from ..graph.sweep.folder import SweepFolder
from ..graph.sweep.plan import SweepRun
from .run import report


def entry_of(run: SweepRun, result: RunResult, reused: Mapping[str, Ui]) -> dict[str, Any]:
    """What the index says of a run, but for the files that it wrote itself.

    Args:
        run: the run.
        result: what became of it.
        reused: what its output nodes show that an earlier run made, by node.
    """
    files = sorted({file for ui in reused.values() for file in _files_in(ui)})
    told = {**report(result), "outputs": dict(reused)}
    return {"label": run.variant.label, "values": values_of(run), "files": files, **told}


def values_of(run: SweepRun) -> dict[str, Any]:
    """The varied inputs of a run and their values."""
    return {override.target: override.value for override in run.variant.overrides}


def report_of(folder: SweepFolder, seconds: float) -> dict[str, Any]:
    """The sweep as the JSON that `--json` prints; its paths are whole, those in the index are not."""
    index = folder.index
    assert index is not None
    return {
        "status": index.status,
        "index": str(folder.index_path),
        "sheets": [str(folder.folder / name) for name in index.sheets],
        "runs": [_with_folder(entry, folder.folder) for entry in index.runs.values()],
        "seconds": seconds,
    }


def _with_folder(entry: Mapping[str, Any], folder: Path) -> dict[str, Any]:
    files = [str(folder / name) for name in entry["files"]]
    return {**entry, "files": files, "outputs": shown_in(entry["outputs"], folder)}


def shown_in(outputs: Mapping[str, Ui], folder: Path) -> dict[str, Ui]:
    """What nodes showed, with the folder before the paths of the files in it."""
    return {
        node_id: {kind: [_placed(item, folder) for item in items] for kind, items in ui.items()}
        for node_id, ui in outputs.items()
    }


def _placed(item: Any, folder: Path) -> Any:
    if isinstance(item, Mapping) and "path" in item:
        return {**item, "path": str(folder / item["path"])}
    return item


def _files_in(ui: Ui) -> Iterator[str]:
    for items in ui.values():
        for item in items:
            if isinstance(item, Mapping) and "path" in item and not Path(item["path"]).is_absolute():
                yield item["path"]
