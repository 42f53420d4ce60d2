"""What was left out of the packs."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Skipped:
    """A pack, or one node of it, that is left out."""

    pack: str
    reason: str
    node_id: str | None = None

    def __str__(self) -> str:
        node = f", node {self.node_id}" if self.node_id is not None else ""
        return f"pack {self.pack}{node}: left out: {self.reason}"


class PackRefused(Exception):  # noqa: N818 - names what happened to the pack
    """A pack cannot be loaded; the text says why."""
