#!/usr/bin/env python3
"""Send workflows to a running ComfyUI that has this pack with `scorefield run --to`; check what comes back.

    run_elsewhere.py URL WORKFLOW.json [WORKFLOW.json ...]

Each workflow runs there and here, and the pictures must be the same to the pixel. Then: a node that fails, a
workflow that the server refuses, a picture that has to be uploaded, Ctrl-C while a job runs and while one
waits, two clients at once. Prints a line for each check and exits 1 unless all hold.
"""

import argparse
import json
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from PIL import Image
from same_pixels import difference, name_of

LONG = {"ScorefieldTrain.steps": "100000"}
TRAINING = Path(__file__).parents[2] / "workflows" / "train-in-the-graph.json"
FAILS = {
    "1": {"class_type": "ScorefieldSpiral", "inputs": {"count": 100}},
    "2": {
        "class_type": "ScorefieldRandomWalk",
        "inputs": {"points": ["1", 0], "start": 90_000},
        "_meta": {"title": "From nowhere"},
    },
    "3": {"class_type": "ScorefieldTrajectoryPlot", "inputs": {"trajectory": ["2", 0]}},
    "4": {"class_type": "PreviewImage", "inputs": {"images": ["3", 0]}},
}
INVALID = {
    "1": {"class_type": "EmptyImage", "inputs": {"width": 99_999, "height": 8, "batch_size": 1, "color": 0}},
    "2": {"class_type": "PreviewImage", "inputs": {"images": ["1", 0]}},
}
PICTURE = {
    "1": {"class_type": "LoadImage", "inputs": {"image": "remote-check/dot.png"}},
    "2": {
        "class_type": "ImageScaleBy",
        "inputs": {"image": ["1", 0], "upscale_method": "area", "scale_by": 1.0},
    },
    "3": {"class_type": "PreviewImage", "inputs": {"images": ["2", 0]}},
}


class Checks:
    """What was checked, and whether all of it held."""

    def __init__(self) -> None:
        self.failed = 0

    def note(self, name: str, holds: bool, said: object = "") -> None:
        """Print one line."""
        self.failed += not holds
        print(f"{'ok  ' if holds else 'FAIL'} {name}: {said}", flush=True)


def start(url: str | None, file: Path, out: Path, *words: str) -> "subprocess.Popen[str]":
    """The command, begun."""
    to = ["--to", url] if url else []
    command = [sys.executable, "-m", "scorefield", "run", str(file), *to, "--out", str(out), "--json", *words]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def outcome(process: "subprocess.Popen[str]") -> tuple[int, dict[str, Any], str]:
    """Its exit code, the object on stdout and what it said on stderr."""
    stdout, stderr = process.communicate(timeout=600)
    return process.returncode, json.loads(stdout), stderr


def files_of(report: dict[str, Any]) -> dict[str, Path]:
    """The files a run names, by their place below the output folder of the host."""
    items = [item for ui in report["outputs"].values() for items in ui.values() for item in items]
    return {
        f"{item['subfolder']}/{name_of(Path(item['path']))}": Path(item["path"])
        for item in items
        if isinstance(item, dict) and "path" in item
    }


def texts_of(report: dict[str, Any]) -> dict[str, Any]:
    """The texts a run showed, by node."""
    return {node: ui["text"] for node, ui in report["outputs"].items() if "text" in ui}


def queue_of(url: str) -> dict[str, list[str]]:
    """The ids of the jobs that run and wait."""
    with urllib.request.urlopen(f"{url}/queue") as answer:
        return {key: [job[1] for job in jobs] for key, jobs in json.load(answer).items()}


def same_here(checks: Checks, url: str, file: Path, folder: Path) -> None:
    """A workflow gives the same pictures and texts there and here."""
    begin = time.perf_counter()
    code, there, _ = outcome(start(url, file, folder / "there"))
    seconds = time.perf_counter() - begin
    _, here, _ = outcome(start(None, file, folder / "here", "--no-cache"))
    ours, theirs = files_of(here), files_of(there)
    apart = {name: difference(ours[name], theirs[name]) for name in ours.keys() & theirs.keys()}
    same = ours.keys() == theirs.keys() and not any(apart.values()) and texts_of(here) == texts_of(there)
    nodes = [sorted(report["executed"] + report["cached"]) for report in (here, there)]
    keys = here.keys() == there.keys() and nodes[0] == nodes[1]
    checks.note(file.stem, code == 0 and same and keys, f"{len(apart)} pictures, {seconds:.1f} s there")


