"""What a running node may ask of its host: where to write, how far it is, whether to stop."""

from __future__ import annotations

from collections.abc import Callable, Mapping
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

    @property
    def provenance(self) -> Mapping[str, Any] | None:
        """What made the results beside the graph, where known: versions, device, hashes of files."""

    @property
    def has_page(self) -> bool:
        """Whether a page is there to look at what nodes show: what only a page reads need not be written
        otherwise."""

    def progress(self, value: int, total: int, picture: Callable[[], Any] | None = None) -> None:
        """Report that `value` of `total` steps are done.

        `picture` gives an IMAGE without its batch, (H, W, 3), of how things stand, or None. It is asked only
        now and then, and only where somebody looks.

        Raises:
            Interrupted: when the run was asked to stop.
        """

    def show(self, **ui: list[Any]) -> None:
        """Give the page something to show.

        images=[{filename, subfolder, type}], text=[…], animated=[True].
        """


class GraphView(Protocol):
    """The graph as it is now, the nodes that expansions added included, in API format."""

    def get_node(self, node_id: str) -> Mapping[str, Any]:
        """A node, `{"class_type", "inputs"}`.

        Raises:
            KeyError: there is none of that id.
        """

    def has_node(self, node_id: str) -> bool:
        """Whether there is one of that id."""

    def all_node_ids(self) -> set[str]:
        """Every id."""

    def get_parent_node_id(self, node_id: str) -> str | None:
        """The node whose expansion added it, or None."""

    def get_real_node_id(self, node_id: str) -> str:
        """The node of the workflow it stems from; itself where the workflow holds it."""

    def get_display_node_id(self, node_id: str) -> str:
        """The node of the page that shows what it does."""

    def get_original_prompt(self) -> Mapping[str, Any]:
        """The graph as it was at the start."""


class RunContext(Context, Protocol):
    """The host of a headless run as nodes of foreign packs need it, beyond what our own ask for."""

    @property
    def call_index(self) -> int:
        """Which call this is, where the node runs over a list."""

    @property
    def is_stopping(self) -> bool:
        """Whether the run was asked to stop."""

    @property
    def graph(self) -> GraphView:
        """The graph that runs."""

    def instance(self, make: Callable[[], Any]) -> Any:
        """The object that stands for this node from run to run; made at the first call."""
