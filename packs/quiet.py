"""What the classes of packs print while a workflow is checked goes to stderr: stdout is for results."""

from __future__ import annotations

import contextlib
import functools
import inspect
import sys
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

from ..graph.contract import Definition, Input


def quiet(definition: Definition) -> Definition:
    """The same node, quiet until it runs; while it runs the host says where its words go."""
    own = definition.validation
    more_inputs, fingerprint = definition.more_inputs, definition.fingerprint
    return replace(
        definition,
        inputs=tuple(_quiet_choices(declared) for declared in definition.inputs),
        validation=None if own is None else replace(own, call=_apart(own.call)),
        fingerprint=None if fingerprint is None else _apart(fingerprint),
        more_inputs=None if more_inputs is None else _apart(more_inputs),
    )


def _quiet_choices(declared: Input) -> Input:
    return replace(declared, choices=_apart(declared.choices)) if callable(declared.choices) else declared


def _apart(function: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(function)
    def call(*given: Any, **named: Any) -> Any:
        with contextlib.redirect_stdout(sys.stderr):
            found = function(*given, **named)
        return _later(found) if inspect.isawaitable(found) else found

    return call


async def _later(found: Awaitable[Any]) -> Any:
    with contextlib.redirect_stdout(sys.stderr):
        return await found
