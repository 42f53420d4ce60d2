#!/usr/bin/env python3
"""The smallest server that ComfyUI's official page takes for ComfyUI: our definitions, our script, real runs.

    stand_in.py --page STATIC_FOLDER [--port 0] [--setting KEY=JSON ...]

STATIC_FOLDER is that of the `comfyui-frontend-package` wheel. It prints its address and serves until it is
stopped. A prompt is run by this pack's own executor; files go to a folder of its own, which it removes.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import tempfile
from pathlib import Path
from typing import Any

from aiohttp import web
from runs import Runs

WEB = Path(__file__).resolve().parents[2] / "web"
PACK = "scorefield"


def routes(runs: Runs, settings: dict[str, Any], folder: Path) -> list[web.RouteDef]:
    """What the page asks for, each bare and under /api."""
    saved: dict[str, bytes] = {}

    async def store(request: web.Request) -> web.Response:
        name = request.match_info["file"]
        saved[name] = await request.read()
        return web.json_response({"path": name, "size": len(saved[name]), "modified": 0})

    async def stored(request: web.Request) -> web.Response:
        name = request.match_info["file"]
        return web.Response(body=saved[name]) if name in saved else web.Response(status=404)

    async def set_one(request: web.Request) -> web.Response:
        settings[request.match_info["name"]] = await request.json()
        return web.Response()

    async def set_many(request: web.Request) -> web.Response:
        settings.update(await request.json())
        return web.Response()

    async def view(request: web.Request) -> web.StreamResponse:
        query = request.query
        base = folder / "temp" if query.get("type") == "temp" else folder
        path = (base / query.get("subfolder", "") / query["filename"]).resolve()
        if not path.is_relative_to(folder.resolve()) or not path.is_file():
            return web.Response(status=404)
        return web.FileResponse(path)

    async def prompt(request: web.Request) -> web.Response:
        return web.json_response(await runs.queue(json.loads(await request.text())))

    async def interrupt(_: web.Request) -> web.Response:
        runs.stop()
        return web.Response()

    async def history(request: web.Request) -> web.Response:
        asked = request.match_info.get("id")
        return web.json_response(
            runs.history if asked is None else {k: v for k, v in runs.history.items() if k == asked}
        )

    async def nothing(_: web.Request) -> web.Response:
        return web.Response(status=404)

    def always(value: Any) -> Any:
        async def answer(_: web.Request) -> web.Response:
            return web.json_response(value() if callable(value) else value)

        return answer

    device = {"name": "cpu", "type": "cpu", "index": None, "vram_total": 1, "vram_free": 1}
    system = {
        "os": "posix",
        "comfyui_version": "0.3.64",
        "python_version": "3",
        "pytorch_version": "2",
        "argv": [],
    }
    get = {
        "/ws": runs.watch,
        "/users": always({"storage": "server", "migrated": True}),
        "/settings": always(settings),
        "/extensions": always(
            [f"/extensions/{PACK}/{p.relative_to(WEB).as_posix()}" for p in sorted(WEB.rglob("*.js"))]
        ),
        "/object_info": always(runs.definitions),
        "/system_stats": always({"system": {**system, "ram_total": 1, "ram_free": 1}, "devices": [device]}),
        "/prompt": always({"exec_info": {"queue_remaining": 0}}),
        "/queue": always({"queue_running": [], "queue_pending": []}),
        "/jobs": always({"jobs": [], "pagination": {"offset": 0, "limit": 0, "total": 0, "has_more": False}}),
        "/history": history,
        "/history/{id}": history,
        "/view": view,
        "/userdata": always([]),
        "/v2/userdata": always([]),
        "/userdata/{file}": stored,
        "/i18n": always({}),
        "/features": always({}),
        "/workflow_templates": always({}),
        "/embeddings": always([]),
        "/experiment/models": always([]),
        "/global_subgraphs": always({}),
        "/user.css": nothing,
    }
    post = {
        "/prompt": prompt,
        "/interrupt": interrupt,
        "/queue": always({}),
        "/settings": set_many,
        "/settings/{name}": set_one,
        "/userdata/{file}": store,
    }
    bare = [*(web.get(p, f) for p, f in get.items()), *(web.post(p, f) for p, f in post.items())]
    return [
        web.RouteDef(r.method, prefix + r.path, r.handler, r.kwargs) for prefix in ("", "/api") for r in bare
    ]


def application(page: Path, settings: dict[str, Any], folder: Path) -> web.Application:
    """The server: the page's own files last, so that ours are found first."""
    app = web.Application(client_max_size=2**26)
    app.add_routes(routes(Runs(folder), settings, folder))
    app.router.add_static(f"/extensions/{PACK}", WEB)

    async def index(_: web.Request) -> web.FileResponse:
        return web.FileResponse(page / "index.html")

    app.router.add_get("/", index)
    app.router.add_static("/", page)
    return app


async def serve(options: argparse.Namespace) -> None:
    """Serve until cancelled."""
    settings = {key: json.loads(value) for key, value in (each.split("=", 1) for each in options.setting)}
    with tempfile.TemporaryDirectory(prefix="scorefield-page-") as folder:
        runner = web.AppRunner(application(options.page.resolve(), settings, Path(folder)))
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", options.port)
        await site.start()
        print(f"http://127.0.0.1:{runner.addresses[0][1]}", flush=True)
        try:
            await asyncio.Event().wait()
        finally:
            await runner.cleanup()


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--page", type=Path, required=True)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--setting", action="append", default=[], metavar="KEY=JSON")
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(serve(parser.parse_args()))


if __name__ == "__main__":
    main()
