"""A sweep that has been checked: its runs, and what each output of a run is called."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from ..contract import Definition
from ..errors import InvalidWorkflow, brief, refuse
from ..loading import Source
from ..overrides import Address, Override, resolve
from ..plan import Plan
from ..run import Job, prepare
from ..signature import Signature, sign
from .label import labels, short_names
from .variants import Variant

Definitions = Mapping[str, Definition]


class Name(NamedTuple):
    """What tells an output of one run from that of the others.

    `values` are those of the varied inputs that reach the output, `axes` the places of these inputs
    among all that vary. Where nothing that varies reaches it, `label` is empty.
    """

    label: str
    axes: tuple[int, ...]
    values: tuple[str, ...]


class SweepRun(NamedTuple):
    """One run: its variant, the checked workflow with the signatures of its steps, a name per output node."""

    variant: Variant
    job: Job
    signatures: Mapping[str, Signature]
    names: Mapping[str, Name]


class SweepPlan(NamedTuple):
    """All runs, and the inputs that vary, as they were named and as they were found."""

    runs: tuple[SweepRun, ...]
    targets: tuple[str, ...]
    addresses: tuple[Address, ...]

    @property
    def input_names(self) -> list[str]:
        """What the varied inputs are called in labels."""
        return short_names(self.targets)


def plan_sweep(
    source: Source,
    definitions: Definitions,
    overrides: Sequence[Override],
    variants: Sequence[Variant],
) -> SweepPlan:
    """Check every run of a sweep; nothing runs and nothing is written.

    Raises:
        InvalidWorkflow: some run is not valid, or an input is varied twice.
    """
    jobs = _prepare_all(source, definitions, overrides, variants)
    targets = tuple(override.target for override in variants[0].overrides)
    addresses = tuple(_addresses(source, definitions, variants[0]))
    signatures = [sign(job.plan) for job in jobs]
    rows = [tuple(str(override.value) for override in variant.overrides) for variant in variants]
    names = _names(jobs[0].plan, addresses, short_names(targets), rows, signatures)
    found = zip(variants, jobs, signatures, names, strict=True)
    return SweepPlan(tuple(SweepRun(*parts) for parts in found), targets, addresses)


def _prepare_all(
    source: Source, definitions: Definitions, overrides: Sequence[Override], variants: Sequence[Variant]
) -> list[Job]:
    jobs, problems = [], {}
    for variant in variants:
        try:
            jobs.append(prepare(source, definitions, [*overrides, *variant.overrides]))
        except InvalidWorkflow as invalid:
            # What is wrong with the workflow itself is wrong in every variant: say it once.
            problems.update(dict.fromkeys(invalid.problems))
    if problems:
        raise InvalidWorkflow(list(problems))
    return jobs


def _addresses(source: Source, definitions: Definitions, variant: Variant) -> Iterator[Address]:
    seen: dict[Address, str] = {}
    for override in variant.overrides:
        [address] = resolve(source.graph, [override], definitions)
        if address in seen:
            message = f"{brief(override.target)} and {brief(seen[address])} vary the same input"
            raise refuse("invalid_override", message, "give its values in one --vary")
        seen[address] = override.target
        yield address


def _names(
    plan: Plan,
    addresses: Sequence[Address],
    input_names: Sequence[str],
    rows: Sequence[tuple[str, ...]],
    signatures: Sequence[Mapping[str, Signature]],
) -> list[dict[str, Name]]:
    found: list[dict[str, Name]] = [{} for _ in rows]
    reached = axes_that_reach(plan, addresses)
    for target in plan.targets:
        axes = sorted(reached[target])
        if not _are_enough(axes, rows, [signed[target] for signed in signatures]):
            axes = list(range(len(addresses)))
        values = [tuple(row[axis] for axis in axes) for row in rows]
        called = labels([input_names[axis] for axis in axes], values) if axes else [""] * len(rows)
        for names, label, row in zip(found, called, values, strict=True):
            names[target] = Name(label, tuple(axes), row)
    return found


def axes_that_reach(plan: Plan, addresses: Sequence[Address]) -> dict[str, frozenset[int]]:
    """For every step, which of the inputs it depends on, by their places."""
    reached: dict[str, frozenset[int]] = {}
    for node_id, step in plan.steps.items():
        own = frozenset(axis for axis, address in enumerate(addresses) if address.node_id == node_id)
        reached[node_id] = own.union(*(reached[link.node_id] for link in step.links.values()))
    return reached


def _are_enough(axes: Sequence[int], rows: Sequence[tuple[str, ...]], signed: Sequence[Signature]) -> bool:
    """Whether these inputs decide the result: a node may look beyond what it is linked to."""
    first: dict[tuple[str, ...], Signature] = {}
    parts = (tuple(row[axis] for axis in axes) for row in rows)
    return all(
        first.setdefault(part, signature) == signature for part, signature in zip(parts, signed, strict=True)
    )
