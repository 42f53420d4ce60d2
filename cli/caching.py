"""The cache on the command line: its options, and `scorefield cache`."""

from __future__ import annotations

from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ..graph.byte_count import parse_bytes, written
from ..graph.cache import DiskCache, LayeredCache, MemoryCache
from ..graph.cache.folder import clear, files
from ..graph.errors import InvalidWorkflow, refuse
from ..kept import MOST_BYTES, OFF, VARIABLE, default_folder, disk_cache
from .exit_codes import DONE
from .output import print_json


def add_cache_options(parser: ArgumentParser) -> None:
    """What a command that runs workflows takes."""
    parser.add_argument(
        "--no-cache", action="store_true", help="compute everything anew, and keep nothing for later runs"
    )
    _add_folder(parser)
    parser.add_argument(
        "--cache-size",
        metavar="SIZE",
        type=amount,
        default=MOST_BYTES,
        help=f"the most that is kept there; {written(MOST_BYTES)} by default",
    )


def add_max_memory(parser: ArgumentParser) -> None:
    """How much of what may be used again stays in memory."""
    parser.add_argument(
        "--max-memory",
        metavar="SIZE",
        type=amount,
        help="the most that results kept for the next run hold on each device: 512M, 4G; no bound by default",
    )


def add_cache_command(parser: ArgumentParser) -> None:
    """The options of `scorefield cache`, beside --json."""
    _add_folder(parser)
    parser.add_argument("--clear", action="store_true", help="delete what is kept")


def amount(text: str) -> int:
    """An option's amount of memory, in bytes."""
    try:
        return parse_bytes(text)
    except InvalidWorkflow as invalid:
        raise ArgumentTypeError(str(invalid)) from None


def kept_results(options: Namespace) -> DiskCache | None:
    """The cache on disk that the options ask for, or None."""
    folder = options.cache or default_folder()
    if options.no_cache or folder is None:
        return None
    return disk_cache(folder, most_bytes=options.cache_size, device=options.device)


def with_kept_results(memory: MemoryCache, options: Namespace) -> MemoryCache | LayeredCache:
    """A cache in memory, and behind it the one on disk that the options ask for."""
    disk = kept_results(options)
    return memory if disk is None else LayeredCache(memory, disk)


def cache(options: Namespace, _get_definitions: Callable[[], Any]) -> int:
    """`scorefield cache`: where results are kept, how many, how large; or delete them.

    Raises:
        InvalidWorkflow: the folder cannot be read.
    """
    folder = (options.cache or default_folder() or _no_folder()).absolute()
    try:
        found = clear(folder) if options.clear else files(folder)
    except OSError as error:
        raise refuse("unreadable_folder", f"{folder} cannot be read: {error.strerror or error}") from None
    size = sum(file.size for file in found)
    if options.json:
        print_json({"folder": str(folder), "cleared": options.clear, "results": len(found), "bytes": size})
    else:
        what = "deleted" if options.clear else "kept"
        print(f"{folder}: {len(found)} results {what}, {written(size)}")
    return DONE


def _add_folder(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--cache", metavar="DIR", type=Path, help=f"where results are kept for later runs (or ${VARIABLE})"
    )


def _no_folder() -> Path:
    hint = "name it with --cache DIR"
    raise refuse(
        "no_cache", f"results are not kept: ${VARIABLE} is {OFF!r}, or there is no home folder", hint
    )
