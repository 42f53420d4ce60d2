"""From the command line's words to one command, and from what it raises to an exit code."""

from __future__ import annotations

import io
import sys
import traceback
from argparse import Namespace
from collections.abc import Callable, Mapping, Sequence

from ..graph.contract import Definition
from ..graph.errors import InvalidWorkflow, Problem
from .all_nodes import all_nodes
from .exit_codes import FAILED, INTERRUPTED, INVALID
from .output import print_json, print_problems
from .parser import UsageError, build_parser

Definitions = Mapping[str, Definition]


def main(arguments: Sequence[str] | None = None, definitions: Definitions | None = None) -> int:
    """Run the command line and give its exit code; nothing it meets becomes a traceback without --debug.

    Args:
        arguments: the words after the program's name; by default those of the process.
        definitions: the nodes that exist; by default the pack's own and ComfyUI's core nodes.
    """
    _print_whatever_comes()
    words = list(sys.argv[1:] if arguments is None else arguments)
    wants_json = "--json" in words
    try:
        options = build_parser().parse_args(words)
        with all_nodes(options, lambda: definitions or _every_node(options)) as get_definitions:
            return _command(options.command)(options, get_definitions)
    except UsageError as error:
        return _report("invalid", INVALID, [Problem("usage", str(error))], wants_json)
    except InvalidWorkflow as invalid:
        return _report("invalid", INVALID, invalid.problems, wants_json)
    except KeyboardInterrupt:
        return _report("interrupted", INTERRUPTED, [Problem("interrupted", "interrupted")], wants_json)
    except BrokenPipeError:
        sys.stderr.close()
        return FAILED
    except Exception as error:
        if "--debug" in words:
            traceback.print_exc()
        message = f"{type(error).__name__}: {error}"
        return _report(
            "failed", FAILED, [Problem("internal_error", message, "--debug shows where")], wants_json
        )


def _print_whatever_comes() -> None:
    """Titles and texts may hold what the console has no letters for; that is no reason to fail."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _report(status: str, code: int, problems: Sequence[Problem], wants_json: bool) -> int:
    print_problems(problems)
    if wants_json:
        print_json({"status": status, "errors": [problem.as_dict() for problem in problems]})
    return code


def _every_node(options: Namespace) -> Definitions:
    from ..nodes.headless import headless_definitions

    named = {
        "input_folder": getattr(options, "input", None),
        "output_folder": getattr(options, "out", None),
        "models": getattr(options, "models", None),
    }
    return headless_definitions(**{name: folder for name, folder in named.items() if folder is not None})


def _command(name: str) -> Callable[[Namespace, Callable[[], Definitions]], int]:
    from . import commands

    return commands.COMMANDS[name]
