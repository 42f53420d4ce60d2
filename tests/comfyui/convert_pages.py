#!/usr/bin/env python3
"""Convert saved pages with the official ComfyUI page and with Scorefield, and say where they differ.

    convert_pages.py URL [FILES_OR_FOLDERS ...] [--templates] --report FILE

URL is a running ComfyUI. Each workflow is loaded in its page (headless Chromium), which converts it; ours
converts it with the same server's definitions of nodes. The two are compared: ids, classes, inputs, links.
With --object-info both know other nodes than the server's, as the pages of the unit tests need. It prints
the counts, writes what became of each workflow to FILE as JSON, and exits 1 if any that the page converts
is converted otherwise. It needs playwright, and `scorefield` where Python finds it.
"""

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from official_page import Asked, OfficialPage, fetch, official_page, pages_in, templates, version_of
from scorefield.graph.contract import Definition
from scorefield.graph.definitions import definitions_from
from scorefield.graph.errors import InvalidWorkflow
from scorefield.graph.page.format import converted, page_to_api
from scorefield.graph.page.live import load
from scorefield.graph.page.scope import read_raw

Json = dict[str, Any]
Definitions = dict[str, Definition]
NOT_CONVERTED = ("the page fails", "unknown nodes", "no nodes that run", "waits for a list")
"""What became of a workflow that the page does not convert, so that there is nothing to compare with."""
RIGHT = ("identical", "identical in what nodes declare")
COUNTED = (*RIGHT, "refused", "newer than the page", "DIFFERENT", "CRASHED")


def comparable(value: Any) -> Any:
    """A value as JavaScript compares it: every number is a double."""
    if isinstance(value, dict):
        return {key: comparable(part) for key, part in value.items()}
    if isinstance(value, list):
        return [comparable(part) for part in value]
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else value


def essence(api: Json) -> Json:
    """The classes and inputs of a prompt, without titles, which the server ignores."""
    return {id: (node["class_type"], comparable(node["inputs"])) for id, node in api.items()}


def declared_only(api: Json, definitions: Definitions) -> Json:
    """A prompt without the inputs that its nodes do not declare, which the server ignores."""
    return {
        id: {
            **node,
            "inputs": {n: v for n, v in node["inputs"].items() if definitions[node["class_type"]].input(n)},
        }
        for id, node in api.items()
    }


def ours(saved: Json, definitions: Definitions) -> tuple[Json | None, str, list[str]]:
    """Our conversion, or what became of it and the problems that were named."""
    try:
        return page_to_api(saved, definitions), "", []
    except InvalidWorkflow as invalid:
        return None, "refused", [str(problem) for problem in invalid.problems]
    except Exception as error:
        return None, "CRASHED", [f"{type(error).__name__}: {error}"]


def with_double_ids(saved: Json, definitions: Definitions) -> Json | None:
    """Our conversion as older pages make it, which keep ids that two graphs of a page share."""
    try:
        return converted(load(read_raw(saved), definitions))
    except InvalidWorkflow:
        return None


def is_newer(saved: Json, asked: Asked, server: str) -> bool:
    """Whether a workflow was saved by a later page than this one, or with later core nodes."""
    if version_of((saved.get("extra") or {}).get("frontendVersion")) > version_of(asked.version):
        return True
    properties = (node.get("properties") or {} for node in saved["nodes"] if isinstance(node, dict))
    return any(version_of(each.get("ver")) > version_of(server) for each in properties if core(each))


def core(properties: Json) -> bool:
    """Whether a node says that it is ComfyUI's own; one that stands for a subgraph does too."""
    return bool(properties.get("cnr_id", "comfy-core") == "comfy-core")


def outcome(saved: Json, asked: Asked, definitions: Definitions, server: str) -> tuple[str, list[str]]:
    """What became of one workflow, and what there is to say of it."""
    mine, failed, problems = ours(saved, definitions)
    if failed == "CRASHED":
        return failed, problems
    if asked.output is None:
        return "the page fails", [asked.error]
    if any(node.get("class_type") not in definitions for node in asked.output.values()):
        return "unknown nodes", problems
    if not asked.output:
        return "no nodes that run", problems
    if "Loading..." in (v for node in asked.output.values() for v in list_of_texts(node)):
        return "waits for a list", []
    if mine is None:
        return failed, problems
    for theirs, each in variants(asked.output, mine, saved, definitions):
        if essence(theirs) == essence(each):
            return RIGHT[theirs is not asked.output], []
    kind = "newer than the page" if is_newer(saved, asked, server) else "DIFFERENT"
    return kind, list(differences(asked.output, mine))


