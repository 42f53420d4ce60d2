#!/usr/bin/env python3
"""Walk ComfyUI's own models by our nodes in a real ComfyUI, and compare with what its own nodes make of them.

    core_models.py TREE [--python PYTHON] [--only TEXT]

TREE is a ComfyUI checkout, PYTHON one that has what it and this pack need. Builds tiny random models in
ComfyUI's own file formats, and one of diffusers' beside them (1 GB in a temporary folder), boots the tree on
the CPU with this pack and a pack of probes, runs graphs in which core nodes and ours should come to the same,
and stops it again. Pictures (0 … 1) and conditions are compared as they are, latents relative to their
largest number. Prints a table; exits 1 unless all of it holds.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import aiohttp
from core_parity import Server
from model_cases import STEPS, Graph, Json, cases
from safetensors.torch import load_file

HERE = Path(__file__).parent
PACK = HERE.parents[1]
BOOT_SECONDS = 300
PREVIEW_FRAMES = (1, 4)  # the kinds of binary frames that carry a preview


class Row(NamedTuple):
    """One line of the table."""

    name: str
    found: str
    holds: bool


class Booted(NamedTuple):
    """A running ComfyUI."""

    url: str
    output: Path
    process: subprocess.Popen[bytes]
    log: Path


@contextmanager
def booted(tree: Path, python: str, home: Path) -> Iterator[Booted]:
    """A ComfyUI with the pack, the probes and the tiny models, stopped at the end."""
    for name in ("packs", "models", "output", "input", "user"):
        (home / name).mkdir()
    (home / "packs" / "scorefield").symlink_to(PACK)
    (home / "packs" / "probe_pack").symlink_to(HERE / "probe_pack")
    _run([python, str(HERE / "tiny_checkpoint.py"), str(tree), str(home / "models")])
    ours = HERE / "tiny_stable_diffusion.py"
    _run([python, str(ours), str(home / "packs"), str(home / "models")])
    kinds = ("checkpoints", "loras", "controlnet", "vae", "diffusers")
    lines = [f"  custom_nodes: {home / 'packs'}", *(f"  {kind}: {home / 'models'}" for kind in kinds)]
    (home / "folders.yaml").write_text("\n".join(["test:", *lines]))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [python, "main.py", "--cpu", "--listen", "127.0.0.1", "--port", str(port)]
    command += ["--preview-method", "latent2rgb", "--extra-model-paths-config", str(home / "folders.yaml")]
    command += ["--output-directory", str(home / "output"), "--input-directory", str(home / "input")]
    command += ["--temp-directory", str(home), "--user-directory", str(home / "user")]
    command += ["--database-url", f"sqlite:///{home}/comfyui.db"]
    log = home / "log.txt"
    with log.open("wb") as out:
        process = subprocess.Popen(command, cwd=tree, stdout=out, stderr=out, env=_environment())
    try:
        url = f"http://127.0.0.1:{port}"
        _wait(url, process, log)
        yield Booted(url, home / "output", process, log)
    finally:
        process.terminate()
        process.wait(60)


def _environment() -> dict[str, str]:
    return {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"} | {"PYTHONPATH": ""}


def _run(command: list[str]) -> None:
    done = subprocess.run(command, capture_output=True, text=True, env=_environment(), check=False)
    if done.returncode:
        sys.exit(f"{' '.join(command)} failed:\n{done.stderr[-2000:]}")


def _wait(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + BOOT_SECONDS
    while time.monotonic() < end and process.poll() is None:
        try:
            urllib.request.urlopen(f"{url}/object_info/ScorefieldSampler", timeout=10).read()
            return
        except OSError:
            time.sleep(0.5)
    raise SystemExit(f"ComfyUI did not come up:\n{log.read_text()[-2000:]}")


def compared(running: Booted, only: str) -> Iterator[Row]:
    """Core's values and ours."""
    server = Server(running.url)
    for case in cases():
        if only not in case.name:
            continue
        try:
            server.run(case.graph)
        except RuntimeError as error:
            yield Row(case.name, f"failed: {error}"[:300], False)
            continue
        core, ours = (load_file(running.output / f"{kept}.safetensors") for kept in case.kept)
        if {k: v.shape for k, v in core.items()} != {k: v.shape for k, v in ours.items()}:
            yield Row(case.name, "other shapes", False)
            continue
        size = float(core["value"].abs().max()) if case.is_latent else 1.0
        apart = max(float((core[key] - ours[key]).abs().max()) for key in core) / size
        yield Row(case.name, f"{apart:.1e} (of {case.apart:.0e})", apart <= case.apart)


def interrupted(running: Booted) -> Row:
    """How often the model is still asked after a stop, and that the next run is whole."""
    graph = Graph()
    told, latent = graph.told(), graph.empty(batch=1)
    model = graph.add("ProbeCounted", model=graph.model, name="calls")
    guided = graph.guided(model, told)
    walked = graph.add(
        "ScorefieldDDIMSampler",
        model=guided,
        noise=graph.add("RandomNoise", noise_seed=3),
        latent=latent,
        steps=500,
        spacing="trailing",
    )
    graph.keep("never", walked)
    failed: list[str] = []

    def run() -> None:
        try:
            Server(running.url).run(graph.nodes)
        except RuntimeError as error:
            failed.append(str(error))

    calls = running.output / "calls.txt"
    thread = threading.Thread(target=run)
    thread.start()
    while not calls.exists() or calls.read_text().count("\n") < 10:
        time.sleep(0.01)
    _post(running.url, "/interrupt")
    stop = time.time()
    thread.join(120)
    asked = [float(line.split()[0]) for line in calls.read_text().splitlines()]
    after = sum(moment > stop for moment in asked)
    holds = (
        after <= 1
        and bool(failed)
        and len(asked) < 500
        and not (running.output / "never.safetensors").exists()
    )
    return Row("interrupt", f"asked {len(asked)} times of 500, {after} after the stop", holds)


