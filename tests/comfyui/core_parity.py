#!/usr/bin/env python3
"""Run graphs of core nodes in a real ComfyUI and headless, and compare every file and text that came out.

    core_parity.py URL [--only TEXT] [--all]

URL is a running ComfyUI with this pack. Prints a line for each graph that differs (with --all for every one)
and exits 1 unless all are the same: pictures to the pixel and the millisecond, latents to the bit. Both sides
need the same number of threads: torch resizes in another order with one than with several.
"""

import argparse
import io
import json
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import scorefield
from core_cases import cases
from core_files import latents, pictures
from PIL import Image, ImageChops, ImageSequence
from safetensors.torch import load
from scorefield.graph.errors import InvalidWorkflow, NodeFailed

Json = dict[str, Any]
# How what a file carries begins: in a chunk of a PNG, behind its frames, in the EXIF of a WebP.
INSIDE = [kind + key for key in (b"prompt", b"workflow") for kind in (b"tEXt", b"comf")]
INSIDE += [b"prompt:{", b"workflow:{"]


class Server:
    """A running ComfyUI."""

    def __init__(self, url: str) -> None:
        self._url = url.rstrip("/")

    def upload(self, name: str, content: bytes) -> None:
        """Put a file into its input folder."""
        border = uuid.uuid4().hex
        fields = {"image": f'; filename="{name}"', "overwrite": ""}
        body = b""
        for field, more in fields.items():
            head = f'--{border}\r\nContent-Disposition: form-data; name="{field}"{more}\r\n\r\n'.encode()
            body += head + (content if field == "image" else b"true") + b"\r\n"
        body += f"--{border}--\r\n".encode()
        self._answer("/upload/image", body, f"multipart/form-data; boundary={border}").read()

    def run(self, graph: Json) -> Json:
        """The outputs of a graph: what each node showed.

        Raises:
            RuntimeError: it was refused, or failed.
        """
        body = json.dumps({"prompt": graph, "extra_data": {"extra_pnginfo": {"workflow": {"nodes": []}}}})
        prompt_id = json.load(self._answer("/prompt", body.encode(), "application/json"))["prompt_id"]
        while not (entry := json.load(self._answer(f"/history/{prompt_id}")).get(prompt_id)):
            time.sleep(0.02)
        if entry["status"]["status_str"] != "success":
            raise RuntimeError(entry["status"]["messages"][-1][1].get("exception_message"))
        return dict(entry["outputs"])

    def file(self, entry: Mapping[str, str]) -> bytes:
        """The content of a file that a node showed."""
        query = urllib.parse.urlencode({key: entry[key] for key in ("filename", "subfolder", "type")})
        return bytes(self._answer(f"/view?{query}").read())

    def _answer(self, path: str, body: bytes | None = None, kind: str = "") -> Any:
        request = urllib.request.Request(self._url + path, body, {"Content-Type": kind} if kind else {})
        try:
            return urllib.request.urlopen(request, timeout=60)
        except urllib.error.HTTPError as error:
            raise RuntimeError(error.read().decode()[:500]) from None


def pictures_apart(ours: bytes, theirs: bytes) -> str:
    """How two picture files differ, or nothing."""
    with Image.open(io.BytesIO(ours)) as one, Image.open(io.BytesIO(theirs)) as other:
        told = [
            (each.size, each.mode, getattr(each, "n_frames", 1), each.info.get("loop"))
            for each in (one, other)
        ]
        if told[0] != told[1]:
            return f"ours {told[0]}, theirs {told[1]}"
        worst = 0
        for mine, yours in zip(ImageSequence.Iterator(one), ImageSequence.Iterator(other), strict=True):
            if mine.info.get("duration") != yours.info.get("duration"):
                return f"ours lasts {mine.info.get('duration')}, theirs {yours.info.get('duration')}"
            apart = ImageChops.difference(mine.convert("RGBA"), yours.convert("RGBA")).getextrema()
            worst = max(worst, *(high for _, high in apart))
    carried = [{key for key in INSIDE if key in content} for content in (ours, theirs)]
    if carried[0] != carried[1]:
        return f"ours carries {carried[0]}, theirs {carried[1]}"
    return f"by {worst} of 255" if worst else ""


def latents_apart(ours: bytes, theirs: bytes) -> str:
    """How two latent files differ, or nothing."""
    one, other = load(ours), load(theirs)
    if one.keys() != other.keys() or any(one[key].shape != other[key].shape for key in one):
        return f"ours {[(k, tuple(v.shape)) for k, v in one.items()]}"
    apart = float((one["latent_tensor"] - other["latent_tensor"]).abs().max())
    return f"by {apart:.2g}" if apart else ""


