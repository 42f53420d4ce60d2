"""`scorefield fetch ID`: the one command that fetches models, and says how large they are."""

from __future__ import annotations

import os
import sys
from argparse import ArgumentParser, Namespace, RawDescriptionHelpFormatter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ..graph.byte_count import written
from ..graph.errors import refuse
from ..models.checkpoints.families import FAMILIES
from ..models.checkpoints.places import DEFAULT, OWN, VARIABLE
from .exit_codes import DONE
from .output import print_json

DESCRIPTION = """Fetch a model from Hugging Face into the model folder: safetensors, JSON and tokenizers,
never pickles. Nothing else in Scorefield fetches anything.

Models that are known to be there:
""" + "\n".join(f"  {family.title:<20} {home}" for family in FAMILIES for home in family.homes)


def add_fetch(parser: ArgumentParser) -> None:
    """Its options."""
    parser.description, parser.formatter_class = DESCRIPTION, RawDescriptionHelpFormatter
    parser.add_argument("id", metavar="ID", help="the model, as its page is called: org/name")
    parser.add_argument(
        "--only",
        metavar="NAME",
        action="append",
        default=[],
        help="a component or a file of it instead of all, such as tokenizer (repeatable)",
    )
    parser.add_argument("--variant", metavar="NAME", help="weights of lower precision, such as fp16")
    parser.add_argument("--revision", metavar="NAME", help="a branch, a tag or a commit; by default main")


def fetch(options: Namespace, _get_definitions: Callable[[], Any]) -> int:
    """Fetch a model; what was begun is gone on with.

    Raises:
        InvalidWorkflow: there is no such model, nobody answers, or what came is not what was said.
    """
    from ..models.checkpoints import fetching

    endpoint = os.environ.get("HF_ENDPOINT")
    try:
        planned = fetching.plan(
            options.id,
            _folder(options),
            only=options.only,
            variant=options.variant,
            revision=options.revision,
            endpoint=endpoint,
        )
        there = planned.there()
        _tell(planned, there)
        folder = fetching.fetch(planned, endpoint)
    except (ValueError, OSError) as error:
        raise refuse("not_fetched", str(error)) from error
    if options.json:
        fetched = sorted(planned.sizes.keys() - there)
        print_json({"status": "done", "folder": str(folder), "fetched": fetched, "bytes": planned.bytes})
    else:
        print(folder)
    return DONE


def _tell(planned: Any, there: frozenset[str]) -> None:
    left = sum(size for name, size in planned.sizes.items() if name not in there)
    for name, size in sorted(planned.sizes.items()):
        note = " (there)" if name in there else ""
        print(f"  {written(size):>9}  {name}{note}", file=sys.stderr)
    count = f"{len(planned.sizes)} file{'' if len(planned.sizes) == 1 else 's'}"
    print(f"{planned.id}: {count}, {written(planned.bytes)}, {written(left)} to fetch", file=sys.stderr)


def _folder(options: Namespace) -> Path:
    """The model folder: the first that is named."""
    named = [text for text in os.environ.get(VARIABLE, "").split(os.pathsep) if text]
    folder = Path([*options.models, *named, DEFAULT][0])
    if folder.absolute() == OWN:
        raise refuse(
            "no_model_folder", f"{folder} is a folder of Scorefield itself", "name another with --models"
        )
    return folder
