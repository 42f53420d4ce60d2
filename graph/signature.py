"""What a node's result depends on, as one short hash: the key under which the result is kept."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from hashlib import blake2b
from typing import Any

from .contract import Definition
from .plan import Plan, Step

Signature = bytes
_SIZE = 16
_unrepeatable = itertools.count()


def sign(plan: Plan) -> dict[str, Signature]:
    """The signature of every step, parents first: linear in the graph, whatever its depth."""
    signatures: dict[str, Signature] = {}
    for node_id, step in plan.steps.items():
        signatures[node_id] = sign_step(step, signatures)
    return signatures


def sign_step(step: Step, signatures: Mapping[str, Signature]) -> Signature:
    """Hash a step's class, constants, fingerprint and the signatures of what it is linked to.

    Node ids and titles do not count: the same content has the same signature in every file.
    """
    definition = step.definition
    # The constants are JSON values in the definition's order, so their notation is the same everywhere.
    content = f"{definition.id}\0{step.constants!r}\0{_fingerprint(step)!r}".encode()
    for name, link in step.links.items():
        content += f"\0{name}\0{link.output}\0".encode() + signatures[link.node_id]
    return blake2b(content, digest_size=_SIZE).digest()


def _fingerprint(step: Step) -> str:
    if step.definition.fingerprint is None:
        return ""
    try:
        found = step.definition.fingerprint(step.node.id, fingerprint_inputs(step.definition, step.constants))
    except Exception:
        # Not a verdict: the node itself runs into the same trouble and can say what it is.
        found = None
    return f"never the same {next(_unrepeatable)}" if found is None else str(found)


def fingerprint_inputs(definition: Definition, constants: Mapping[str, Any]) -> dict[str, Any]:
    """Every input by name, as a fingerprint sees it: None where the value comes by a link."""
    return {declared.name: constants.get(declared.name) for declared in definition.inputs}
