"""The nodes that a command knows: our own, and those of the packs it was given."""

from __future__ import annotations

import contextlib
import functools
import sys
from argparse import Namespace
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from ..graph.contract import Definition
from .output import printable

Definitions = Mapping[str, Definition]


@contextlib.contextmanager
def all_nodes(options: Namespace, own: Callable[[], Definitions]) -> Iterator[Callable[[], Definitions]]:
    """A way to the nodes. Packs are loaded when it is first used; what was left out of them is said on
    stderr. What their nodes import while they run is there until the block ends."""
    folders: Sequence[Path] = getattr(options, "packs", ())
    with contextlib.ExitStack() as stack:

        @functools.cache
        def get() -> Definitions:
            return {**own(), **_of_packs(folders, own(), options, stack)} if folders else own()

        yield get


def _of_packs(
    folders: Sequence[Path], own: Definitions, options: Namespace, stack: contextlib.ExitStack
) -> Definitions:
    from ..packs import Places, load_packs

    output, input = getattr(options, "out", Path("output")), getattr(options, "input", Path("input"))
    models = [*getattr(options, "models", ()), Path("models")][0]
    loaded = load_packs(folders, own, Places.of(output, input, models))
    for skipped in loaded.skipped:
        print(f"note: {printable(str(skipped))}", file=sys.stderr)
    stack.enter_context(loaded.offered())
    return loaded.definitions
