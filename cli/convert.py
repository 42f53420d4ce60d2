"""`scorefield convert`, and the nodes that are known from definitions only."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable, Mapping

from ..graph.contract import Definition
from ..graph.definitions_file import read_definitions
from ..graph.loading import read_source
from ..graph.overrides import parse_override, resolve, with_settings
from ..graph.workflow import write_api
from .exit_codes import DONE
from .output import print_json

Definitions = Mapping[str, Definition]


def print_api(raw: object, options: Namespace, installed: Definitions) -> int:
    """Print a workflow in the API format, which every server runs."""
    overrides = [parse_override(text) for text in options.set]
    # A server's own word on its nodes stands above ours: the result is for that server.
    given = read_definitions(options.definitions) if options.definitions else {}
    definitions = {**installed, **given}
    graph = read_source(raw, definitions).graph
    print_json(write_api(with_settings(graph, resolve(graph, overrides, definitions))))
    return DONE


def with_given(options: Namespace, get_installed: Callable[[], Definitions]) -> Definitions:
    """The nodes that are installed, and those of `--definitions`, which are known and do not run."""
    if not options.definitions:
        return get_installed()
    return {**read_definitions(options.definitions), **get_installed()}
