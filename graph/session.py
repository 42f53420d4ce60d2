"""What a process keeps from one run to the next: results, the objects of nodes, and the last checked plan."""

from __future__ import annotations

import marshal
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import blake2b
from typing import Any

from .cache import Cache
from .contract import Definition
from .loading import read_source
from .overrides import Override
from .plan import Plan
from .result import RunResult
from .run import Job, Surroundings, prepare, run_job
from .signature import Signature, sign


@dataclass(frozen=True)
class Prepared:
    """A checked workflow with the signatures of its steps."""

    job: Job
    signatures: Mapping[str, Signature]


class Session:
    """Runs workflows, each time only what has changed since.

    A workflow that comes again as it was is neither read nor checked again, unless one of its nodes
    depends on more than its inputs: files, choices of the moment, or a check of its own.

    Args:
        definitions: every node that is known, by class.
        cache: where results are looked for and kept; without one every run starts anew.
    """

    def __init__(self, definitions: Mapping[str, Definition], cache: Cache | None) -> None:
        self._definitions = definitions
        self._cache = cache
        self._instances: dict[Any, Any] = {}
        self._last: tuple[bytes, Prepared] | None = None

    def prepare(
        self, raw: Any, overrides: Iterable[Override] = (), want: Sequence[str] | None = None
    ) -> Prepared:
        """Check a workflow, given as JSON values; see `graph.run.prepare`.

        Raises:
            InvalidWorkflow: with every problem that was found.
        """
        asked = list(overrides)
        key = _key(raw, asked, want)
        if self._last is not None and key is not None and self._last[0] == key:
            return self._last[1]
        job = prepare(read_source(raw, self._definitions), self._definitions, asked, want)
        prepared = Prepared(job, {} if self._cache is None else sign(job.plan))
        self._last = (key, prepared) if key is not None and _is_steady(job.plan) else None
        return prepared

    def run(self, prepared: Prepared, surroundings: Surroundings) -> RunResult:
        """Run a checked workflow; see `graph.run.run_job`."""
        kept = replace(surroundings, instances=self._instances)
        return run_job(prepared.job, kept, self._cache, prepared.signatures)


def _key(raw: Any, overrides: Sequence[Override], want: Sequence[str] | None) -> bytes | None:
    """A hash of everything that a plan is made from; None where it holds more than plain values.

    Version 2 of the notation writes equal values equally, whoever else holds them.
    """
    try:
        written = marshal.dumps((raw, [tuple(o) for o in overrides], None if want is None else list(want)), 2)
    except ValueError:
        return None
    return blake2b(written, digest_size=16).digest()


def _is_steady(plan: Plan) -> bool:
    definitions = {step.definition.id: step.definition for step in plan.steps.values()}
    return all(definition.is_steady for definition in definitions.values())
