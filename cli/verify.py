"""`scorefield verify PICTURE`: run the workflow inside a picture again, and compare the pixels."""

from __future__ import annotations

import sys
import tempfile
import time
from argparse import Namespace
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from ..graph.contract import Definition
from ..graph.device import resolve_device
from ..graph.errors import InvalidWorkflow, refuse
from ..graph.loading import Source, read_file, read_source
from ..graph.order import reachable
from ..graph.provenance import Difference, differences, provenance
from ..graph.result import RunResult
from ..graph.run import Job, Surroundings, prepare
from ..graph.workflow import Link
from .exit_codes import DONE, FAILED, INTERRUPTED, INVALID
from .interruption import stop_on_interrupt
from .output import print_json
from .progress import Progress
from .run import report, run_apart, tell_failures, titles_of

if TYPE_CHECKING:
    from ..plots.picture_difference import PixelDifference

_OF_WHICH = ("node", "call", "index")
Record = Mapping[str, Any]


class Verdict(NamedTuple):
    """What the second run of a picture's workflow says of the picture.

    `recorded` is what was otherwise when it was made; `was_changed` whether its pixels are still those that
    were saved, None where its record does not say.
    """

    pixels: PixelDifference
    recorded: tuple[Difference, ...]
    was_changed: bool | None
    has_record: bool


def verify(options: Namespace, definitions: Mapping[str, Definition]) -> int:
    """Say whether the workflow inside a picture gives it again: exit 0 if it does, 1 if not.

    Exit 2 says that nobody can tell: the workflow cannot run here, or fails.

    Raises:
        InvalidWorkflow: the picture carries no workflow, or one that cannot run here.
    """
    from ..plots.film_reader import is_film
    from ..plots.picture_file import read_record, read_workflow

    started = time.perf_counter()
    path: Path = options.picture
    raw = read_file(path, read_workflow)
    if not isinstance(raw, Mapping) or not raw.keys() <= {"prompt", "workflow"}:
        raise refuse(
            "no_picture", f"{path} is a workflow, not a picture", "give a PNG or WebP that carries one"
        )
    if is_film(path):
        raise refuse(
            "no_picture", f"{path} is a film, whose codec rounds its pixels", "give a PNG or WebP, or run it"
        )
    record = read_record(path)
    was_changed = _was_changed(path, record)
    job = _job(read_source(raw, definitions), record or {}, definitions)
    device = resolve_device(options.device or recorded_device(record or {}))
    with tempfile.TemporaryDirectory() as folder, stop_on_interrupt() as stop:
        with Progress().of_run(titles_of(job)) as listener:
            result = run_apart(job, Surroundings(Path(folder), options.input, device, listener, stop))
        if result.status != "done":
            return _tell_unfinished(result, options)
        found = _closest(path, result, record)
    now = provenance(job.plan, device, options.input.absolute())
    recorded = () if record is None else tuple(differences(record, now))
    verdict = Verdict(found, recorded, was_changed, record is not None)
    _tell(path, verdict, options.json, time.perf_counter() - started)
    return DONE if verdict.pixels.is_none else FAILED


def _job(source: Source, record: Record, definitions: Mapping[str, Definition]) -> Job:
    """The workflow as far as the picture's own node needs it, where the record names the node."""
    node_id = str(record.get("node"))
    if node_id not in source.graph:
        return prepare(source, definitions)

    def parents(name: str) -> list[str]:
        values = source.graph[name].inputs.values()
        return [
            value.node_id for value in values if isinstance(value, Link) and value.node_id in source.graph
        ]

    part = {name: source.graph[name] for name in reachable([node_id], parents)}
    return prepare(Source(part), definitions, want=[node_id])


def recorded_device(record: Record) -> str:
    """The device that made the picture if it is here: another gives other pixels."""
    device = str(record.get("device", "auto")).partition(":")[0]
    try:
        return resolve_device(device)
    except InvalidWorkflow:
        return "auto"


def _closest(path: Path, result: RunResult, record: Record | None) -> PixelDifference:
    """The difference to the file of the second run that is this picture's, or to the most alike of them."""
    from ..plots.picture_difference import picture_difference
    from ..plots.picture_file import read_record

    files = list(_pictures(result))
    if record is not None:
        which = [record.get(key) for key in _OF_WHICH]
        own = [f for f in files if [(read_record(f) or {}).get(key) for key in _OF_WHICH] == which]
        files = own or files
    if not files:
        raise refuse("no_picture", f"the workflow inside {path} saves no picture")
    found = [picture_difference(path, file) for file in files]
    return min(found, key=lambda each: (bool(each.mismatch), each.different))


def _pictures(result: RunResult) -> Iterator[Path]:
    for ui in result.ui.values():
        for item in ui.get("images", ()):
            if isinstance(item, Mapping) and str(item.get("path", "")).endswith((".png", ".webp")):
                yield Path(item["path"])


def _was_changed(path: Path, record: Record | None) -> bool | None:
    from ..plots.picture_difference import hash_of_pixels

    try:
        pixels = hash_of_pixels(path)
    except OSError as error:
        raise refuse("unreadable_file", f"{path} {error}") from None
    saved = None if record is None else record.get("pixels")
    return None if saved is None else pixels != saved


def _tell_unfinished(result: RunResult, options: Namespace) -> int:
    tell_failures(result, options.debug)
    if options.json:
        print_json({key: value for key, value in report(result).items() if key in ("status", "errors")})
    return INTERRUPTED if result.status == "interrupted" else INVALID


def _tell(path: Path, verdict: Verdict, as_json: bool, seconds: float) -> None:
    if as_json:
        head = {"status": _status(verdict), "picture": str(path.absolute())}
        print_json(head | _report(verdict, seconds))
        return
    print(f"{_status(verdict)}: {_said(verdict.pixels)}")
    for line in _reasons(verdict):
        print(f"  {line}")
    print(f"verified in {seconds:.1f} s", file=sys.stderr)


def _status(verdict: Verdict) -> str:
    return "same" if verdict.pixels.is_none else "different"


def _report(verdict: Verdict, seconds: float) -> dict[str, Any]:
    return {
        "pixels": {"total": verdict.pixels.total, **verdict.pixels._asdict()},
        "recorded": verdict.has_record,
        "differences": [difference._asdict() for difference in verdict.recorded],
        "was_changed": verdict.was_changed,
        "seconds": round(seconds, 3),
    }


def _said(pixels: PixelDifference) -> str:
    if pixels.mismatch:
        return f"the picture and the run do not have the same shape ({pixels.mismatch})"
    frames = f"{pixels.frames} frames of " if pixels.frames > 1 else ""
    if pixels.is_none:
        return f"all {frames}{pixels.width} × {pixels.height} pixels"
    where = f" in {pixels.different_frames} of {pixels.frames} frames" if pixels.frames > 1 else ""
    return f"{pixels.different} of {pixels.total} pixels{where}, by at most {pixels.largest} of 255"


def _reasons(verdict: Verdict) -> Iterator[str]:
    if not verdict.has_record:
        yield "the picture has no record of what made it"
    if verdict.was_changed and not verdict.pixels.is_none:
        yield "the picture was changed after it was saved: its pixels are not those of its record"
    yield from map(str, verdict.recorded)
    if verdict.has_record and not verdict.recorded and not verdict.pixels.is_none:
        yield "nothing recorded differs: versions, code, device and files are those that made it"
