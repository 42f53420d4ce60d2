"""Our executor behind the few calls that ComfyUI's own tests make of its server."""

from __future__ import annotations

import io
import json
import urllib.error
import uuid
from collections import deque
from collections.abc import Mapping, Sequence
from email.message import Message
from pathlib import Path
from typing import Any

from scorefield.graph.cache import Cache, MemoryCache
from scorefield.graph.contract import Definition
from scorefield.graph.errors import InvalidWorkflow
from scorefield.graph.events import Event, NodeCached, NodeStarted
from scorefield.graph.execution.executor import execute
from scorefield.graph.host import Host
from scorefield.graph.loading import read_source
from scorefield.graph.plan import Plan
from scorefield.graph.result import RunResult
from scorefield.graph.validation import plan
from scorefield.graph.workflow import Graph


def cache_of(arguments: Sequence[str]) -> Cache | None:
    """The cache that a server with these arguments would have."""
    if "--cache-none" in arguments:
        return None
    limit = int(arguments[arguments.index("--cache-lru") + 1]) if "--cache-lru" in arguments else 0
    return MemoryCache(limit=limit) if limit else MemoryCache()


class Server:
    """Runs prompts one after another, and remembers what they gave."""

    def __init__(self, definitions: Mapping[str, Definition], folder: Path, arguments: Sequence[str]) -> None:
        self._definitions = definitions
        self._folder = folder
        self._cache = cache_of(arguments)
        self._instances: dict[Any, Any] = {}
        self.history: dict[str, dict[str, Any]] = {}
        self.messages: deque[dict[str, Any]] = deque()

    def run(self, prompt: Mapping[str, Any], targets: Sequence[str] | None) -> str:
        """Check a prompt, run it, and give its id; what a page would be told waits in `messages`.

        Raises:
            HTTPError: nothing of it can run.
        """
        prompt = json.loads(json.dumps(prompt))
        try:
            source = read_source(prompt, self._definitions)
            planned = self._plan(source.graph, targets)
        except InvalidWorkflow as invalid:
            raise _refusal(invalid) from None
        prompt_id = str(uuid.uuid4())
        host = self._host(prompt)
        result = execute(
            planned, host, cache=self._cache, listener=lambda event: self._tell(prompt_id, event)
        )
        self._close(prompt_id, result)
        return prompt_id

    def read(self, filename: str, subfolder: str, kind: str) -> bytes:
        """The content of a file that a node showed."""
        return self._host({}).find({"filename": filename, "subfolder": subfolder, "type": kind}).read_bytes()

    def _host(self, prompt: Mapping[str, Any]) -> Host:
        return Host(self._folder, device="cpu", prompt=prompt, instances=self._instances)

    def _plan(self, graph: Graph, targets: Sequence[str] | None) -> Plan:
        """The plan of all outputs that can run, as ComfyUI does it: it lays what is wrong at each output."""
        outputs = [node_id for node_id, node in graph.items() if self._is_output(node.class_type)]
        wanted = outputs if targets is None else [node_id for node_id in outputs if node_id in targets]
        valid, problems = [], []
        for node_id in wanted:
            try:
                plan(graph, self._definitions, [node_id])
                valid.append(node_id)
            except InvalidWorkflow as invalid:
                problems.extend(invalid.problems)
        if not valid:
            raise InvalidWorkflow(problems)
        return plan(graph, self._definitions, valid)

    def _is_output(self, class_type: str) -> bool:
        return class_type in self._definitions and self._definitions[class_type].output_node

    def _tell(self, prompt_id: str, event: Event) -> None:
        if isinstance(event, NodeStarted):
            self._send("executing", prompt_id, node=event.node_id)
        elif isinstance(event, NodeCached):
            self._send("execution_cached", prompt_id, nodes=[event.node_id])

    def _close(self, prompt_id: str, result: RunResult) -> None:
        cached_beside = [node_id for node_id in result.cached if node_id not in result.executed]
        self._send("execution_cached", prompt_id, nodes=cached_beside)
        for failure in result.failures[:1]:
            problem = failure.problem()
            self._send(
                "execution_error",
                prompt_id,
                node_id=failure.node_id,
                node_type=failure.class_type,
                exception_message=problem.message,
                exception_type=type(failure.cause).__name__,
            )
        self._send("executing", prompt_id, node=None)
        self.history[prompt_id] = {"outputs": json.loads(json.dumps(result.ui, default=str))}

    def _send(self, kind: str, prompt_id: str, **data: Any) -> None:
        self.messages.append({"type": kind, "data": {"prompt_id": prompt_id, **data}})


def _refusal(invalid: InvalidWorkflow) -> urllib.error.HTTPError:
    body = json.dumps({"error": [problem.as_dict() for problem in invalid.problems]}).encode()
    return urllib.error.HTTPError("in process", 400, str(invalid), Message(), io.BytesIO(body))


class Socket:
    """The end of a websocket from which messages come."""

    def __init__(self, server: Server) -> None:
        self._server = server

    def recv(self) -> str:
        """The next message."""
        return json.dumps(self._server.messages.popleft())


def methods(current_server: Any) -> dict[str, Any]:
    """What replaces the methods of their `ComfyClient` that go over the wire.

    Args:
        current_server: gives the server that "runs" now.
    """

    def connect(client: Any, *_: Any, **__: Any) -> None:
        client.client_id = "in process"
        client.server_address = "in process"
        client.ws = Socket(current_server())

    def queue_prompt(client: Any, prompt: Any, partial_execution_targets: Any = None) -> dict[str, Any]:
        current_server().messages.clear()
        return {"prompt_id": current_server().run(prompt, partial_execution_targets)}

    def get_history(client: Any, prompt_id: str) -> dict[str, Any]:
        return {prompt_id: current_server().history[prompt_id]}

    def get_image(client: Any, filename: str, subfolder: str, folder_type: str) -> bytes:
        content: bytes = current_server().read(filename, subfolder, folder_type)
        return content

    return {
        "connect": connect,
        "queue_prompt": queue_prompt,
        "get_history": get_history,
        "get_image": get_image,
    }
