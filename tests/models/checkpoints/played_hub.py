"""A server that speaks as Hugging Face's does, of one repository, for as long as a test lasts."""

from __future__ import annotations

import asyncio
import hashlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from aiohttp import web

COMMIT = "c" * 40


class PlayedHub:
    """The repository org/tiny, and what it was asked for.

    Attributes:
        files: the files there.
        asked: the paths of all requests that fetched something.
        wrong: of files that are listed as they should be, what really comes.
        url: where it answers.
    """

    def __init__(self, files: dict[str, bytes]) -> None:
        self.files = files
        self.asked: list[str] = []
        self.wrong: dict[str, bytes] = {}
        self.url = ""

    async def info(self, request: web.Request) -> web.Response:
        if request.match_info["name"] != "tiny":
            code = "GatedRepo" if request.match_info["name"] == "gated" else "RepoNotFound"
            status = 403 if code == "GatedRepo" else 404
            return web.json_response({"error": "no"}, status=status, headers={"X-Error-Code": code})
        siblings = [_sibling(name, content) for name, content in self.files.items()]
        return web.json_response({"id": "org/tiny", "sha": COMMIT, "siblings": siblings})

    async def tree(self, request: web.Request) -> web.Response:
        return web.json_response([_entry(name, content) for name, content in self.files.items()])

    async def file(self, request: web.Request) -> web.Response:
        name = request.match_info["path"]
        content = self.wrong.get(name, self.files[name])
        if request.method == "GET":
            self.asked.append(name)
        tag = hashlib.sha256(self.files[name]).hexdigest()
        return web.Response(body=content, headers={"ETag": f'"{tag}"', "X-Repo-Commit": COMMIT})


def _sibling(name: str, content: bytes) -> dict[str, object]:
    found: dict[str, object] = {"rfilename": name, "size": len(content), "blobId": "b"}
    if name.endswith((".safetensors", ".bin")):
        digest = hashlib.sha256(content).hexdigest()
        found["lfs"] = {"size": len(content), "sha256": digest, "pointerSize": 100}
    return found


def _entry(name: str, content: bytes) -> dict[str, object]:
    told = _sibling(name, content)
    lfs = {"lfs": {**told["lfs"], "oid": told["lfs"]["sha256"]}} if isinstance(told.get("lfs"), dict) else {}
    return {"type": "file", "path": name, "size": len(content), "oid": "b", **lfs}


@contextmanager
def serving(hub: PlayedHub) -> Iterator[PlayedHub]:
    loop = asyncio.new_event_loop()
    started = threading.Event()

    async def start() -> web.AppRunner:
        app = web.Application()
        app.router.add_get("/api/models/{org}/{name}", hub.info)
        app.router.add_get("/api/models/{org}/{name}/revision/{revision}", hub.info)
        app.router.add_get("/api/models/org/tiny/tree/{revision}", hub.tree)
        app.router.add_route("*", "/org/tiny/resolve/{revision}/{path:.*}", hub.file)
        runner = web.AppRunner(app)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        host, port = runner.addresses[0][:2]
        hub.url = f"http://{host}:{port}"
        started.set()
        return runner

    runner = None

    def run() -> None:
        nonlocal runner
        asyncio.set_event_loop(loop)
        runner = loop.run_until_complete(start())
        loop.run_forever()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    assert started.wait(10)
    try:
        yield hub
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        if runner is not None:
            loop.run_until_complete(runner.cleanup())
        loop.close()
