"""ComfyUI's executor, timed in a process of its own with its own Python; asked through stdin.

    PYTHON benchmarks/comfyui_child.py TREE

A line {"shape", "size", "repeats"} is answered by a line {"uncached", "cached"} in seconds, the best of the
repeats, or {"refused": why}. The server is a stand-in without a page, which is the cheapest there is.
"""

from __future__ import annotations

import asyncio
import contextlib
import copy
import gc
import inspect
import json
import logging
import sys
import time
import uuid
from typing import Any

from trivial_graphs import CLASSES, SHAPES, Api


class Nobody:
    """What the executor tells its server, for nobody to hear."""

    client_id = None
    last_node_id = None
    sockets_metadata: dict[str, Any] = {}  # noqa: RUF012 - as the real one has it

    def send_sync(self, event: str, data: Any, sid: str | None = None) -> None:
        """Say nothing."""

    def queue_updated(self) -> None:
        """Say nothing."""


class Refused(Exception):  # noqa: N818 - an answer
    """ComfyUI does not run that graph."""


class ComfyUI:
    """The executor of a source tree."""

    def __init__(self, tree: str) -> None:
        sys.path.insert(0, tree)
        sys.argv = ["main.py", "--cpu"]
        import comfy.options

        comfy.options.enable_args_parsing()
        import execution

        import nodes

        nodes.NODE_CLASS_MAPPINGS.clear()
        nodes.NODE_CLASS_MAPPINGS.update(CLASSES)
        self._execution = execution

    def new_executor(self) -> Any:
        """One that has nothing cached."""
        cache = self._execution.CacheType.CLASSIC
        named = inspect.signature(self._execution.PromptExecutor).parameters
        options = {"cache_args": {"lru": 0, "ram": 0.0, "ram_inactive": 0.0}} if "cache_args" in named else {}
        return self._execution.PromptExecutor(Nobody(), cache_type=cache, **options)

    def run(self, executor: Any, api: Api) -> float:
        """Validate and execute, as its server does with what a client sends; the seconds it took."""
        prompt, name = copy.deepcopy(api), str(uuid.uuid4())
        gc.collect()
        begun = time.perf_counter()
        valid, error, outputs, node_errors = asyncio.run(self._execution.validate_prompt(name, prompt, None))
        if not valid or node_errors:
            raise Refused(_reason(error, node_errors))
        executor.execute(prompt, name, {}, outputs)
        seconds = time.perf_counter() - begun
        if not executor.success:
            told = dict(executor.status_messages).get("execution_error", {})
            raise Refused(str(told.get("exception_type")))
        return seconds


def _reason(error: Any, node_errors: Any) -> str:
    found = [problem for node in node_errors.values() for problem in node["errors"]] or [error]
    return str(found[0].get("details") or found[0].get("message")).splitlines()[0][:80]


def answer(comfy: ComfyUI, asked: dict[str, Any]) -> dict[str, Any]:
    """Time one graph."""
    api = SHAPES[asked["shape"]](asked["size"])
    uncached, cached = [], []
    try:
        for _ in range(asked["repeats"]):
            executor = comfy.new_executor()
            uncached.append(comfy.run(executor, api))
            cached.append(comfy.run(executor, api))
    except (Refused, RecursionError) as refused:
        return {"refused": str(refused) or type(refused).__name__}
    return {"uncached": min(uncached), "cached": min(cached)}


def main() -> None:
    """Answer until nobody asks."""
    answers = sys.stdout
    with contextlib.redirect_stdout(sys.stderr):
        comfy = ComfyUI(sys.argv[1])
        logging.disable(logging.CRITICAL)
        print(json.dumps({"ready": True}), file=answers, flush=True)
        for line in sys.stdin:
            print(json.dumps(answer(comfy, json.loads(line))), file=answers, flush=True)


if __name__ == "__main__":
    main()
