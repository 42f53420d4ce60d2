"""The process as a whole: how fast it starts, and how it stops."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
from pathlib import Path

WALK = """
import sys, time
from typing import Annotated
from scorefield.cli import main
from scorefield.graph.context import Context
from scorefield.graph.declare import Int, node

@node("Walk", title="Walk", category="test", output_node=True)
def walk(
    steps: Annotated[int, Int("Steps.")] = 2000, pause: Annotated[int, Int("ms")] = 10, *, context: Context
) -> None:
    "Takes steps, and leaves a trace of each."
    for step in range(steps):
        context.progress(step, steps)
        print("step", step, file=sys.stderr, flush=True)
        time.sleep(pause / 1000)
    (context.output_folder / "whole.txt").write_text("whole")

sys.exit(main(definitions={"Walk": walk}))
"""


def walk(folder: Path, *words: str) -> subprocess.Popen[str]:
    (folder / "walk.py").write_text(WALK)
    (folder / "walk.json").write_text(json.dumps({"7": {"class_type": "Walk"}}))
    command = [sys.executable, "walk.py", "run", "walk.json", "--json", *words]
    return subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def wait_for_step(process: subprocess.Popen[str], step: int) -> None:
    assert process.stderr is not None
    for line in process.stderr:
        if line.strip() == f"step {step}":
            return
    raise AssertionError("the process ended before that step")


def test_ctrl_c_stops_within_a_step_with_exit_130_and_nothing_written(tmp_path: Path) -> None:
    walking = walk(tmp_path)
    wait_for_step(walking, 3)
    walking.send_signal(signal.SIGINT)
    stdout, stderr = walking.communicate(timeout=10)
    assert walking.returncode == 130
    report = json.loads(stdout)
    assert (report["status"], report["executed"]) == ("interrupted", [])
    before, after = stderr.split("stopping at the next step")
    assert len(re.findall(r"^step", after, re.MULTILINE)) <= 1
    assert "Traceback" not in before + after
    assert not (tmp_path / "output").exists()


def test_ctrl_c_ends_a_sweep_and_its_index_tells_what_was_done(tmp_path: Path) -> None:
    walking = walk(tmp_path, "--vary", "Walk.steps=5,2000,6")
    wait_for_step(walking, 10)
    walking.send_signal(signal.SIGINT)
    stdout, _ = walking.communicate(timeout=10)
    assert (walking.returncode, json.loads(stdout)["status"]) == (130, "interrupted")
    index = json.loads((tmp_path / "output" / "sweep.json").read_text())
    assert [run["status"] for run in index["runs"]] == ["done", "interrupted"]
    assert [path.parent.name for path in tmp_path.rglob("whole.txt")] == ["steps=5"]


def test_a_sweep_that_was_interrupted_goes_on_with_the_same_words(tmp_path: Path) -> None:
    words = ["--vary", "Walk.steps=5,150,6"]
    walking = walk(tmp_path, *words)
    wait_for_step(walking, 10)
    walking.send_signal(signal.SIGINT)
    walking.communicate(timeout=10)
    assert walking.returncode == 130
    again = walk(tmp_path, *words)
    stdout, stderr = again.communicate(timeout=20)
    assert (again.returncode, json.loads(stdout)["status"]) == (0, "done")
    assert "1 of 3 runs are there, 2 are to be made" in stderr
    assert sorted(
        path.relative_to(tmp_path / "output").as_posix() for path in tmp_path.rglob("whole.txt")
    ) == [
        "steps=150/whole.txt",
        "steps=5/whole.txt",
        "steps=6/whole.txt",
    ]
    assert not list((tmp_path / "output").glob(".*"))


def test_a_second_ctrl_c_ends_the_process_at_once(tmp_path: Path) -> None:
    walking = walk(tmp_path, "--set", "Walk.pause=5000")
    wait_for_step(walking, 0)
    walking.send_signal(signal.SIGINT)
    assert walking.stderr is not None
    while "again to stop at once" not in walking.stderr.readline():
        pass
    walking.send_signal(signal.SIGINT)
    walking.communicate(timeout=3)
    assert walking.returncode == -signal.SIGINT


def test_importing_the_package_and_help_load_nothing_heavy() -> None:
    code = "import sys, scorefield; from scorefield.cli import main\n"
    code += "try: main(['--help'])\nexcept SystemExit: pass\n"
    code += "assert not {'torch', 'PIL', 'matplotlib', 'numpy'} & set(sys.modules), 'something heavy'"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "run a workflow" in done.stdout
