#!/usr/bin/env python3
"""Run ComfyUI's own tests of its executor against ours, in this process.

    their_suite.py TREE [-k EXPRESSION] [pytest's options]

TREE is a checkout of ComfyUI. Nothing of it runs but its tests and their testing pack: the pack is loaded as
any pack of strangers, and the client by which the tests reach a server is answered by our executor. The
tests stay as they are. Files that are about the wire alone (jobs, previews, who is told of progress) are not
run. Prints every test that fails, and what was left out and why; exits 1 if one fails.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import types
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from in_process_client import Server, methods
from scorefield.graph.contract import Definition
from scorefield.nodes.headless import headless_definitions
from scorefield.packs import LoadedPacks, Places, load_packs

FILES = ("test_execution.py", "test_async_nodes.py", "test_public_api.py")
# By what a test's name begins with: what it is about, where that is not the executor.
WIRE = {
    "test_offset_": "pages of GET /history",
    "test_jobs_": "GET /api/jobs",
    "test_get_job": "GET /api/jobs",
    "test_cached_outputs_in_job": "GET /api/jobs",
}


class Suite:
    """A pytest plugin that puts our executor where their server was."""

    def __init__(self, definitions: Mapping[str, Definition], folder: Path) -> None:
        self._definitions = definitions
        self._folder = folder
        self._server: Server | None = None
        self.left_out: Counter[str] = Counter()
        self.outcomes: dict[str, str] = {}
        self.reasons: dict[str, str] = {}

    def pytest_collection_modifyitems(self, config: pytest.Config, items: list[pytest.Item]) -> None:
        """Leave out what is about the wire, and prepare the modules of the rest."""
        kept = []
        for item in items:
            about = next((why for start, why in WIRE.items() if item.name.startswith(start)), None)
            if about is None:
                kept.append(item)
            else:
                self.left_out[about] += 1
        config.hook.pytest_deselected(items=[item for item in items if item not in kept])
        items[:] = kept
        for name, module in list(sys.modules.items()):
            if name.rpartition(".")[2] in {Path(file).stem for file in FILES}:
                self._prepare(module)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note how each test ended."""
        if report.when == "call" or report.outcome != "passed":
            self.outcomes[report.nodeid] = report.outcome
            if report.failed:
                self.reasons[report.nodeid] = report.longreprtext.strip().splitlines()[-1]

    def _prepare(self, module: Any) -> None:
        if hasattr(module, "ComfyClient"):
            for name, method in methods(lambda: self._server).items():
                setattr(module.ComfyClient, name, method)
        # Where they start a server, one of ours begins; where they wait for it, nobody does.
        module.subprocess = types.SimpleNamespace(Popen=self._start)
        module.time = _ImpatientTime(module.time)

    def _start(self, arguments: Sequence[str]) -> Any:
        self._server = Server(self._definitions, self._folder, arguments)
        return types.SimpleNamespace(kill=lambda: None)


class _ImpatientTime:
    def __init__(self, time: Any) -> None:
        self._time = time

    def sleep(self, seconds: float) -> None:
        """Their tests sleep only to let a server start."""

    def __getattr__(self, name: str) -> Any:
        return getattr(self._time, name)


def testing_pack(tree: Path, own: Mapping[str, Definition], places: Places) -> LoadedPacks:
    """The pack of their tests, loaded as any other."""
    return load_packs([tree / "tests" / "execution" / "testing_nodes"], own, places)


def run(tree: Path, options: Sequence[str]) -> int:
    """Run the tests of a tree and print what became of them; the exit code."""
    sys.dont_write_bytecode = True
    sys.modules.setdefault("websocket", types.ModuleType("websocket"))
    files = [tree / "tests" / "execution" / name for name in FILES]
    with tempfile.TemporaryDirectory() as folder:
        places = Places.of(Path(folder) / "output", Path(folder) / "input")
        own = headless_definitions(places.input, places.output)
        packs = testing_pack(tree, own, places)
        for skipped in packs.skipped:
            print(skipped)
        suite = Suite({**own, **packs.definitions}, places.output)
        words = [str(file) for file in files if file.is_file()]
        words += ["--rootdir", str(tree), "-p", "no:cacheprovider", "-o", "addopts=", "--import-mode=prepend"]
        words += ["--output_dir", str(places.output), "-q", "-W", "ignore", *options]
        sys.path.insert(0, str(tree))
        with packs.offered():
            pytest.main(words, plugins=[suite])
    return tell(suite)


def tell(suite: Suite) -> int:
    """Print the sum; the exit code."""
    counts = Counter(suite.outcomes.values())
    for test, reason in suite.reasons.items():
        print(f"failed: {test.rpartition('/')[2]}: {reason}")
    for about, count in suite.left_out.items():
        print(f"left out: {count} about {about}")
    left_out = sum(suite.left_out.values())
    print(f"{counts['passed']} passed, {counts['failed']} failed, {left_out} left out (the wire)")
    return int(counts["failed"] > 0 or counts["passed"] == 0)


def main() -> int:
    """Read the command line; the exit code."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("tree", type=Path)
    options, more = parser.parse_known_args()
    return run(options.tree.absolute(), more)


if __name__ == "__main__":
    sys.exit(main())
