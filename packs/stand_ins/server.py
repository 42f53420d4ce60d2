"""Stands for `server`: where there is no page, routes are never asked for and messages go nowhere."""

from __future__ import annotations

from collections.abc import Callable
from enum import IntEnum
from typing import Any, TypeVar

Handler = TypeVar("Handler")


class BinaryEventTypes(IntEnum):
    """Kinds of messages."""

    PREVIEW_IMAGE = 1
    UNENCODED_PREVIEW_IMAGE = 2
    TEXT = 3
    PREVIEW_IMAGE_WITH_METADATA = 4


class Routes:
    """Takes routes and forgets them."""

    def _decorator(self, path: str, **_: Any) -> Callable[[Handler], Handler]:
        return lambda handler: handler

    get = post = put = patch = delete = head = options = view = _decorator

    def route(self, method: str, path: str, **_: Any) -> Callable[[Handler], Handler]:
        """A decorator that leaves the handler as it is."""
        return lambda handler: handler

    def static(self, *_: Any, **__: Any) -> None:
        """Nothing is served."""


class App:
    """Takes routes and forgets them."""

    def __init__(self) -> None:
        self.router = Routes()

    def add_routes(self, routes: Any) -> None:
        """Nothing is served."""


class PromptQueue:
    """An empty queue: the run that goes on did not come out of one."""

    def __init__(self) -> None:
        self.currently_running: dict[Any, Any] = {}
        self.queue: list[Any] = []


class PromptServer:
    """The server as packs know it; `instance` is the only one."""

    instance: PromptServer

    def __init__(self) -> None:
        self.routes = Routes()
        self.app = App()
        self.prompt_queue = PromptQueue()
        self.number = 0
        self.client_id: str | None = None
        self.last_node_id: str | None = None
        self.supports: list[str] = []
        self.sockets_metadata: dict[str, Any] = {}

    def send_sync(self, event: Any, data: Any, sid: str | None = None) -> None:
        """Nobody listens."""

    async def send(self, event: Any, data: Any, sid: str | None = None) -> None:
        """Nobody listens."""

    def send_progress_text(self, text: Any, node_id: str, sid: str | None = None) -> None:
        """Nobody listens."""

    def add_on_prompt_handler(self, handler: Callable[[Any], Any]) -> None:
        """Prompts do not come by HTTP here: the handler is never asked."""


def a_server() -> type[PromptServer]:
    """A class with its one instance; each set of packs has its own."""
    # It says that it is the stand-in's, so that packs that look for its file do not find ours.
    return type("PromptServer", (PromptServer,), {"instance": PromptServer(), "__module__": "server"})
