"""A server that plays ComfyUI's protocol as we have recorded it, and misbehaves where a test asks it to."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from aiohttp import WSMsgType, web

Message = dict[str, Any]
OBJECT_INFO: dict[str, Any] = {
    "Start": {
        "input": {"required": {"value": ["INT", {"default": 1, "min": 1, "max": 50}]}},
        "input_order": {"required": ["value"]},
        "output": ["NUMBER"],
        "output_name": ["n"],
        "output_is_list": [False],
        "name": "Start",
        "display_name": "The Start",
        "output_node": False,
    },
    "Read": {
        "input": {"required": {"image": [["there.png"], {"image_upload": True}]}},
        "output": ["NUMBER"],
        "output_name": ["n"],
        "output_node": False,
    },
    "Save": {
        "input": {"required": {"number": ["NUMBER", {"tooltip": "It."}]}, "optional": {"name": ["STRING"]}},
        "output": [],
        "output_name": [],
        "display_name": "Save Text",
        "output_node": True,
    },
}


@dataclass
class Played:
    """A job as the server knows it."""

    prompt_id: str
    prompt: Message
    body: Message
    client_id: str
    interrupted: threading.Event = field(default_factory=threading.Event)


Program = Callable[["PlayedServer", Played], Awaitable[None]]


class PlayedServer:
    """Runs on a thread; a `program` says what a job does. What was asked of it is in the attributes."""

    def __init__(self) -> None:
        self.object_info: Any = OBJECT_INFO
        self.program: Program = run_all
        self.files: dict[str, bytes] = {}
        self.inputs: dict[str, bytes] = {}
        self.history: dict[str, Message] = {}
        self.running: list[Played] = []
        self.pending: list[Played] = []
        self.sent: list[Played] = []
        self.views: list[dict[str, str]] = []
        self.cancelled: list[str] = []
        self.interrupts: list[Any] = []
        self.headers: list[dict[str, str]] = []
        self.refusal: tuple[int, Any] | None = None
        self.node_errors: Message = {}
        self.is_new = True
        self.has_websocket = True
        self.is_busy = False
        self.is_deaf = False
        self.connected = 0
        self.on_view: Callable[[], None] = lambda: None
        self.on_upload: Callable[[str], None] = lambda _name: None
        self.url = ""
        self._sockets: dict[str, web.WebSocketResponse] = {}
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._runner: web.AppRunner | None = None
        self._jobs: set[asyncio.Task[None]] = set()

    def start(self) -> None:
        """Listen on a free port."""
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self._listen(), self._loop).result(10)

    def stop(self) -> None:
        """Be gone, with every connection."""
        if self._runner is not None:
            asyncio.run_coroutine_threadsafe(self._leave(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)

    async def vanish(self) -> None:
        """Stop answering in the middle of a job."""
        runner, self._runner = self._runner, None
        assert runner is not None
        for socket in list(self._sockets.values()):
            assert socket._req is not None and socket._req.transport is not None
            socket._req.transport.abort()
        for site in list(runner.sites):
            await site.stop()

    async def tell(self, job: Played, kind: str, **data: Any) -> None:
        """Send a message about a job to its client."""
        message = {"type": kind, "data": {"prompt_id": job.prompt_id, **data}}
        self.history.setdefault(f"messages {job.prompt_id}", {"all": []})["all"].append(message)
        socket = self._sockets.get(job.client_id)
        if socket is not None and not socket.closed:
            await socket.send_json(message)

    async def drop_socket(self, job: Played) -> None:
        """Close the job's websocket; the client may come again."""
        socket = self._sockets.pop(job.client_id, None)
        if socket is not None:
            await socket.close()

    def finish(self, job: Played, outputs: Message, status: str = "success", **more: Any) -> None:
        """Put a job into the history."""
        kept = ("execution_start", "execution_cached", "execution_success", "execution_error")
        told = self.history.pop(f"messages {job.prompt_id}", {"all": []})["all"]
        messages = [[m["type"], m["data"]] for m in told if m["type"] in (*kept, "execution_interrupted")]
        state = {"status_str": status, "completed": status == "success", "messages": messages}
        self.history[job.prompt_id] = {"outputs": outputs, "status": state, "meta": {}, **more}
        self.running.remove(job)

    async def _leave(self) -> None:
        for task in self._jobs:
            task.cancel()
        assert self._runner is not None
        await self._runner.cleanup()

    async def _listen(self) -> None:
        app = web.Application(middlewares=[self._note])
        app.add_routes(
            [
                web.get("/object_info", self._object_info),
                web.get("/ws", self._socket),
                web.post("/prompt", self._prompt),
                web.get("/queue", self._queue),
                web.post("/queue", self._edit_queue),
                web.get("/history/{id}", self._history),
                web.post("/interrupt", self._interrupt),
                web.post("/api/jobs/{id}/cancel", self._cancel),
                web.post("/upload/image", self._upload),
                web.get("/view", self._view),
            ]
        )
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"

    @web.middleware
    async def _note(self, request: web.Request, handler: Any) -> web.StreamResponse:
        self.headers.append({key.lower(): value for key, value in request.headers.items()})
        if self.refusal is not None:
            status, body = self.refusal
            if status >= 300 and status < 400:
                return web.Response(status=status, headers={"Location": body})
            return web.Response(status=status, text=body if isinstance(body, str) else None)
        answer: web.StreamResponse = await handler(request)
        return answer

    async def _object_info(self, _request: web.Request) -> web.Response:
        return web.json_response(self.object_info)

    async def _socket(self, request: web.Request) -> web.StreamResponse:
        if not self.has_websocket:
            return web.Response(status=404)
        while self.is_deaf:
            await asyncio.sleep(0.01)
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        self.connected += 1
        client_id = request.query["clientId"]
        self._sockets[client_id] = socket
        await socket.send_json({"type": "status", "data": {"status": {}, "sid": client_id}})
        await socket.send_bytes(b"\0\0\0\1\0\0\0\1a preview")
        async for message in socket:
            assert message.type is not WSMsgType.ERROR
        return socket

    async def _prompt(self, request: web.Request) -> web.Response:
        body = await request.json()
        if self.node_errors.get("error"):
            return web.json_response(self.node_errors, status=400)
        job = Played(body["prompt_id"], body["prompt"], body, body["client_id"])
        self.sent.append(job)
        self.pending.append(job)
        if not self.is_busy:
            task = asyncio.create_task(self._run(job))
            self._jobs.add(task)
        errors = self.node_errors.get("node_errors", {})
        return web.json_response({"prompt_id": job.prompt_id, "number": 1, "node_errors": errors})

    async def _run(self, job: Played) -> None:
        await asyncio.sleep(0)
        self.pending.remove(job)
        self.running.append(job)
        await self.program(self, job)

    async def _queue(self, _request: web.Request) -> web.Response:
        jobs = {
            "queue_running": [[1, job.prompt_id, job.prompt] for job in self.running],
            "queue_pending": [[2, job.prompt_id, job.prompt] for job in self.pending],
        }
        return web.json_response(jobs)

    async def _edit_queue(self, request: web.Request) -> web.Response:
        self._dequeue((await request.json())["delete"])
        return web.Response()

    def _dequeue(self, ids: list[str]) -> None:
        self.cancelled += [job.prompt_id for job in self.pending if job.prompt_id in ids]
        self.pending = [job for job in self.pending if job.prompt_id not in ids]

    async def _history(self, request: web.Request) -> web.Response:
        prompt_id = request.match_info["id"]
        entry = self.history.get(prompt_id)
        return web.json_response({} if entry is None else {prompt_id: entry})

    async def _interrupt(self, request: web.Request) -> web.Response:
        body = await request.json()
        self.interrupts.append(body)
        for job in self.running:
            if job.prompt_id == body["prompt_id"]:
                job.interrupted.set()
        return web.Response()

    async def _cancel(self, request: web.Request) -> web.Response:
        if not self.is_new:
            return web.Response(status=405)
        prompt_id = request.match_info["id"]
        self._dequeue([prompt_id])
        for job in self.running:
            if job.prompt_id == prompt_id:
                self.cancelled.append(prompt_id)
                job.interrupted.set()
        return web.json_response({"cancelled": True})

    async def _upload(self, request: web.Request) -> web.Response:
        form = await request.post()
        file, subfolder = form["image"], str(form.get("subfolder", ""))
        assert isinstance(file, web.FileField) and "overwrite" not in form and form["type"] == "input"
        content, name = file.file.read(), file.filename
        place = f"{subfolder}/{name}".lstrip("/")
        self.on_upload(place)
        if self.inputs.get(place, content) != content:
            name = f"other {name}"
        self.inputs[f"{subfolder}/{name}".lstrip("/")] = content
        return web.json_response({"name": name, "subfolder": subfolder, "type": "input"})

    async def _view(self, request: web.Request) -> web.StreamResponse:
        query = dict(request.query)
        self.views.append(query)
        self.on_view()
        content = self.files.get(query["filename"])
        if content is None:
            return web.Response(status=404)
        if content.startswith(b"broken"):
            response = web.StreamResponse(headers={"Content-Length": "1000"})
            await response.prepare(request)
            await response.write(content)
            assert request.transport is not None
            request.transport.abort()
            return response
        return web.Response(body=content)


