"""What a node's result depends on, as one short hash: the key under which the result is kept."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping
from hashlib import blake2b
from typing import Any

from .awaiting import resolved
from .contract import Definition
from .files import content_hash
from .plan import Plan, Step

Signature = bytes
_SIZE = 16
_OF_THIS_PROCESS = b"!"
_ANY_TEXT = ("utf-8", "surrogatepass")  # JSON can hold half a letter
_JSON_SCALARS = (str, int, float, bool, type(None))
_unrepeatable = itertools.count()


def sign(plan: Plan) -> dict[str, Signature]:
    """The signature of every step, parents first: linear in the graph, whatever its depth."""
    signatures: dict[str, Signature] = {}
    for node_id, step in plan.steps.items():
        signatures[node_id] = sign_step(step, signatures)
    return signatures


def sign_step(step: Step, signatures: Mapping[str, Signature]) -> Signature:
    """Hash a step's class, constants, fingerprint and the signatures of what it is linked to.

    Node ids and titles do not count, so that the same content has the same signature in every file;
    the id does where the node's result depends on its place. A result that is never the same, or of a
    pack whose code and files nobody knows, has a signature that means something in this process alone;
    so has all that follows from it.
    """
    definition = step.definition
    beside = _beside_the_inputs(step)
    lasts = beside is not None and not definition.pack
    if beside is None:
        beside = f"never the same {next(_unrepeatable)}"
    # The constants are JSON values in the definition's order, so their notation is the same everywhere.
    content = f"{definition.id}\0{step.constants!r}\0{beside}".encode(*_ANY_TEXT)
    for name, link in step.links.items():
        parent = signatures[link.node_id]
        lasts = lasts and len(parent) == _SIZE
        content += f"\0{name}\0{link.output}\0".encode(*_ANY_TEXT) + parent
    return _hashed(content, lasts)


def is_lasting(signature: Signature) -> bool:
    """Whether another process may know a result by it."""
    return not (len(signature) > _SIZE and signature.endswith(_OF_THIS_PROCESS))


def sign_added(step: Step, origin: Signature, signatures: Mapping[str, Signature]) -> Signature:
    """The signature of a node that an expansion added; `origin` is that of the expanded node.

    Where its constants are values that cannot be written down, they follow from the expanded node and
    the place in the expansion.
    """
    if all(_is_json(value) for value in step.constants.values()):
        return sign_step(step, signatures)
    content = b"added\0" + origin + step.node.id.encode(*_ANY_TEXT)
    parents = [signatures[link.node_id] for link in step.links.values()]
    return _hashed(content, all(is_lasting(each) for each in [origin, *parents]))


def present_inputs(step: Step) -> dict[str, Any]:
    """What the node was given, as a fingerprint sees it: None where the value comes by a link."""
    return {**step.constants, **dict.fromkeys(step.links)} if step.links else dict(step.constants)


def beside_the_inputs(definition: Definition, node_id: str, given: Mapping[str, Any]) -> list[str] | None:
    """What a result depends on beside the node's inputs: its fingerprint, and what its files hold.

    None, if it is never the same.
    """
    try:
        found = [] if definition.fingerprint is None else [resolved(definition.fingerprint(node_id, given))]
        if None in found:
            return None
        files = [] if definition.files is None else definition.files(given)
        return [*(repr(value) for value in found), *(content_hash(path) for path in files)]
    except Exception:
        # Not a verdict: the node itself runs into the same trouble and can say what it is.
        return None


def _beside_the_inputs(step: Step) -> str | None:
    definition = step.definition
    if definition.fingerprint is None and definition.files is None and not definition.knows_its_place:
        return ""
    found = beside_the_inputs(definition, step.node.id, present_inputs(step))
    if found is None:
        return None
    return "\0".join([step.node.id, *found] if definition.knows_its_place else found)


def _hashed(content: bytes, lasts: bool) -> Signature:
    digest = blake2b(content, digest_size=_SIZE).digest()
    return digest if lasts else digest + _OF_THIS_PROCESS


def _is_json(value: Any) -> bool:
    waiting = [value]
    while waiting:
        part = waiting.pop()
        if type(part) in (list, tuple):
            waiting.extend(part)
        elif type(part) is dict:
            waiting.extend(part.values())
        elif not isinstance(part, _JSON_SCALARS) or (isinstance(part, float) and not math.isfinite(part)):
            return False
    return True
