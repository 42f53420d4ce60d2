"""How packs report progress: `comfy.utils.ProgressBar`, and `set_progress` of `comfy_api`."""

from __future__ import annotations

from typing import Any

from ...graph.current import CURRENT, Call

_PARTS = 1000


def report(call: Call | None, value: float, total: float) -> None:
    """Tell the running node's host how far it is. Shares of a whole become parts of a thousand.

    Raises:
        Interrupted: the run was asked to stop.
    """
    if call is None:
        return
    if float(value).is_integer() and float(total).is_integer():
        call.context.progress(int(value), int(total))
    else:
        call.context.progress(round(_PARTS * value / total) if total else 0, _PARTS)


class ProgressBar:
    """Reports for the node that made it, from whichever thread. Previews are not shown without a page."""

    def __init__(self, total: float, node_id: str | None = None) -> None:
        self.total = total
        self.current: float = 0
        self.node_id = node_id
        # A thread that a node starts does not know which node runs; the one that makes the bar does.
        self._call = CURRENT.get()

    def update_absolute(self, value: float, total: float | None = None, preview: Any = None) -> None:
        """Say how many steps are done, and of how many."""
        if total is not None:
            self.total = total
        self.current = min(value, self.total)
        report(self._call or CURRENT.get(), self.current, self.total)

    def update(self, value: float) -> None:
        """Say how many more steps are done."""
        self.update_absolute(self.current + value)


class Execution:
    """`ComfyAPISync().execution`."""

    def set_progress(
        self,
        value: float,
        max_value: float,
        node_id: str | None = None,
        preview_image: Any = None,
        ignore_size_limit: bool = False,
    ) -> None:
        """Say how far the running node is."""
        report(CURRENT.get(), min(value, max_value), max_value)


class AsyncExecution:
    """`ComfyAPI().execution`."""

    async def set_progress(
        self,
        value: float,
        max_value: float,
        node_id: str | None = None,
        preview_image: Any = None,
        ignore_size_limit: bool = False,
    ) -> None:
        """Say how far the running node is."""
        report(CURRENT.get(), min(value, max_value), max_value)


class ComfyAPISync:
    """The part of ComfyUI's API that needs no ComfyUI."""

    VERSION = "latest"

    def __init__(self) -> None:
        self.execution = Execution()


class ComfyAPI:
    """The same for async nodes."""

    VERSION = "latest"

    def __init__(self) -> None:
        self.execution = AsyncExecution()
