"""The host of a headless run: folders, device, progress, the wish to stop, and what nodes show."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

from .context import Interrupted
from .device import resolve_device
from .events import Listener, NodeProgress
from .execution.live_graph import LiveGraph


class Host:
    """What all nodes of a run share. Folders appear when a node first asks for them, not before."""

    def __init__(
        self,
        output_folder: Path,
        *,
        input_folder: Path = Path("input"),
        temp_folder: Path | None = None,
        device: str = "auto",
        prompt: Mapping[str, Any] | None = None,
        workflow: Mapping[str, Any] | None = None,
        provenance: Callable[[], Mapping[str, Any]] | None = None,
        stop: threading.Event | None = None,
        instances: dict[Any, Any] | None = None,
        has_page: bool = False,
    ) -> None:
        self._output_folder = output_folder.absolute()
        self._temp_folder = (temp_folder or output_folder / "temp").absolute()
        self._device = device
        self.input_folder = input_folder.absolute()
        self.prompt = prompt
        self.workflow = workflow
        self._provenance = provenance
        self.stop = stop or threading.Event()
        self.instances = {} if instances is None else instances
        self.has_page = has_page

    @cached_property
    def device(self) -> str:
        """The torch device, looked for when a node first asks: torch is slow to import."""
        return resolve_device(self._device)

    @cached_property
    def provenance(self) -> Mapping[str, Any] | None:
        """What makes the results beside the graph. Files are read for it, so a node must ask first."""
        return None if self._provenance is None else self._provenance()

    @cached_property
    def output_folder(self) -> Path:
        """Where results go."""
        self._output_folder.mkdir(parents=True, exist_ok=True)
        return self._output_folder

    @cached_property
    def temp_folder(self) -> Path:
        """Where previews go."""
        self._temp_folder.mkdir(parents=True, exist_ok=True)
        return self._temp_folder

    def context(
        self, node_id: str, listener: Listener | None = None, graph: LiveGraph | None = None
    ) -> NodeContext:
        """The host as that node sees it."""
        return NodeContext(self, node_id, listener, graph)

    def find(self, shown: Mapping[str, Any]) -> Path:
        """The path of a file that a node showed as {filename, subfolder, type}."""
        folders = {"input": self.input_folder, "temp": self._temp_folder}
        folder = folders.get(str(shown.get("type")), self._output_folder)
        return folder / str(shown.get("subfolder", "")) / str(shown["filename"])


class NodeContext:
    """The `Context` of one node in a headless run."""

    __slots__ = ("_graph", "_host", "_listener", "call_index", "node_id", "ui")

    def __init__(
        self, host: Host, node_id: str, listener: Listener | None, graph: LiveGraph | None = None
    ) -> None:
        self._host = host
        self._graph = graph
        self.call_index = 0
        self._listener = listener
        self.node_id = node_id
        self.ui: dict[str, list[Any]] = {}

    @property
    def device(self) -> str:
        """The torch device."""
        return self._host.device

    @property
    def input_folder(self) -> Path:
        """Where files to read lie."""
        return self._host.input_folder

    @property
    def output_folder(self) -> Path:
        """Where results go."""
        return self._host.output_folder

    @property
    def temp_folder(self) -> Path:
        """Where previews go."""
        return self._host.temp_folder

    @property
    def prompt(self) -> Mapping[str, Any] | None:
        """The whole graph in API format: the host's, or else that of the run."""
        if self._host.prompt is not None or self._graph is None:
            return self._host.prompt
        return self._graph.prompt

    @property
    def workflow(self) -> Mapping[str, Any] | None:
        """The page the graph came from, where there was one."""
        return self._host.workflow

    @property
    def provenance(self) -> Mapping[str, Any] | None:
        """What made the results beside the graph."""
        return self._host.provenance

    @property
    def has_page(self) -> bool:
        """Whether a page is there to look at what nodes show."""
        return self._host.has_page

    @property
    def is_stopping(self) -> bool:
        """Whether the run was asked to stop."""
        return self._host.stop.is_set()

    @property
    def graph(self) -> LiveGraph:
        """The graph that runs."""
        assert self._graph is not None, "only a run has a graph"
        return self._graph

    def instance(self, make: Callable[[], Any]) -> Any:
        """The object that stands for this node as long as the host's instances are kept."""
        # By kind first: a key of two would be one more object per node for the garbage collector to visit.
        of_kind = self._host.instances.setdefault(make, {})
        found = of_kind.get(self.node_id)
        if found is None:
            found = of_kind[self.node_id] = make()
        return found

    def progress(self, value: int, total: int, picture: Callable[[], Any] | None = None) -> None:
        """Report that `value` of `total` steps are done. Nobody looks at pictures here.

        Raises:
            Interrupted: the run was asked to stop.
        """
        if self.is_stopping:
            raise Interrupted
        if self._listener is not None:
            self._listener(NodeProgress(self.node_id, value, total))

    def show(self, **ui: list[Any]) -> None:
        """Add to what the node shows. A file gets its path, which stays right in a later run."""
        for kind, items in ui.items():
            self.ui.setdefault(kind, []).extend(self._with_path(item) for item in items)

    def _with_path(self, item: Any) -> Any:
        if isinstance(item, Mapping) and "filename" in item:
            return {**item, "path": str(self._host.find(item))}
        return item
