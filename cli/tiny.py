"""`scorefield tiny DIR`: small stand-ins of the large models, built here, so that workflows for those run."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace, RawDescriptionHelpFormatter
from pathlib import Path

from ..graph.errors import brief, refuse, valid_names
from .exit_codes import DONE

DESCRIPTION = """Build tiny models with random weights, of the same make as the large ones: the same to the
byte every time, a few seconds in all. They make no pictures, but every workflow runs on them:

  scorefield tiny models
  scorefield run sd-ddim.json --set ScoreModel.name=tiny-sd2-v
"""


def add_tiny(parser: ArgumentParser) -> None:
    """Its options."""
    parser.description, parser.formatter_class = DESCRIPTION, RawDescriptionHelpFormatter
    parser.add_argument(
        "folder", metavar="DIR", type=Path, help="where they go, each in a folder of its name"
    )
    parser.add_argument("names", metavar="NAME", nargs="*", help="which; by default all of them")
    parser.add_argument("--debug", action="store_true", help="show tracebacks")


def tiny(options: Namespace) -> int:
    """Build what is asked for, and print where each is."""
    from ..models.tiny import BUILDERS, build

    for name in options.names:
        if name not in BUILDERS:
            known = valid_names(name, [*BUILDERS])
            raise refuse("unknown_name", f"no stand-in is called {brief(name)}", known)
    for name in options.names or BUILDERS:
        try:
            print(build(name, options.folder))
        except OSError as error:
            raise refuse("not_written", str(error)) from error
    return DONE
