"""Prompts of the page, run by our own executor, and told to the page as ComfyUI tells them."""

from __future__ import annotations

import asyncio
import json
import threading
import uuid
from pathlib import Path
from typing import Any

import scorefield
from aiohttp import WSMsgType, web
from scorefield.graph import events
from scorefield.graph.errors import InvalidWorkflow, NodeFailed
from scorefield.graph.object_info import object_info
from scorefield.nodes.headless import headless_definitions


class Runs:
    """One prompt after another, and the sockets that watch them."""

    def __init__(self, folder: Path) -> None:
        known = headless_definitions(folder / "input", folder)
        self.definitions = {name: object_info(each) for name, each in known.items()}
        self.history: dict[str, Any] = {}
        self._session = scorefield.Session(
            out=folder, input_folder=folder / "input", definitions=known, has_page=True
        )
        self._sockets: set[web.WebSocketResponse] = set()
        self._turn = asyncio.Lock()
        self._stop = threading.Event()
        self._tasks: set[asyncio.Task[None]] = set()

    async def watch(self, request: web.Request) -> web.WebSocketResponse:
        """The page's websocket."""
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        self._sockets.add(socket)
        sid = request.query.get("clientId") or uuid.uuid4().hex
        await socket.send_json(
            {"type": "status", "data": {"status": {"exec_info": {"queue_remaining": 0}}, "sid": sid}}
        )
        async for message in socket:
            if message.type == WSMsgType.TEXT and json.loads(message.data).get("type") == "feature_flags":
                await socket.send_json({"type": "feature_flags", "data": {}})
        self._sockets.discard(socket)
        return socket

    async def queue(self, asked: dict[str, Any]) -> dict[str, Any]:
        """Take a prompt; it runs when its turn comes."""
        prompt_id = asked.get("prompt_id") or str(uuid.uuid4())
        task = asyncio.create_task(self._run(prompt_id, asked))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return {"prompt_id": prompt_id, "number": len(self.history), "node_errors": {}}

    def stop(self) -> None:
        """Interrupt what runs now."""
        self._stop.set()

    async def _run(self, prompt_id: str, asked: dict[str, Any]) -> None:
        async with self._turn:
            self._stop = threading.Event()
            loop = asyncio.get_running_loop()
            told = _Told(prompt_id, lambda kind, data: loop.call_soon_threadsafe(self._tell, kind, data))
            told.say("status", status={"exec_info": {"queue_remaining": 1}})
            told.say("execution_start")
            await asyncio.to_thread(self._in_thread, asked["prompt"], told)
            outcome = {
                "status_str": told.status,
                "completed": told.status == "success",
                "messages": [[told.end, {}]],
            }
            self.history[prompt_id] = {
                "outputs": told.outputs,
                "status": outcome,
                "prompt": [0, prompt_id, asked["prompt"], {}, []],
            }
            told.say("executing", node=None)
            told.say("status", status={"exec_info": {"queue_remaining": 0}})

    def _in_thread(self, prompt: dict[str, Any], told: _Told) -> None:
        try:
            self._session.run(prompt, listener=told.hear, stop=self._stop)
        except (InvalidWorkflow, NodeFailed) as failure:
            told.failed(failure)

    def _tell(self, kind: str, data: dict[str, Any]) -> None:
        for socket in self._sockets:
            task = asyncio.ensure_future(socket.send_json({"type": kind, "data": data}))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)


class _Told:
    """What one prompt has told, in ComfyUI's words."""

    def __init__(self, prompt_id: str, send: Any) -> None:
        self.outputs: dict[str, Any] = {}
        self.status, self.end = "success", "execution_success"
        self._prompt_id = prompt_id
        self._send = send

    def say(self, kind: str, **data: Any) -> None:
        """Send one message."""
        self._send(kind, {**data, "prompt_id": self._prompt_id})

    def hear(self, event: events.Event) -> None:
        """Pass on what the executor says."""
        if isinstance(event, events.NodeStarted):
            self.say("executing", node=event.node_id, display_node=event.node_id)
        elif isinstance(event, events.NodeProgress):
            self.say("progress", node=event.node_id, value=event.value, max=event.total)
        elif isinstance(event, events.NodeCached | events.NodeDone) and event.ui:
            self.outputs[event.node_id] = output = {k: [_bare(e) for e in v] for k, v in event.ui.items()}
            self.say("executed", node=event.node_id, display_node=event.node_id, output=output)
        elif isinstance(event, events.RunDone) and event.status != "failed":
            if event.status == "interrupted":
                self.status, self.end = "error", "execution_interrupted"
            self.say(self.end, node_id="", node_type="", executed=[])

    def failed(self, failure: Exception) -> None:
        """Say that a node failed."""
        self.status, self.end = "error", "execution_error"
        self.say(
            self.end,
            **{key: [] for key in ("executed", "traceback", "current_outputs")},
            node_id=getattr(failure, "node_id", ""),
            node_type="",
            exception_message=str(failure),
            exception_type=type(failure).__name__,
            current_inputs={},
        )


def _bare(entry: Any) -> Any:
    """A file as the page knows it: the path on this machine is not its business."""
    return {k: v for k, v in entry.items() if k != "path"} if isinstance(entry, dict) else entry
