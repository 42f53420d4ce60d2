"""The commands. Each takes the parsed options and a way to the nodes, and gives an exit code."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable, Mapping
from pathlib import Path

from ..graph.cache import MemoryCache
from ..graph.contract import Definition
from ..graph.errors import refuse
from ..graph.loading import Source, read_file, read_source
from ..graph.overrides import parse_override
from ..graph.run import prepare
from ..graph.sweep.variants import parse_variation, variants
from .caching import cache, with_kept_results
from .convert import print_api, with_given
from .exit_codes import DONE
from .fetch import fetch
from .output import print_json, printable
from .place import place_of
from .run import run_once
from .sweep import run_sweep

Definitions = Mapping[str, Definition]
GetDefinitions = Callable[[], Definitions]


def run(options: Namespace, get_definitions: GetDefinitions) -> int:
    """`scorefield run FILE`: run a workflow, once or once per variant."""
    raw = read_file(options.file, _read_picture)
    overrides = [parse_override(text) for text in options.set]
    runs = variants([parse_variation(text) for text in options.vary], options.zip)
    place = place_of(options, lambda: with_given(options, get_definitions))
    source = read_source(raw, place.definitions)
    place.check(source, [*overrides, *(override for variant in runs for override in variant.overrides)])
    if options.vary and options.want:
        raise refuse("usage", "--want does not go with --vary: a sweep is of all output nodes")
    if options.vary:
        return run_sweep(source, place, overrides, runs, options)
    return run_once(
        prepare(source, place.definitions, overrides, options.want or None), options, place.run_job
    )


def check(options: Namespace, get_definitions: GetDefinitions) -> int:
    """`scorefield check FILE`: everything that is wrong, or that nothing is."""
    raw = read_file(options.file, _read_picture)
    overrides = [parse_override(text) for text in options.set]
    definitions = with_given(options, get_definitions)
    source: Source = read_source(raw, definitions)
    planned = prepare(source, definitions, overrides).plan
    if options.json:
        print_json({"status": "valid", "nodes": list(planned.steps), "outputs": list(planned.targets)})
    else:
        print(f"valid: {len(planned.steps)} nodes lead to {len(planned.targets)} outputs")
    return DONE


def convert(options: Namespace, get_definitions: GetDefinitions) -> int:
    """`scorefield convert FILE`: the workflow in the API format."""
    return print_api(read_file(options.file, _read_picture), options, get_definitions())


def verify(options: Namespace, get_definitions: GetDefinitions) -> int:
    """`scorefield verify PICTURE`: whether the workflow inside gives the same pixels again."""
    from .verify import verify as verify_picture

    return verify_picture(options, get_definitions())


def nodes(options: Namespace, get_definitions: GetDefinitions) -> int:
    """`scorefield nodes`: a line for each node, or ComfyUI's object_info of all."""
    definitions = get_definitions()
    if options.json:
        from ..graph.object_info import object_info

        print_json({definition.id: object_info(definition) for definition in definitions.values()})
        return DONE
    for definition in sorted(definitions.values(), key=lambda d: (d.category, d.id)):
        origin = f" (pack {definition.pack})" if definition.pack else ""
        print(printable(f"{definition.id:<36} {definition.category}: {definition.title}{origin}"))
    return DONE


def demos(options: Namespace, get_definitions: GetDefinitions) -> int:
    """`scorefield demos`: saved workflows, run and laid out on a page."""
    from ..demos import run_demos

    results = with_kept_results(MemoryCache(max_bytes=options.max_memory), options)
    code: int = run_demos(
        options.names,
        options.all,
        options.out,
        options.thumbnails,
        options.device,
        results,
        options.models,
    )
    return code


def train(options: Namespace, get_definitions: GetDefinitions) -> int:
    """`scorefield train NAME`: rebuild weights that ship."""
    from .train import train as train_weights

    return train_weights(options)


def tiny(options: Namespace, get_definitions: GetDefinitions) -> int:
    """`scorefield tiny DIR`: stand-ins of the large models."""
    from .tiny import tiny as build_tiny

    return build_tiny(options)


def _read_picture(path: Path) -> Mapping[str, object]:
    from ..plots.picture_file import read_workflow

    return read_workflow(path)


COMMANDS: dict[str, Callable[[Namespace, GetDefinitions], int]] = {
    "run": run,
    "check": check,
    "convert": convert,
    "verify": verify,
    "nodes": nodes,
    "demos": demos,
    "train": train,
    "tiny": tiny,
    "cache": cache,
    "fetch": fetch,
}
