"""Run saved demos, and lay out what they showed on a gallery page."""

from __future__ import annotations

import shutil
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from .gallery import Shown, write_gallery, write_thumbnail
from .graph.cache import Cache, MemoryCache
from .graph.errors import NodeFailed, brief, refuse, valid_names
from .workflows import QUICK, every_demo, every_large_demo, file_of


def run_demos(
    names: Sequence[str],
    everything: bool,
    out: Path,
    thumbnails: Path | None,
    device: str,
    cache: Cache | None = None,
    models: Sequence[Path] = (),
) -> int:
    """Run demos and write a gallery page of them.

    Args:
        names: which; none means a quick choice.
        everything: all of them instead.
        out: where the page and each demo's folder go.
        thumbnails: a folder for a thumbnail of each, or None.
        device: as for a run.
        cache: what is made once for several of them, and perhaps kept; by default in memory.
        models: as for a run.

    Returns:
        The exit code: 0, or 1 if a demo failed; the others are still on the page.

    Raises:
        InvalidWorkflow: a name that is no demo; nothing ran.
    """
    chosen = every_demo() if everything else tuple(names) or QUICK
    _check(chosen)
    cache = MemoryCache() if cache is None else cache
    tried = [_tried(name, out, device, cache, models) for name in chosen]
    shown = [demo for demo in tried if demo is not None]
    page = write_gallery(shown, out)
    for demo in shown if thumbnails else ():
        write_thumbnail(demo, thumbnails or out)
    print(page.absolute())
    return 1 if len(shown) < len(chosen) else 0


def _tried(name: str, out: Path, device: str, cache: Cache, models: Sequence[Path]) -> Shown | None:
    """Run one demo and tell how it went; None if it failed."""
    try:
        shown = run_demo(name, out, device, cache, models)
    except NodeFailed as error:
        print(f"{name}: {error}", file=sys.stderr, flush=True)
        return None
    print(f"{name}: {shown.seconds:.1f} s", file=sys.stderr, flush=True)
    return shown


def run_demo(
    name: str, out: Path, device: str, cache: Cache | None = None, models: Sequence[Path] = ()
) -> Shown:
    """Run one demo; its results take the place of those of an earlier run in `out`/`name`.

    Raises:
        NodeFailed: a node of it failed; earlier results stay.
    """
    from .api import run

    started = time.perf_counter()
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=out, prefix=f".{name}.") as fresh:
        result = run(file_of(name), device=device, out=fresh, cache=cache, models=models)
        files = [path.relative_to(Path(fresh).resolve()) for path in _files(result.ui)]
        shutil.rmtree(out / name, ignore_errors=True)
        shutil.move(Path(fresh, name), out / name)
    texts = [str(text) for ui in _sorted(result.ui) for text in ui.get("text", ())]
    return Shown(name, [out / file for file in files], texts, time.perf_counter() - started)


def _files(ui: Mapping[str, Mapping[str, Any]]) -> list[Path]:
    return [Path(item["path"]).resolve() for shown in _sorted(ui) for item in shown.get("images", ())]


def _sorted(ui: Mapping[str, Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    return [ui[node_id] for node_id in sorted(ui, key=int)]


def _check(names: Sequence[str]) -> None:
    known = (*every_demo(), *every_large_demo())
    unknown = [name for name in names if name not in known]
    if unknown:
        hint = valid_names(unknown[0], known)
        raise refuse("unknown_name", f"no demo is called {brief(unknown[0])}", hint)
