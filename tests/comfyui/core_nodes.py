#!/usr/bin/env python3
"""Compare our definitions of ComfyUI's core nodes with those of a real ComfyUI.

    core_nodes.py URL|FILE

FILE is what its /object_info answered. Prints a line for each difference, what a graph meets (inputs and
outputs) before what only a person sees (titles, categories); exits 1 if there is one of the first kind.
"""

import argparse
import json
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from scorefield.graph.contract import Definition
from scorefield.graph.object_info import object_info
from scorefield.nodes.core import CORE_DEFINITIONS

Json = dict[str, Any]
SEEN_ONLY = {"tooltip", "multiselect", "options"}
IMPLIED = {"INT": {"step": 1}, "STRING": {"multiline": False}}
OUTPUTS = ("output", "output_name", "output_is_list", "output_node")


def read(source: str) -> Json:
    """The object_info of a server, or of a file."""
    if source.startswith(("http://", "https://")):
        with urllib.request.urlopen(f"{source.rstrip('/')}/object_info", timeout=60) as answer:
            return dict(json.load(answer))
    return dict(json.loads(Path(source).read_text(encoding="utf-8")))


def inputs_of(info: Json) -> Json:
    """Each input as one flat object: its group, type, choices and options, with what goes without saying."""
    found = {}
    for group in ("required", "optional"):
        for name, entry in info["input"].get(group, {}).items():
            kind, options = entry[0], dict(entry[1]) if len(entry) > 1 else {}
            choices = kind if isinstance(kind, list) else options.get("options")
            if choices is not None:
                kind = "COMBO"
                options = {"default": choices[0] if choices else None, "choices": choices, **options}
            kept = {key: value for key, value in options.items() if key not in SEEN_ONLY}
            found[name] = {"group": group, "type": kind, **IMPLIED.get(kind, {}), **kept}
    return found


def without_files(inputs: Json, definition: Definition) -> Json:
    """The inputs, but for the files that are there at the moment."""
    listed = {each.name for each in definition.inputs if callable(each.choices)}
    return {
        name: {key: value for key, value in each.items() if key not in ("choices", "default")}
        if name in listed
        else each
        for name, each in inputs.items()
    }


def differences(definition: Definition, theirs: Json | None) -> Iterator[tuple[bool, str]]:
    """What differs, and whether a graph meets it."""
    if theirs is None:
        yield True, "is not there"
        return
    own = object_info(definition)
    ours, other = (without_files(inputs_of(info), definition) for info in (own, theirs))
    if list(ours) != list(other):
        yield True, f"inputs: ours {list(ours)}, theirs {list(other)}"
    for name in ours.keys() & other.keys():
        for key in sorted(ours[name].keys() | other[name].keys()):
            if ours[name].get(key) != other[name].get(key):
                yield True, f"{name}.{key}: ours {ours[name].get(key)!r}, theirs {other[name].get(key)!r}"
    for key in OUTPUTS:
        if own[key] != theirs[key]:
            yield True, f"{key}: ours {own[key]!r}, theirs {theirs[key]!r}"
    if own["is_input_list"] != theirs.get("is_input_list", own["is_input_list"]):
        yield True, f"is_input_list: ours {own['is_input_list']}"
    for key, shown in (
        ("display_name", theirs["display_name"] or definition.id),
        ("category", theirs["category"]),
    ):
        if own[key] != shown:
            yield False, f"{key}: ours {own[key]!r}, theirs {shown!r}"


def main() -> int:
    """Compare; the exit code."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("source", metavar="URL|FILE")
    theirs = read(parser.parse_args().source)
    found = [
        (not is_met, f"{definition.id}: {text}")
        for definition in CORE_DEFINITIONS.values()
        for is_met, text in differences(definition, theirs.get(definition.id))
    ]
    for _, line in sorted(found):
        print(line)
    met = sum(not is_seen_only for is_seen_only, _ in found)
    print(
        f"{len(CORE_DEFINITIONS)} nodes: {met} differences that a graph meets, {len(found) - met} to the eye"
    )
    return int(met > 0)


if __name__ == "__main__":
    sys.exit(main())
