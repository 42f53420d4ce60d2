"""The tree in a process on a real terminal: what it leaves there, and what it keeps off stdout."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from .terminal import Terminal, screen
from .test_process import WALK


def walk(folder: Path, terminal: Terminal, *words: str) -> subprocess.Popen[str]:
    (folder / "walk.py").write_text(WALK)
    (folder / "walk.json").write_text(json.dumps({"7": {"class_type": "Walk"}}))
    command = [sys.executable, "walk.py", "run", "walk.json", "--json", *words]
    environment = {**os.environ, "TERM": "xterm-256color", "PYTHONIOENCODING": "utf-8"}
    return subprocess.Popen(
        command, cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=terminal.stream, text=True
    )


def test_stdout_is_json_and_the_terminal_has_the_tree_below_what_was_printed(tmp_path: Path) -> None:
    terminal = Terminal()
    process = walk(tmp_path, terminal, "--set", "Walk.steps=30")
    stdout, _ = process.communicate(timeout=20)
    lines = screen(terminal.close())
    assert (process.returncode, json.loads(stdout)["status"]) == (0, "done")
    assert lines[:30] == [f"step {step}" for step in range(30)]
    assert [line.split("  ")[0] for line in lines[30:]] == ["✓ Walk (7)", "", ""]


def test_ctrl_c_leaves_the_terminal_as_it_was(tmp_path: Path) -> None:
    terminal = Terminal()
    process = walk(tmp_path, terminal)
    while "step 3" not in terminal.text:
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=20)
    text = terminal.close()
    assert process.returncode == 130
    assert "stopping at the next step; again to stop at once" in screen(text)
    assert "– Walk (7)  stopped" in screen(text)
    assert "\x1b[?" not in text, "no mode of the terminal was changed"
    assert text.endswith("\x1b[J"), "the cursor stands on a line of its own"


def test_a_second_ctrl_c_leaves_it_too(tmp_path: Path) -> None:
    terminal = Terminal()
    process = walk(tmp_path, terminal, "--set", "Walk.pause=5000")
    while "Walk" not in terminal.text:
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    while "again to stop at once" not in terminal.text:
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=5)
    text = terminal.close()
    assert (process.returncode, "\x1b[?" in text) == (-signal.SIGINT, False)