def list_of_texts(node: Json) -> list[str]:
    """The texts among a node's inputs."""
    return [value for value in node["inputs"].values() if isinstance(value, str)]


def variants(theirs: Json, mine: Json, saved: Json, definitions: Definitions) -> Iterator[tuple[Json, Json]]:
    """The pairs of which one must be equal: theirs and ours, or both without what nodes do not declare."""
    double = with_double_ids(saved, definitions)
    candidates = [mine] if double is None else [mine, double]
    yield from ((theirs, each) for each in candidates)
    known = declared_only(theirs, definitions)
    yield from ((known, declared_only(each, definitions)) for each in candidates)


def differences(theirs: Json, mine: Json) -> Iterator[str]:
    """Where two prompts differ, a line each."""
    theirs, mine = essence(theirs), essence(mine)
    for id in sorted(theirs.keys() ^ mine.keys()):
        yield f"node {id} is only in {'the page' if id in theirs else 'ours'}"
    for id in theirs.keys() & mine.keys():
        (kind, inputs), (_, own) = theirs[id], mine[id]
        for name in sorted(inputs.keys() | own.keys()):
            if inputs.get(name, ...) != own.get(name, ...):
                values = " | ".join(repr(each.get(name, "nothing"))[:80] for each in (inputs, own))
                yield f"node {id} ({kind}), {name}: {values}"


def compare(page: OfficialPage, object_info: Json, options: argparse.Namespace) -> list[Json]:
    """Convert every workflow with both, and tell of each; a difference is looked at on a fresh page again."""
    definitions = definitions_from(object_info)
    server = fetch(f"{options.url}/system_stats")["system"].get("comfyui_version", "")
    told = []
    for name, saved in [*(templates(options.url) if options.templates else ()), *pages_in(options.files)]:
        asked = page.ask(Path(name).stem, saved)
        kind, lines = outcome(saved, asked, definitions, server)
        if kind in ("DIFFERENT", "the page fails"):
            page.reopen()
            kind, lines = outcome(saved, page.ask(Path(name).stem, saved), definitions, server)
        told.append({"workflow": name, "outcome": kind, "details": lines[:20]})
        print(f"{kind:<32} {name}", *lines[:2], sep="\n    " if lines else "", file=sys.stderr, flush=True)
    return told


def summary(told: list[Json]) -> Json:
    """The counts, and the share of what the page converts that is converted the same."""
    counts = Counter(each["outcome"] for each in told)
    converted_by_page = sum(counts[kind] for kind in COUNTED)
    right = sum(counts[kind] for kind in RIGHT)
    share = round(100 * right / converted_by_page, 2) if converted_by_page else 0.0
    return {
        "total": len(told),
        "converted by the page": converted_by_page,
        **{kind: counts[kind] for kind in COUNTED},
        "identical (%)": share,
        "not converted by the page": {kind: counts[kind] for kind in NOT_CONVERTED},
    }


def arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("url", type=lambda text: text.rstrip("/"), help="e.g. http://127.0.0.1:8188")
    parser.add_argument("files", type=Path, nargs="*", metavar="FILE_OR_FOLDER")
    parser.add_argument("--templates", action="store_true", help="all templates that the server offers")
    parser.add_argument("--report", type=Path, required=True, metavar="FILE")
    parser.add_argument("--object-info", type=Path, metavar="FILE", help="know these nodes, not the server's")
    parser.add_argument("--chromium", default="/usr/bin/chromium")
    return parser.parse_args()


def main() -> int:
    """Compare everything; 1 if something is converted otherwise than the page does."""
    options = arguments()
    given = json.loads(options.object_info.read_text(encoding="utf-8")) if options.object_info else None
    with official_page(options.url, options.chromium, given) as page:
        told = compare(page, given or fetch(f"{options.url}/object_info"), options)
    counts = summary(told)
    options.report.write_text(json.dumps({**counts, "workflows": told}, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(counts, indent=1))
    return int(bool(counts["DIFFERENT"] or counts["CRASHED"]))


if __name__ == "__main__":
    sys.exit(main())
