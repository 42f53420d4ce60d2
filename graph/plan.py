"""A workflow that has been checked: what runs, in which order, with which values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from .contract import Definition
from .workflow import Link, Node


class Step(NamedTuple):
    """One node, ready to run: constants of the right type, defaults filled in, links that exist.

    Both mappings are in the order of the definition, so that equal steps are equal to the byte.
    """

    node: Node
    definition: Definition
    constants: Mapping[str, Any]
    links: Mapping[str, Link]

    @property
    def title(self) -> str:
        """What the page shows as the node's name."""
        return self.node.title or self.definition.title


@dataclass(frozen=True)
class Plan:
    """The steps that the targets need, parents first, and the targets: the nodes a run is for."""

    steps: Mapping[str, Step]
    targets: tuple[str, ...]
