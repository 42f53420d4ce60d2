"""The command line in a process that is killed before it changes a folder for a given time."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from typing import Any

import torch  # noqa: F401 - once here, and not once in every process that is killed
from scorefield.cli import main
from scorefield.graph.contract import Definition

CHANGES = {"os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.link", "os.truncate"}


def run_until(change: int, words: list[str], known: dict[str, Definition]) -> bool:
    """Run a command in a process of its own, killed before it changes the sweep's folder for that time.

    Gives whether it was killed.
    """
    child = os.fork()
    if child == 0:
        with open(os.devnull, "w") as nowhere:  # noqa: PTH123 - a handle to put over others
            os.dup2(nowhere.fileno(), 1)
            os.dup2(nowhere.fileno(), 2)
        sys.addaudithook(_killer(change))
        os._exit(main(words, known))
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0
    return os.WIFSIGNALED(status)


def _killer(change: int) -> Callable[[str, tuple[Any, ...]], None]:
    left = [change]

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        writes = event == "open" and isinstance(arguments[1], str) and set(arguments[1]) & set("wxa+")
        if (writes or event in CHANGES) and "sweep" in str(arguments[0]):
            left[0] -= 1
            if left[0] == 0:
                os.kill(os.getpid(), signal.SIGKILL)

    return hook