def image(filename: str, subfolder: str = "", type: str = "output") -> dict[str, str]:
    """A file as a node shows it."""
    return {"filename": filename, "subfolder": subfolder, "type": type}


def state(node_id: str, value: float, total: float, kind: str = "running", **more: str) -> Message:
    """A node's entry in a progress_state."""
    about = {"value": value, "max": total, "state": kind, "node_id": node_id, "display_node_id": node_id}
    return {node_id: {**about, **more}}


async def run_all(server: PlayedServer, job: Played) -> None:
    """Every node runs; those that save make a file of their name."""
    await server.tell(job, "execution_start")
    await server.tell(job, "execution_cached", nodes=[])
    outputs = {}
    for node_id, node in sorted(job.prompt.items()):
        await server.tell(job, "progress_state", nodes=state(node_id, 0, 1))
        await server.tell(job, "executing", node=node_id, display_node=node_id)
        for step in (1, 2, 3):
            await server.tell(job, "progress", node=node_id, value=step, max=3)
        if node["class_type"] == "Save":
            name = f"{node['inputs'].get('name', 'result')}.txt"
            server.files.setdefault(name, f"content of {name}".encode())
            outputs[node_id] = {"images": [image(name, "made")], "text": ["so it is"]}
            await server.tell(job, "executed", node=node_id, display_node=node_id, output=outputs[node_id])
        await server.tell(job, "progress_state", nodes=state(node_id, 1, 1, "finished"))
    await server.tell(job, "execution_success")
    server.finish(job, outputs)
    await server.tell(job, "executing", node=None)


async def until_interrupted(server: PlayedServer, job: Played) -> None:
    """The first node runs until somebody stops it."""
    await server.tell(job, "execution_start")
    await server.tell(job, "execution_cached", nodes=[])
    await server.tell(job, "executing", node="1", display_node="1")
    while not job.interrupted.is_set():
        await asyncio.sleep(0.01)
    await server.tell(job, "execution_interrupted", node_id="1", node_type="Start", executed=[])
    server.finish(job, {}, "error")
