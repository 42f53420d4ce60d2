"""What a running node may ask of its host: where to write, how far it is, whether to stop."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol


class Interrupted(Exception):  # noqa: N818 - a request of the user, not an error
    """Somebody asked the run to stop. It is raised inside the node at its next report of progress."""


class Context(Protocol):
    """The host as one node sees it during one call."""

    @property
    def node_id(self) -> str:
        """The node's id in its graph."""

    @property
    def device(self) -> str:
        """A torch device, "cpu" or "cuda"."""

    @property
    def input_folder(self) -> Path:
        """Where files to read lie."""

    @property
    def output_folder(self) -> Path:
        """Where results go."""

    @property
    def temp_folder(self) -> Path:
        """Where previews go."""

    @property
    def prompt(self) -> Mapping[str, Any] | None:
        """The whole graph in API format, where the host knows it."""

    @property
    def workflow(self) -> Mapping[str, Any] | None:
        """The page it came from, where there was one."""

    def progress(self, value: int, total: int) -> None:
        """Report that `value` of `total` steps are done.

        Raises:
            Interrupted: when the run was asked to stop.
        """

    def show(self, **ui: list[Any]) -> None:
        """Give the page something to show.

        images=[{filename, subfolder, type}], text=[…], animated=[True].
        """