def differences(ours: Mapping[str, Any], theirs: Json, server: Server) -> Iterator[str]:
    """What differs between what nodes showed."""
    if ours.keys() != theirs.keys():
        yield f"nodes {sorted(ours)} showed something, theirs {sorted(theirs)}"
        return
    for kind in ("images", "latents", "text", "animated"):
        for node_id in sorted(ours):
            mine, yours = (list(shown[node_id].get(kind, ())) for shown in (ours, theirs))
            if kind in ("text", "animated"):
                if mine != yours:
                    yield f"{kind}: ours {mine}, theirs {yours}"
                continue
            if len(mine) != len(yours):
                yield f"{len(mine)} files, theirs {len(yours)}"
                continue
            for one, other in zip(mine, yours, strict=True):
                names = [
                    tuple(each[key] for key in ("filename", "subfolder", "type")) for each in (one, other)
                ]
                if names[0] != names[1] and one["type"] == "output":
                    yield f"named {names[0]}, theirs {names[1]}"
                apart = pictures_apart if kind == "images" else latents_apart
                if found := apart(Path(one["path"]).read_bytes(), server.file(other)):
                    yield f"{one['filename']}: {found}"


def headless(graph: Json, folder: Path) -> Mapping[str, Any]:
    """What the nodes of a graph showed in a run of ours."""
    carried = {"prompt": graph, "workflow": {"nodes": []}}
    return scorefield.run(carried, out=folder / "output", input_folder=folder / "input").ui


def outcome(graph: Json, server: Server, folder: Path) -> list[str]:
    """How the two runs of a graph differ; a refusal or failure on both sides is the same."""
    try:
        theirs: Json | str = server.run(graph)
    except RuntimeError as error:
        theirs = str(error)
    try:
        ours = headless(graph, folder)
    except (InvalidWorkflow, NodeFailed) as error:
        return [] if isinstance(theirs, str) else [f"ours: {error}"]
    return [f"theirs: {theirs}"] if isinstance(theirs, str) else list(differences(ours, theirs, server))


def reloaded(server: Server, folder: Path, prefix: str) -> list[str]:
    """Pictures loaded from the output folder and from that of previews."""
    load = {"class_type": "LoadImage", "inputs": {"image": "rgb.png"}}
    save = {"class_type": "SaveImage", "inputs": {"images": ["1", 0], "filename_prefix": f"{prefix}/again"}}
    first = {"1": load, "2": {"class_type": "PreviewImage", "inputs": {"images": ["1", 0]}}, "3": save}
    theirs = server.run(first)
    ours = headless(first, folder)
    found = []
    for node_id, kind in (("2", "temp"), ("3", "output")):
        read, back = {}, {}
        for side, shown in (("ours", ours), ("theirs", theirs)):
            [entry] = shown[node_id]["images"]
            name = "/".join(filter(None, (entry["subfolder"], entry["filename"])))
            read[side] = {"1": {**load, "inputs": {"image": f"{name} [{kind}]"}}, "3": save}
        back["theirs"] = server.run(read["theirs"])
        back["ours"] = headless(read["ours"], folder)
        found += [f"[{kind}] {each}" for each in differences(back["ours"], back["theirs"], server)]
    return found


def main() -> int:
    """Compare; the exit code."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("url")
    parser.add_argument("--only", default="", metavar="TEXT", help="graphs whose name holds this")
    parser.add_argument("--all", action="store_true", help="a line for every graph")
    options = parser.parse_args()
    server, prefix = Server(options.url), f"parity-{uuid.uuid4().hex[:8]}"
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "input").mkdir()
        for file, content in {**pictures(), **latents()}.items():
            server.upload(file, content)
            (folder / "input" / file).write_bytes(content)
        found = {
            title: outcome(graph, server, folder) for title, graph in cases(prefix) if options.only in title
        }
        if options.only in "load what was saved":
            found["load what was saved"] = reloaded(server, folder, prefix)
    for title, lines in found.items():
        if lines or options.all:
            print(f"{title}: {'; '.join(lines) or 'same'}")
    print(f"{sum(not lines for lines in found.values())} of {len(found)} graphs are the same")
    return int(any(found.values()))


if __name__ == "__main__":
    sys.exit(main())