def refusals(checks: Checks, url: str, folder: Path) -> None:
    """What fails, and what is not valid, is told with its node."""
    file = folder / "graph.json"
    file.write_text(json.dumps({**PICTURE, "2": {"class_type": "ScorefieldThatIsNot", "inputs": {}}}))
    code, report, _ = outcome(start(url, file, folder))
    checks.note("an unknown class", code == 2 and report["errors"][0]["node_id"] == "2", report["errors"][0])
    file.write_text(json.dumps(INVALID))
    code, report, _ = outcome(start(url, file, folder))
    error = report["errors"][0]
    checks.note("a value out of range", (code, error["node_id"], error["input"]) == (2, "1", "width"), error)
    file.write_text(json.dumps(FAILS))
    code, report, stderr = outcome(start(url, file, folder))
    error = report.get("errors", [{}])[0]
    holds = (code, report["status"], error.get("node_id"), error.get("title")) == (
        1,
        "failed",
        "2",
        "From nowhere",
    )
    checks.note("a failing node", holds and "Traceback" not in stderr, error)


def uploads(checks: Checks, url: str, folder: Path) -> None:
    """A picture that lies here is read there, also when another of its name is there already."""
    file, input_folder = folder / "graph.json", folder / "input"
    file.write_text(json.dumps(PICTURE))
    path = input_folder / "remote-check" / "dot.png"
    path.parent.mkdir(parents=True)
    for colour in ((200, 10, 60), (10, 200, 60), (200, 10, 60)):
        Image.new("RGB", (16, 16), colour).save(path)
        code, report, _ = outcome(start(url, file, folder / "out", "--input", str(input_folder)))
        made = [Path(image["path"]) for image in report["outputs"]["3"]["images"]]
        with Image.open(made[0]) as picture:
            found = picture.convert("RGB").getpixel((8, 8))
        checks.note("an upload", code == 0 and found == colour, f"{found} at {made[0].name}")


def begun(process: "subprocess.Popen[str]") -> None:
    """Wait until a training reports its steps, or a job waits."""
    assert process.stderr is not None
    for line in process.stderr:
        if "Train" in line:
            return


def interruptions(checks: Checks, url: str, folder: Path) -> None:
    """Ctrl-C ends the job it belongs to and no other."""
    words = [word for target, value in LONG.items() for word in ("--set", f"{target}={value}")]
    first = start(url, TRAINING, folder / "first", *words, "--set", "ScorefieldTrain.seed=11")
    begun(first)
    second = start(url, TRAINING, folder / "second", *words, "--set", "ScorefieldTrain.seed=12")
    until(lambda: len(queue_of(url)["queue_pending"]) == 1)
    running = queue_of(url)["queue_running"]
    for name, process in (("a job that waits", second), ("a job that runs", first)):
        begin = time.perf_counter()
        process.send_signal(signal.SIGINT)
        code, report, stderr = outcome(process)
        seconds = time.perf_counter() - begin
        left = queue_of(url)
        expected = running if process is second else []
        holds = code == 130 and report["status"] == "interrupted" and left["queue_running"] == expected
        holds = holds and not left["queue_pending"] and "Traceback" not in stderr
        checks.note(f"Ctrl-C on {name}", holds, f"exit {code} after {seconds:.2f} s; queue {left}")


def until(holds: Any) -> None:
    """Wait until something is so."""
    for _ in range(600):
        if holds():
            return
        time.sleep(0.05)
    raise AssertionError("it never came")


def together(checks: Checks, url: str, file: Path, folder: Path) -> None:
    """Two clients at once each get what they asked for."""
    clients = [start(url, file, folder / str(n), "--set", f"ScorefieldTextImage.text={n}") for n in (3, 4)]
    reports = [outcome(client) for client in clients]
    texts = [texts_of(report) for _, report, _ in reports]
    names = [{path.name for path in files_of(report).values()} for _, report, _ in reports]
    holds = all(code == 0 for code, _, _ in reports) and texts[0] != texts[1] and not names[0] & names[1]
    checks.note("two clients at once", holds, f"{names}")


def folders() -> Iterator[Path]:
    """Fresh folders that go away at the end."""
    with tempfile.TemporaryDirectory() as folder:
        for number in range(1000):
            path = Path(folder) / str(number)
            path.mkdir()
            yield path


def main() -> int:
    """Check; the exit code."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("url")
    parser.add_argument("workflows", type=Path, nargs="+")
    options = parser.parse_args()
    checks, fresh = Checks(), folders()
    for workflow in options.workflows:
        same_here(checks, options.url, workflow, next(fresh))
    refusals(checks, options.url, next(fresh))
    uploads(checks, options.url, next(fresh))
    interruptions(checks, options.url, next(fresh))
    together(checks, options.url, TRAINING.with_name("image-to-point.json"), next(fresh))
    return int(checks.failed > 0)


if __name__ == "__main__":
    sys.exit(main())
