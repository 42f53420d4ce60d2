"""`scorefield run --vary`: every variant in one process, what they share computed once, gone on with after a
kill."""

from __future__ import annotations

import sys
import time
from argparse import Namespace
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from ..graph.cache import MemoryCache, Ui
from ..graph.loading import Source
from ..graph.overrides import Override
from ..graph.result import RunResult
from ..graph.run import Surroundings
from ..graph.signature import Signature
from ..graph.sweep.files import Placing
from ..graph.sweep.folder import SweepFolder
from ..graph.sweep.identity import describe, refuse_another
from ..graph.sweep.index import Entry
from ..graph.sweep.plan import SweepPlan, SweepRun, plan_sweep
from ..graph.sweep.sole_use import sole_use
from ..graph.sweep.variants import Variant, last_uses
from .caching import with_kept_results
from .exit_codes import OF_STATUS
from .interruption import stop_on_interrupt
from .output import print_json, print_outputs, printable
from .place import Place
from .progress import Progress
from .run import run_apart, summary, tell_failures, titles_of
from .sweep_report import entry_of, report_of, shown_in
from .sweep_sheet import draw_sheets


def run_sweep(
    source: Source,
    place: Place,
    overrides: Sequence[Override],
    variants: Sequence[Variant],
    options: Namespace,
) -> int:
    """Check every variant, run those that are not done yet, write the index and the contact sheets.

    A result that several variants need is made by the first and kept until the last; so is a file.

    Raises:
        InvalidWorkflow: some variant cannot run, or the folder holds another sweep; nothing has run then.
    """
    started = time.perf_counter()
    sweep = plan_sweep(source, place.definitions, overrides, variants)
    about = describe(
        options.file.name, source, place.definitions, overrides, sweep, options.device, options.input
    )
    if place.url is not None:
        about["made_by"] = {"device": place.url}
    with sole_use(options.out):
        folder = SweepFolder(options.out)
        if options.fresh:
            folder.forget()
        elif folder.index is not None:
            refuse_another(folder.index, about, sweep, options.out)
        status = _Sweep(folder, sweep, place, options).run(about)
    assert folder.index is not None
    if options.json:
        seconds = round(time.perf_counter() - started, 3)
        print_json(report_of(folder, seconds))
    else:
        for name in (*folder.index.sheets, folder.index_path.name):
            print(folder.folder / name)
    return OF_STATUS[status]


class _Sweep:
    """The runs that are still to be made, and what is made already."""

    def __init__(self, folder: SweepFolder, sweep: SweepPlan, place: Place, options: Namespace) -> None:
        self._folder = folder
        self._sweep = sweep
        self._place = place
        self._options = options
        self._made: dict[Signature, Ui] = {}

    def run(self, about: Mapping[str, Any]) -> str:
        """Make what is missing; gives the status of the whole."""
        # Sheets are drawn last: those of a sweep that did not get that far may be old, or too few.
        had_ended = self._folder.index is not None and self._folder.index.status == "done"
        self._folder.begin(about)
        waiting = self._take_up()
        for entry in self._run_all(waiting):
            if entry["status"] == "interrupted":
                assert self._folder.index is not None
                self._folder.index.runs[entry["label"]] = entry
        status = self._status()
        if status != "interrupted":
            draw_sheets(
                self._folder, self._sweep, self._options.file.stem, redraw=bool(waiting) or not had_ended
            )
        self._folder.finish(status, [run.variant.label for run in self._sweep.runs])
        return status

    def _take_up(self) -> list[tuple[int, SweepRun]]:
        """Learn from the index what is made; gives the runs that are not done."""
        assert self._folder.index is not None
        done = self._folder.index.runs
        waiting = []
        for number, run in enumerate(self._sweep.runs):
            entry = done.get(run.variant.label)
            if entry is None:
                waiting.append((number, run))
            else:
                self._note(run, run.job.plan.targets, entry["outputs"])
        if done:
            rest = f", {len(waiting)} are to be made" if waiting else "; --fresh makes them again"
            print(f"{len(done)} of {len(self._sweep.runs)} runs are there{rest}", file=sys.stderr)
        return waiting

    def _run_all(self, waiting: Sequence[tuple[int, SweepRun]]) -> Iterator[Entry]:
        shared = last_uses([run.signatures.values() for _, run in waiting])
        memory = MemoryCache(max(1, len(shared)), frozenset(shared), self._options.max_memory)
        cache = memory if self._place.url else with_kept_results(memory, self._options)
        progress = Progress(runs=len(self._sweep.runs), done=len(self._sweep.runs) - len(waiting))
        with stop_on_interrupt() as stop:
            for place, (number, run) in enumerate(waiting):
                if stop.is_set():
                    return
                targets = [t for t in run.job.plan.targets if run.signatures[t] not in self._made]
                with progress.of_run(titles_of(run.job), run.variant.label) as listener:
                    surroundings = Surroundings(
                        self._folder.stage(number), self._options.input, self._options.device, listener, stop
                    )
                    result = run_apart(
                        run.job, surroundings, cache, run.signatures, targets, self._place.run_job
                    )
                for signature in set(run.signatures.values()):
                    if shared.get(signature) == place:
                        memory.drop(signature)
                yield self._take(number, run, result)

    def _take(self, number: int, run: SweepRun, result: RunResult) -> Entry:
        tell_failures(result, self._options.debug)
        entry = entry_of(run, result, self._reused(run))
        if result.status == "interrupted":
            return entry
        placing = Placing(
            run.variant.label, {t: name.label for t, name in run.names.items()}, result.status == "done"
        )
        noted = self._folder.commit(number, entry, result.ui, placing)
        self._note(run, result.outputs, noted["outputs"])
        if not self._options.json:
            print_outputs(shown_in(noted["outputs"], self._folder.folder))
            print(f"{printable(run.variant.label)}: {summary(result)}", file=sys.stderr)
        return noted

    def _note(self, run: SweepRun, targets: Iterable[str], outputs: Mapping[str, Ui]) -> None:
        for target in targets:
            self._made.setdefault(run.signatures[target], outputs.get(target, {}))

    def _reused(self, run: SweepRun) -> dict[str, Ui]:
        """What output nodes of the run show that is made already."""
        found = {target: self._made.get(run.signatures[target]) for target in run.job.plan.targets}
        return {target: ui for target, ui in found.items() if ui}

    def _status(self) -> str:
        assert self._folder.index is not None
        statuses = [entry["status"] for entry in self._folder.index.runs.values()]
        if "interrupted" in statuses or len(statuses) < len(self._sweep.runs):
            return "interrupted"
        return "failed" if "failed" in statuses else "done"