def batched(running: Booted) -> Row:
    """That both conditions of a guidance are asked in one batch, once a step."""
    graph = Graph()
    told, latent = graph.told(), graph.empty(batch=2)
    model = graph.add("ProbeCounted", model=graph.model, name="batches")
    walked = graph.ours(graph.guided(model, told), latent, graph.sigmas(model))
    graph.keep("batches", walked)
    Server(running.url).run(graph.nodes)
    sizes = [int(line.split()[1]) for line in (running.output / "batches.txt").read_text().splitlines()]
    return Row("one batch a step", f"batches of {sizes}", sizes == [4] * 6)


def looked_at(running: Booted) -> Row:
    """That our views take the trajectory of a core model, and its VAE."""
    graph = Graph()
    walked = graph.ours(graph.guided(graph.model, graph.told()), graph.empty(), graph.sigmas(graph.model))
    trajectory = graph.out(walked, 1)
    preview = graph.add("ScorefieldLatentPreview", latent=walked, vae=graph.vae)
    for vae in (graph.vae, preview):
        graph.add("PreviewImage", images=graph.add("ScorefieldFilmStrip", trajectory=trajectory, vae=vae))
    chart = graph.add("ScorefieldGuidanceChart", trajectory=trajectory)
    try:
        done = Server(running.url).run(graph.nodes)
    except RuntimeError as error:
        return Row("film strip and guidance chart", f"failed: {error}"[:300], False)
    [said] = done[chart[0]]["text"]
    return Row("film strip and guidance chart", said.splitlines()[1].strip(), True)


def shown(running: Booted) -> Row:
    """The progress and the previews that the page gets."""
    graph = Graph()
    walked = graph.ours(graph.guided(graph.model, graph.told()), graph.empty(), graph.sigmas(graph.model))
    graph.add("PreviewImage", images=graph.add("VAEDecode", samples=walked, vae=graph.vae))
    told, previews = asyncio.run(_listened(running.url, graph.nodes, walked[0]))
    holds = told == list(range(1, STEPS + 1)) and previews == STEPS
    return Row("progress and previews", f"{told}, {previews} previews", holds)


async def _listened(url: str, nodes: Json, node_id: str) -> tuple[list[int], int]:
    told, previews = [], 0
    async with aiohttp.ClientSession() as session, session.ws_connect(f"{url}/ws?clientId=probe") as events:
        await session.post(f"{url}/prompt", json={"prompt": nodes, "client_id": "probe"})
        async for event in events:
            if event.type == aiohttp.WSMsgType.BINARY:
                previews += int.from_bytes(event.data[:4], "big") in PREVIEW_FRAMES
                continue
            content = event.json()
            if content["type"] == "progress" and content["data"]["node"] == node_id:
                told.append(content["data"]["value"])
            if content["type"] in ("execution_success", "execution_error"):
                break
    return told, previews


def given_back(running: Booted) -> Row:
    """What is loaded and alive before and after /free."""
    before = _get(running.url, "/probe/loaded")
    _post(running.url, "/free", {"unload_models": True, "free_memory": True})
    end = time.monotonic() + 60
    while (after := _get(running.url, "/probe/loaded")) != {"loaded": 0, "alive": 0}:
        if time.monotonic() > end:
            break
        time.sleep(0.5)
    holds = before["loaded"] > 0 and before["alive"] > 0 and after == {"loaded": 0, "alive": 0}
    return Row("/free", f"loaded and alive {tuple(before.values())} → {tuple(after.values())}", holds)


def _get(url: str, path: str) -> dict[str, int]:
    return dict(json.load(urllib.request.urlopen(url + path, timeout=60)))


def _post(url: str, path: str, content: object = None) -> None:
    body = json.dumps(content or {}).encode()
    urllib.request.urlopen(
        urllib.request.Request(url + path, body, {"Content-Type": "application/json"})
    ).read()


def main() -> int:
    """Boot, compare; the exit code."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("tree", type=Path)
    parser.add_argument("--python", default=sys.executable)
    parser.add_argument("--only", default="", help="only comparisons whose name holds this")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that no server is left behind
    rows: list[Row] = []
    with (
        tempfile.TemporaryDirectory() as folder,
        booted(options.tree.resolve(), options.python, Path(folder)) as running,
    ):
        for row in _rows(running, options.only):
            rows.append(row)
            print(f"{'ok ' if row.holds else 'NOT'}  {row.name:32} {row.found}", flush=True)
    held = sum(row.holds for row in rows)
    print(f"{held} of {len(rows)} hold")
    return int(held < len(rows))


def _rows(running: Booted, only: str) -> Iterator[Row]:
    yield from compared(running, only)
    if not only:
        yield batched(running)
        yield shown(running)
        yield looked_at(running)
        yield interrupted(running)
        yield given_back(running)


if __name__ == "__main__":
    sys.exit(main())
