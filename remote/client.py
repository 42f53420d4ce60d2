"""The requests that a run makes of a server, and what becomes of answers that are no use."""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import AsyncIterator, Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from ..graph.errors import Problem, brief
from .address import Address
from .trouble import ServerGone, ServerTrouble

if TYPE_CHECKING:
    from aiohttp import ClientResponse, ClientSession, ClientWebSocketResponse

_CONNECT_SECONDS = 10.0
_SILENT_SECONDS = 120.0
_LARGEST_MESSAGE = 2**28
_HEARD = 400
_PIECE = 2**18


class Client:
    """A connection to one server."""

    def __init__(self, address: Address, session: ClientSession) -> None:
        self.address = address
        self._session = session

    async def get(self, path: str, **query: str) -> Any:
        """The JSON at a path.

        Raises:
            ServerTrouble: the answer is an error, or no JSON.
            ServerGone: there is no answer.
        """
        async with self.open("GET", path, params=query) as response:
            return await self._json(response)

    async def post(self, path: str, body: Any, *, valid: tuple[int, ...] = (200,)) -> tuple[int, Any]:
        """Send JSON; give the status, one of `valid`, and the JSON of the answer, or None if it is none.

        Raises:
            ServerTrouble: the status is another.
            ServerGone: there is no answer.
        """
        async with self.open("POST", path, valid=valid, json=body) as response:
            content = await response.read()
            with contextlib.suppress(ValueError, RecursionError):
                return response.status, json.loads(content)
            return response.status, None

    async def upload(self, name: str, subfolder: str, content: Any) -> Any:
        """Put a file into the server's input folder. A file of that name with other content stays: ours
        gets another name. Gives the answer, `{"name", "subfolder", "type"}`."""
        import aiohttp

        form = aiohttp.FormData()
        form.add_field("image", content, filename=name, content_type="application/octet-stream")
        form.add_field("subfolder", subfolder)
        form.add_field("type", "input")
        async with self.open("POST", "/upload/image", data=form) as response:
            return await self._json(response)

    async def chunks(self, path: str, **query: str) -> AsyncIterator[bytes]:
        """The body at a path, piece by piece; it ends only where the body is whole.

        Raises:
            ServerTrouble: the answer is an error.
            ServerGone: there is no answer, or it breaks off.
        """
        async with self.open("GET", path, params=query) as response:
            async for piece in response.content.iter_chunked(_PIECE):
                yield piece

    @contextlib.asynccontextmanager
    async def open(
        self, method: str, path: str, *, valid: tuple[int, ...] = (200,), **options: Any
    ) -> AsyncIterator[ClientResponse]:
        """A request and its answer, whose body the caller reads.

        Raises:
            ServerTrouble: the status is none of `valid`.
            ServerGone: there is no answer, or it breaks off while the caller reads.
        """
        import aiohttp

        url = self.address.url + path
        try:
            async with self._session.request(method, url, allow_redirects=False, **options) as response:
                if response.status not in valid:
                    raise ServerTrouble(await self._problem(response, path))
                yield response
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            raise ServerGone(self.unreachable(error)) from None

    @contextlib.asynccontextmanager
    async def websocket(self, client_id: str) -> AsyncIterator[ClientWebSocketResponse]:
        """The stream of a client's messages. What goes wrong with it is raised as aiohttp raises it."""
        url = f"{self.address.url}/ws?clientId={quote(client_id)}"
        async with self._session.ws_connect(url, max_msg_size=_LARGEST_MESSAGE) as socket:
            yield socket

    def unreachable(self, error: BaseException) -> Problem:
        """That the server does not answer, and why as far as that is known."""
        number = getattr(error, "errno", None)
        told = os.strerror(number) if isinstance(number, int) and number > 0 else str(error)
        why = " ".join(told.split()) or type(error).__name__
        return Problem("unreachable_server", f"{self.address.url} does not answer: {why[:200]}")

    async def _json(self, response: ClientResponse) -> Any:
        try:
            return json.loads(await response.read())
        except (ValueError, RecursionError):
            raise ServerTrouble(self._not_comfyui(f"{response.url.path} gives no JSON")) from None

    def _not_comfyui(self, why: str) -> Problem:
        details = "is it the address of a ComfyUI, such as http://127.0.0.1:8188?"
        return Problem("not_comfyui", f"{self.address.url} does not answer as a ComfyUI does: {why}", details)

    async def _problem(self, response: ClientResponse, path: str) -> Problem:
        status = response.status
        if status in (401, 403, 407):
            details = "if it asks for a password or a key, give --header 'Authorization: …'"
            return Problem("refused_by_server", f"{self.address.url} refuses us (HTTP {status})", details)
        if 300 <= status < 400:
            where = brief(response.headers.get("Location", "nowhere"), 200)
            return Problem("moved_server", f"{self.address.url} sends us to {where}", "give that address")
        if status in (404, 405):
            return self._not_comfyui(f"there is no {path} (HTTP {status})")
        heard = (await response.content.read(_HEARD)).decode("utf-8", "replace")
        said = " ".join(heard.split()) or response.reason or ""
        return Problem("server_error", f"{self.address.url}{path} answers HTTP {status}: {brief(said, 200)}")


@contextlib.asynccontextmanager
async def connected(address: Address) -> AsyncIterator[Client]:
    """A client whose connections are closed at the end."""
    import aiohttp

    silence = aiohttp.ClientTimeout(total=None, sock_connect=_CONNECT_SECONDS, sock_read=_SILENT_SECONDS)
    async with aiohttp.ClientSession(headers=address.headers, timeout=silence) as session:
        yield Client(address, session)


def entry_of(answer: Any, key: str) -> Mapping[str, Any] | None:
    """What stands under a key of an answer that ought to be an object of objects, or None."""
    found = answer.get(key) if isinstance(answer, Mapping) else None
    return found if isinstance(found, Mapping) else None
