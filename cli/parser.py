"""What the command line understands."""

from __future__ import annotations

from argparse import ArgumentParser, RawDescriptionHelpFormatter
from pathlib import Path
from typing import NoReturn

from ..graph.device import DEVICES
from ..models.checkpoints.places import VARIABLE
from .caching import add_cache_command, add_cache_options, add_max_memory
from .fetch import add_fetch
from .tiny import add_tiny
from .train import add_train

_RUN = """Run a workflow file: API-format JSON, page-format JSON, or a picture (PNG, WebP)
or film (mp4, webm) that carries one.

TARGET is node.input, the node by id, title or class:  --set DDIMSampler.steps=20
SPEC is a,b,c or start:stop[:step], stop included:     --vary CFGCombine.scale=1:7:2
"""


class UsageError(Exception):
    """The words on the command line make no command."""


class _Parser(ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise UsageError(f"{message} (see {self.prog} --help)")


def build_parser() -> ArgumentParser:
    """The parser of all commands; it raises `UsageError` where argparse would exit."""
    parser = _Parser(prog="scorefield", description="Diffusion taken apart into nodes you can see through.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND", parser_class=_Parser)
    _add_run(commands.add_parser("run", help="run a workflow", description=_RUN, formatter_class=_Raw))
    _add_check(commands.add_parser("check", help="say whether a workflow can run, and what is wrong"))
    _add_convert(commands.add_parser("convert", help="print a saved page in the API format"))
    _add_verify(
        commands.add_parser("verify", help="say whether the workflow inside a picture gives it again")
    )
    _add_nodes(commands.add_parser("nodes", help="list the nodes"))
    _add_demos(commands.add_parser("demos", help="run saved demos and make a gallery page of them"))
    add_train(commands.add_parser("train", help="rebuild weights that ship"))
    _add_fetch(commands.add_parser("fetch", help="fetch a model into the model folder"))
    add_tiny(commands.add_parser("tiny", help="build tiny stand-ins of the large models"))
    _add_cache(commands.add_parser("cache", help="say what is kept for later runs, or delete it"))
    return parser


_Raw = RawDescriptionHelpFormatter


def _add_run(parser: ArgumentParser) -> None:
    _add_check(parser)
    parser.add_argument(
        "--want",
        metavar="NODE",
        action="append",
        default=[],
        help="run for this node, by id, title or class, instead of for all output nodes (repeatable)",
    )
    parser.add_argument(
        "--vary", metavar="TARGET=SPEC", action="append", default=[], help="run once per value (repeatable)"
    )
    parser.add_argument(
        "--zip", action="store_true", help="pair the lists of --vary instead of combining them all"
    )
    parser.add_argument(
        "--fresh",
        action="store_true",
        help="replace what an earlier sweep wrote, instead of going on with it",
    )
    parser.add_argument("--out", metavar="DIR", type=Path, default=Path("output"), help="where results go")
    add_cache_options(parser)
    add_max_memory(parser)
    parser.add_argument("--to", metavar="URL", help="run it on a ComfyUI there: http://host:port")
    parser.add_argument(
        "--header",
        metavar="'NAME: VALUE'",
        action="append",
        default=[],
        help="what every request to that server bears, such as an Authorization (repeatable)",
    )
    _add_device(parser)


def _add_check(parser: ArgumentParser) -> None:
    _add_workflow(parser)
    _add_input(parser)
    add_models(parser)
    _add_json(parser)


def _add_convert(parser: ArgumentParser) -> None:
    _add_workflow(parser)
    _add_debug(parser)


def _add_workflow(parser: ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", type=Path)
    _add_packs(parser)
    parser.add_argument(
        "--set", metavar="TARGET=VALUE", action="append", default=[], help="override an input (repeatable)"
    )
    parser.add_argument(
        "--definitions", metavar="FILE|URL", help="the object_info of a server: its nodes are known too"
    )


def _add_verify(parser: ArgumentParser) -> None:
    parser.add_argument("picture", metavar="PICTURE", type=Path)
    _add_packs(parser)
    _add_input(parser)
    add_models(parser)
    parser.add_argument("--device", choices=DEVICES, help="by default the one that made it, if it is here")
    _add_json(parser)


def _add_packs(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--packs",
        metavar="DIR",
        type=Path,
        action="append",
        default=[],
        help="a folder of node packs, such as ComfyUI's custom_nodes; their code is run (repeatable)",
    )


def _add_nodes(parser: ArgumentParser) -> None:
    _add_packs(parser)
    add_models(parser)
    _add_json(parser)


def _add_demos(parser: ArgumentParser) -> None:
    parser.add_argument("names", metavar="NAME", nargs="*", help="which demos; by default a quick choice")
    parser.add_argument("--all", action="store_true", help="every demo")
    parser.add_argument(
        "--out", metavar="DIR", type=Path, default=Path("gallery"), help="where the page goes"
    )
    parser.add_argument("--thumbnails", metavar="DIR", type=Path, help="write a thumbnail per workflow there")
    add_models(parser)
    add_cache_options(parser)
    add_max_memory(parser)
    _add_device(parser)
    _add_debug(parser)


def _add_input(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--input", metavar="DIR", type=Path, default=Path("input"), help="where nodes find files to read"
    )


def add_models(parser: ArgumentParser) -> None:
    """Where models lie."""
    parser.add_argument(
        "--models",
        metavar="DIR",
        type=Path,
        action="append",
        default=[],
        help=f"a folder of models, such as ComfyUI's; by default ${VARIABLE}, or models (repeatable)",
    )


def _add_fetch(parser: ArgumentParser) -> None:
    add_fetch(parser)
    add_models(parser)
    _add_json(parser)


def _add_cache(parser: ArgumentParser) -> None:
    add_cache_command(parser)
    _add_json(parser)


def _add_device(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--device", choices=DEVICES, default="auto", help="auto is the GPU where there is one"
    )


def _add_json(parser: ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="one JSON object on stdout and nothing else")
    _add_debug(parser)


def _add_debug(parser: ArgumentParser) -> None:
    parser.add_argument("--debug", action="store_true", help="show tracebacks")
