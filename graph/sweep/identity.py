"""What a sweep is of, so that another is never mixed into its folder."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from pathlib import Path
from typing import Any

from ..device import resolve_device
from ..errors import brief, refuse
from ..loading import Source
from ..overrides import Override, resolve, with_settings
from ..provenance import differences, file_hashes, files_of, surroundings
from ..workflow import write_api
from .index import Index
from .plan import Definitions, SweepPlan

_MOST_CAUSES = 4


def describe(
    name: str,
    source: Source,
    definitions: Definitions,
    overrides: Sequence[Override],
    sweep: SweepPlan,
    device: str,
    input_folder: Path,
) -> dict[str, Any]:
    """What a sweep is of: the head of its index.

    Raises:
        InvalidWorkflow: the device that was asked for is not there.
    """
    steps = chain.from_iterable(run.job.plan.steps.values() for run in sweep.runs)
    files = files_of(((step.definition, step.constants) for step in steps), input_folder.absolute())
    values: list[dict[str, None]] = [{} for _ in sweep.targets]
    for run in sweep.runs:
        for seen, override in zip(values, run.variant.overrides, strict=True):
            seen[override.value] = None
    return {
        "workflow": {"name": name, "sha256": _graph_hash(source, definitions, overrides)},
        "set": [f"{override.target}={override.value}" for override in overrides],
        "varied": [
            {"target": target, "node": address.node_id, "input": address.input_name, "values": list(seen)}
            for target, address, seen in zip(sweep.targets, sweep.addresses, values, strict=True)
        ],
        "made_by": {**surroundings(resolve_device(device)), "files": file_hashes(files)},
    }


def refuse_another(index: Index, about: Mapping[str, Any], sweep: SweepPlan, folder: Path) -> None:
    """Refuse to go on with a sweep that is not this one.

    It is the same where only values were added: then the runs that are there stay, and the others join them.

    Raises:
        InvalidWorkflow: it is of another workflow, or was made by other versions, on another device or with
            other weights; the text says what differs.
    """
    causes = list(_causes(index, about, sweep))
    if causes:
        more = f" and {len(causes) - _MOST_CAUSES} more" if len(causes) > _MOST_CAUSES else ""
        message = f"{folder} holds another sweep: {'; '.join(causes[:_MOST_CAUSES])}{more}"
        details = "give another --out, or --fresh to replace what that sweep wrote"
        raise refuse("another_sweep", message, details)


def _causes(index: Index, about: Mapping[str, Any], sweep: SweepPlan) -> Iterator[str]:
    then = index.about
    if then["workflow"] != about["workflow"]:
        if then["set"] != about["set"]:
            yield f"--set was {brief(' '.join(then['set']))} and is {brief(' '.join(about['set']))}"
        elif then["workflow"]["sha256"] != about["workflow"]["sha256"]:
            yield f"the workflow {then['workflow']['name']} was another one"
    if _addresses(then) != _addresses(about):
        before, now = (", ".join(_addresses(each)) for each in (then, about))
        yield f"it varies {before}, and this one {now}"
    elif not _has_all(index, sweep):
        yield "it has values that this one does not have"
    for found in differences(then["made_by"], about["made_by"]):
        # A value that was added may need a file that was not needed before.
        if found.then is not None or not found.what.startswith("file "):
            yield str(found)


def _addresses(about: Mapping[str, Any]) -> list[str]:
    return [f"{varied['node']}.{varied['input']}" for varied in about["varied"]]


def _has_all(index: Index, sweep: SweepPlan) -> bool:
    values = {run.variant.label: [o.value for o in run.variant.overrides] for run in sweep.runs}
    done = [entry for entry in index.runs.values() if entry.get("status") == "done"]
    return all(values.get(entry["label"]) == list(entry["values"].values()) for entry in done)


def _graph_hash(source: Source, definitions: Definitions, overrides: Sequence[Override]) -> str:
    """The hash of what runs, but for what varies; titles and places on the page do not count."""
    graph = with_settings(source.graph, resolve(source.graph, overrides, definitions))
    nodes = {node_id: (node["class_type"], node["inputs"]) for node_id, node in write_api(graph).items()}
    return hashlib.sha256(json.dumps(nodes, sort_keys=True).encode()).hexdigest()
